"""What is discussed, and when: topics, sessions, the agenda and its releases."""
