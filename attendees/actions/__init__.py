"""What people do about attendees: put them on the list, record answers, interests, times, links."""
