"""The agenda: drafts, warnings, releases."""
