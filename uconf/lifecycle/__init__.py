"""What touches every room: submitting, deciding, merging, inviting, and a conference's zone."""
