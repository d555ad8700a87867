"""Who is needed, and how we ask them: attendees, rounds, answers, letters."""
