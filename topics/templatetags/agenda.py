"""Pieces of the editor that are drawn once and kept: most of an agenda looks the same after an edit as before it."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from topics.agenda.editor_rows import Head, Top
from uconf.templatetags.uconf import shape

register = template.Library()
KEPT = 4096  # pieces of some 2 kB, for each process
HIDDEN = '<span class="visually-hidden">{} {}</span>'
ENDMARK = '<div class="endmark at-{}"><span>{} <b>{}</b></span></div>'


@register.simple_tag
def piece(name, facts):
    """A template over plain, frozen facts and nothing else; drawn again only when a fact is another."""
    return _drawn(name, facts, get_language())


@register.simple_tag
def pieces(name, several):
    """The same for several facts, one after the other."""
    language = get_language()
    return _one_after_the_other(_drawn(name, facts, language) for facts in several)


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
    """A session's items at their times. Drawn after each edit, so without a template of their own."""
    language = get_language()
    return _one_after_the_other(_slot(row, part.ends, language) for row in part.rows)


@lru_cache(maxsize=KEPT)
def _slot(row, ends, language):
    facts, minutes = row.face.facts, row.face.minutes
    item = _drawn("topics/partials/agenda_item.html", row.face, language)
    end = format_html(ENDMARK, row.within, ends, _("end")) if row.end_label else ""
    topic, closing = " data-topic" if facts.is_topic else "", " data-closing" if row.closing else ""
    # Nothing in it is anybody's text: identifiers, times and numbers of our own, and what is HTML already.
    return mark_safe(  # noqa: S308
        f'<li class="slot min-{minutes}{row.css}" id="i-{facts.id}" data-key="{facts.key}" data-item="{facts.id}"'
        f' data-minutes="{minutes}"{topic}{closing}><time class="t" id="t-{facts.key}" datetime="{row.iso}">'
        f"{row.starts}</time>{item}{end}</li>"
    )


@register.simple_tag
def signs(several):
    """Warnings where they belong, each with its way out, and a way to say why it may stand."""
    language = get_language()
    return _one_after_the_other(_sign(sign, language) for sign in several)


@lru_cache(maxsize=KEPT)
def _sign(sign, language):
    about, button = format_html(HIDDEN, "", sign.about), '<button class="lnk" name="{}" value="{}">{}{}</button>'
    ask = '<button class="lnk" name="ask" value="{}" id="ask-{}">{}{}</button>'
    return format_html(
        '<div class="flag sign" id="w-{}"><span class="status {}">{}<span><b>{}:</b> {}</span></span>{}{}{}</div>',
        sign.key, sign.css, shape(sign.shape), sign.word, sign.sentence,
        format_html(button, sign.act, sign.value, sign.label, about) if sign.act else "",
        format_html('<a class="lnk" href="{}">{}</a>', sign.url, sign.label) if sign.url else "",
        format_html(ask, sign.key, sign.key, _("Accept with a reason"),
                    format_html(HIDDEN, ":", f"{sign.about}, {sign.sentence}"))
        if sign.reason is None else _drawn("topics/partials/agenda_reason.html", sign, language),
    )  # fmt: skip


@register.simple_tag
def warning_lines(signs):
    """The lines of the list of warnings, each a way to where it stands."""
    return _one_after_the_other(_warning_line(sign) for sign in signs)


@lru_cache(maxsize=KEPT)
def _warning_line(sign):
    return format_html(
        '<li><span class="{}">{}</span> <a href="#{}">{}{}</a></li>', sign.css, shape(sign.shape), sign.place,
        format_html("<b>{}</b> ", sign.about) if sign.about else "", sign.sentence,
    )  # fmt: skip


@register.simple_tag
def options(groups):
    """The choices of a <select>, from groups of (value, words)."""
    return _one_after_the_other(_options(str(group), tuple(entries)) for group, entries in groups)


@lru_cache(maxsize=KEPT)
def _options(group, entries):
    choices = _one_after_the_other(_option(value, words) for value, words in entries)
    return format_html('<optgroup label="{}">{}</optgroup>', group, choices)


@lru_cache(maxsize=KEPT)
def _option(value, words):
    return format_html('<option value="{}">{}</option>', value, words)


def _one_after_the_other(pieces):
    """The same as format_html_join for what is HTML already, and was made by the functions above."""
    return mark_safe("".join(pieces))  # noqa: S308


@lru_cache(maxsize=KEPT)
def _drawn(name, facts, language):
    return get_template(name).render({"it": facts})
