"""Whole numbers that somebody sent: read without trusting that they are any."""


def whole(text: str, *, most: int = 2**31 - 1) -> int | None:
    """A number from 0 to ``most``, written in plain digits; None for everything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None
