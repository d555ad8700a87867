"""What people do to outcomes: record, edit, order and remove them; move them along; close the microconference."""

from outcomes.actions.moving import move, move_all
from outcomes.actions.recording import edit, record, remove, shift

__all__ = ["edit", "move", "move_all", "record", "remove", "shift"]
