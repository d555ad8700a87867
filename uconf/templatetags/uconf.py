"""Shapes and their words, times in a named zone, Markdown: what every page draws with."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _

from uconf.lib import clock, markdown

register = template.Library()

# A status' shape (templates/partials/sprite.html) and class; the word comes from the model.
SHAPES = {
    "not_asked": ("not-asked", "is-not-asked"),
    "pending": ("pending", "is-pending"),
    "interested": ("interested", "is-interested"),
    "not_sure": ("not-sure", "is-not-sure"),
    "coming": ("coming", "is-coming"),
    "remote": ("remote", "is-remote"),
    "cant": ("cant", "is-cant"),
    "bounces": ("warn", "is-bounces"),
}


@register.simple_tag
@lru_cache(maxsize=64)
def shape(name):
    """One shape of the sprite, hidden from screen readers: a word always stands beside it."""
    return format_html('<svg class="shape" aria-hidden="true"><use href="#s-{}"/></svg>', name)


@register.simple_tag
def status(value, words=""):
    """A status as shape and word, such as “● coming”. ``words`` replaces the word (“2 coming”)."""
    from attendees.models import Status

    name, css = SHAPES[value]
    return format_html(
        '<span class="status {}"><svg class="shape" aria-hidden="true"><use href="#s-{}"/></svg>{}</span>',
        css, name, words or Status(value).label,
    )  # fmt: skip


@register.simple_tag
@lru_cache(maxsize=64)
def status_dot(value):
    """A status as its shape alone; the words must follow."""
    name, css = SHAPES[value]
    return format_html(
        '<span class="{}"><svg class="shape" aria-hidden="true"><use href="#s-{}"/></svg></span>', css, name
    )


@register.filter
def markdown_html(text):
    """People's Markdown as safe HTML."""
    return markdown.render(text or "")


@register.filter
def first_sentence(text):
    return markdown.first_sentence(text or "")


def _local(value, zone):
    return value.astimezone(ZoneInfo(zone))


@register.simple_tag
def clock_time(value, zone):
    """An instant as a time of day in a zone: <time>14:05</time>."""
    local = _local(value, zone)
    return format_html('<time class="t" datetime="{}">{}</time>', local.isoformat(timespec="minutes"), f"{local:%H:%M}")


@register.simple_tag
def day_and_time(value, zone):
    """An instant with its day: “21 Sep 2021, 14:05”."""
    local = _local(value, zone)
    words = f"{local.day} {formats.date_format(local, 'M Y')}, {local:%H:%M}"
    return format_html('<time class="t" datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.simple_tag
def long_day(value, zone="UTC"):
    """A day in full: “Tuesday 21 September 2021”."""
    day = _local(value, zone) if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', f"{day:%Y-%m-%d}", formats.date_format(day, "l j F Y"))


@register.simple_tag
def short_day(value, zone="UTC"):
    """A day in short, without this year's number: “21 Sep”."""
    day = _local(value, zone) if isinstance(value, datetime) else value
    this_year = clock.today(zone).year
    return format_html(
        '<time class="t" datetime="{}">{}</time>', f"{day:%Y-%m-%d}",
        formats.date_format(day, "j M" if day.year == this_year else "j M Y"),
    )  # fmt: skip


@register.simple_tag
def ago(value, zone="UTC"):
    """When something happened, as people say it: “08:05” today, “yesterday”, “4 Sep”."""
    local, today = _local(value, zone), clock.today(zone)
    days = (today - local.date()).days
    if days == 0:
        words = f"{local:%H:%M}"
    elif days == 1:
        words = _("yesterday")
    else:
        words = formats.date_format(local, "j M" if local.year == today.year else "j M Y")
    return format_html('<time class="t" datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.simple_tag
def zone_name(zone, at=None):
    """A zone as pages name it: “IST (Europe/Dublin)”."""
    moment = at or clock.now()
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=ZoneInfo(zone))
    short = _local(moment, zone).tzname()
    return zone if not short or short == zone or short[0] in "+-" else f"{short} ({zone})"


@register.filter
def has_address(link):
    """Whether a link (of a topic, an outcome, an edition) can be followed."""
    from uconf.lib.links import is_web_address

    return bool(link.url) and is_web_address(link.url)


@register.inclusion_tag("partials/organize_tabs.html")
def organize_tabs(microconference, room):
    """The rooms of a microconference, with how much is in each. One query."""
    counts = microconference.organize_counts()
    tabs = [
        ("overview", _("Overview"), "uconf:overview", None),
        ("topics", _("Topics"), "topics:list", counts["topics"]),
        ("people", _("People"), "attendees:people", counts["people"]),
        ("letters", _("Letters"), "attendees:letters", counts["letters"]),
        ("agenda", _("Agenda"), "topics:agenda", None),
        ("outcomes", _("Outcomes"), "outcomes:list", counts["outcomes"]),
        ("proposal", _("Proposal"), "uconf:proposal", None),
    ]
    me = getattr(microconference, "me", None)
    if me is not None and me.role == "lead":
        tabs.append(("settings", _("Settings"), "uconf:settings", None))
    return {
        "room": room,
        "tabs": [
            {"key": key, "label": label, "url": microconference.organize_url(name), "count": count}
            for key, label, name, count in tabs
        ],
    }
