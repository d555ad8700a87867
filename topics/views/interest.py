"""The interest map: topics × people, drawn on the server, and the same as a table in words."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from topics import interest_map
from topics.forms.interest import MapFilter
from uconf import rights

SIDE, NAMES, HEADS, TAIL = 24, 176, 166, 104  # pixels: a cell, the names beside it, the titles above it, their slant
A_BLOCK = 30  # people under one row of titles: what a printed page holds
CENTRE = SIDE / 2


@dataclass(frozen=True)
class Mark:
    """A cell of which something is known, at its place in its block."""

    cell: interest_map.Cell
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """A person's line: their name, their status, and where."""

    person: interest_map.Somebody
    name: str
    y: int
    starts_others: bool  # the first of those whom no topic needs


@dataclass(frozen=True)
class Block:
    """Some people's part of the map, with its own titles."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    height: int


@require_safe
def interests(request, conference, mc):
    """Who cares about what, and who of them comes."""
    microconference = rights.get_microconference(request.user, conference, mc)
    chosen = MapFilter(request.GET).values()
    found = interest_map.load(microconference, show=chosen["show"])
    context = {
        "microconference": microconference,
        "room": "topics",
        "map": found,
        "chosen": chosen,
        "filters": [(interest_map.EVERYBODY, _("everybody")), (interest_map.COMING, _("who comes"))],
    }
    if chosen["as"] == "map":
        context |= {
            "heads": [
                (number * SIDE + CENTRE + 4, _short(row.topic.title, 24), row.topic.title)
                for number, row in enumerate(found.rows)
            ],
            "blocks": [_block(found, start) for start in range(0, len(found.people), A_BLOCK)],
            "width": len(found.rows) * SIDE,
            "sizes": {
                "side": SIDE,
                "names": NAMES,
                "heads": HEADS,
                "wide": len(found.rows) * SIDE + TAIL,
                "foot": HEADS - 6,
                "block": A_BLOCK,
            },
        }
    return render(request, "topics/map.html", context)


def _block(found, start):
    lines, marks = [], []
    for place, person in enumerate(found.people[start : start + A_BLOCK]):
        number = start + place
        before = found.people[number - 1] if number else None
        lines.append(
            Line(person, _short(person.name, 21), place * SIDE, bool(before and before.parts and not person.parts))
        )
        for column, row in enumerate(found.rows):
            if not row.cells[number].is_empty:
                marks.append(Mark(row.cells[number], column * SIDE, place * SIDE))
    return Block(tuple(lines), tuple(marks), len(lines) * SIDE)


def _short(text, most):
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
