"""What came of it: outcomes and the notes of a session."""
