"""Pieces of the editor that are drawn once and kept: most of an agenda looks the same after an edit as before it."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.html import escape, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()
KEPT = 4096  # pieces of some 2 kB, for each process


@register.simple_tag
def piece(name, facts):
    """A template over plain, frozen facts and nothing else; drawn again only when a fact is another."""
    return _drawn(name, facts, get_language())


@register.simple_tag
def slot(row, ends):
    """One item at its time: an editor_rows.Row. Drawn for each item after each edit, so no template of its own.

    What it writes are identifiers, numbers and times of our own; what people wrote is in the piece, and escaped there.
    """
    face = row.face
    marks = (" data-topic" if face.is_topic else "") + (" data-closing" if row.closing else "")
    end = f'<div class="endmark at-{row.within}"><span>{ends} <b>{escape(_("end"))}</b></span></div>'
    return mark_safe(  # noqa: S308
        f'<li class="slot min-{face.minutes}{row.css}" id="i-{face.id}" data-key="{face.key}" data-item="{face.id}"'
        f' data-minutes="{face.minutes}"{marks}>'
        f'<time class="t" id="t-{face.key}" datetime="{row.iso}">{row.starts}</time>'
        f"{_drawn('topics/partials/agenda_item.html', face, get_language())}{end if row.end_label else ''}</li>"
    )


@register.simple_tag
def options(groups):
    """The choices of a <select>, from groups of (value, words)."""
    return format_html_join(
        "", '<optgroup label="{}">{}</optgroup>',
        ((group, format_html_join("", '<option value="{}">{}</option>', entries)) for group, entries in groups),
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def _drawn(name, facts, language):
    return get_template(name).render({"it": facts})
