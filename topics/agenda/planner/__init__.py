"""Suggests an agenda: plain Python, no database, no clock. ``plan`` is the way in; the rules are in ``rules``."""
