"""A text into every room, and out again."""
