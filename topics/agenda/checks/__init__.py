"""The checks of an agenda: each one small, over a snapshot, giving warnings."""
