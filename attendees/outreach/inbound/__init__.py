"""Mail that comes in: stored, matched to a letter and a person, read, and passed on to the lead who asked."""
