"""What leads and attendees type about people and letters, read into clean values."""
