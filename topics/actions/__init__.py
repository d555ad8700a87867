"""What people do to topics: add, edit, decide, order, merge; who is in them, and what there is to read."""
