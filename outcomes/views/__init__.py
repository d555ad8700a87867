"""This room's pages: the leads' and the readers'."""
