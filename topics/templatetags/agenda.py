"""Pieces of the editor that are drawn once and kept: most of an agenda looks the same after an edit as before it."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from topics.agenda.editor_rows import Head, Top

register = template.Library()
KEPT = 4096  # pieces of some 2 kB, for each process


@register.simple_tag
def piece(name, facts):
    """A template over plain, frozen facts and nothing else; drawn again only when a fact is another."""
    return _drawn(name, facts, get_language())


@register.simple_tag
def pieces(name, several):
    """The same for several facts, one after the other."""
    language = get_language()
    return mark_safe("".join(_drawn(name, facts, language) for facts in several))  # noqa: S308  (each is drawn safely)


@register.simple_tag
def agenda_top(page, zone):
    """The page's title, and when it is that the agenda is for."""
    first = page.parts[0].block
    top = Top(len(page.parts), first.starts_at, first.ends_at, first.room, zone)
    return _drawn("topics/partials/agenda_top.html", top, get_language())


@register.simple_tag
def session_head(part, page, zone, is_first, compact, other_view):
    """What stands above a session's items."""
    block, is_only = part.block, len(page.parts) == 1
    head = Head(
        key=block.public_id, words=part.words, name=page.name if is_only else "", starts_at=block.starts_at,
        ends_at=block.ends_at, room=block.room, zone=zone, over=block.over, can_stretch=part.can_stretch,
        can_shrink=part.can_shrink, is_first=is_first, compact=compact, other_view=other_view if is_first else "",
    )  # fmt: skip
    return _drawn("topics/partials/agenda_session_head.html", head, get_language())


@register.simple_tag
def slots(part):
    """A session's items at their times. Drawn after each edit, so without a template of their own.

    What is written here are identifiers, numbers and times of our own; what people wrote is in the pieces, and escaped
    there.
    """
    language = get_language()
    return mark_safe("\n".join(_slot(row, part.ends, language) for row in part.rows))  # noqa: S308


def _slot(row, ends, language):
    face = row.face
    marks = (" data-topic" if face.is_topic else "") + (" data-closing" if row.closing else "")
    end = ""
    if row.end_label:
        end = f'<div class="endmark at-{row.within}"><span>{ends} <b>{escape(_("end"))}</b></span></div>'
    return (
        f'<li class="slot min-{face.minutes}{row.css}" id="i-{face.id}" data-key="{face.key}" data-item="{face.id}"'
        f' data-minutes="{face.minutes}"{marks}>'
        f'<time class="t" id="t-{face.key}" datetime="{row.iso}">{row.starts}</time>'
        f"{_drawn('topics/partials/agenda_item.html', face, language)}{end}</li>"
    )


@register.simple_tag
def options(groups):
    """The choices of a <select>, from groups of (value, words)."""
    return mark_safe(  # noqa: S308  (each is escaped)
        "".join(
            f'<optgroup label="{escape(group)}">{"".join([_option(*entry) for entry in entries])}</optgroup>'
            for group, entries in groups
        )
    )


@lru_cache(maxsize=KEPT)
def _option(value, words):
    return f'<option value="{escape(value)}">{escape(words)}</option>'


@lru_cache(maxsize=KEPT)
def _drawn(name, facts, language):
    return get_template(name).render({"it": facts})
