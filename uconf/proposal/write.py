"""The whole microconference as one text: plain for a mail, Markdown for an etherpad or a web page."""

import textwrap
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.models import Status
from uconf.lib.links import is_web_address
from uconf.models import Microconference

WIDTH = 72
ANSWERED_YES = (Status.INTERESTED, Status.COMING, Status.REMOTE)


@dataclass(frozen=True)
class Material:
    """What goes into the text; whoever is not to be named is only counted."""

    microconference: Microconference
    leads: list
    topics: list
    named: list  # attendees to be named
    counts: dict
    could_be_named: list  # attendees whom a lead may tick for this text
    editions: list


def could_be_named(microconference):
    """Attendees whom a lead may tick for one text: those who have not agreed, and have not said that they can't."""
    rows = microconference.attendees.select_related("person").filter(listed=False, person__erased_at=None)
    return rows.exclude(status=Status.CANT).order_by("person__search_name")


def gather(microconference, *, named=frozenset()):
    """Read everything that the text needs; ``named`` are the public ids of attendees whom the lead ticked."""
    attendees = list(microconference.attendees.select_related("person").order_by("person__search_name"))
    may = [each for each in attendees if each.status != Status.CANT and each.person.erased_at is None]
    asked = [each for each in attendees if each.status not in (Status.NOT_ASKED,)]
    topics = microconference.topics.alive().exclude(state="not_now")
    return Material(
        microconference=microconference,
        leads=list(microconference.memberships.leads().select_related("person")),
        topics=list(topics.prefetch_related("links", "key_people__person", "proposers__person")),
        named=[each for each in may if each.listed or each.public_id in named],
        counts={
            "asked": len(asked),
            "interested": sum(each.status in ANSWERED_YES for each in attendees),
            "coming": sum(each.status in (Status.COMING, Status.REMOTE) for each in attendees),
        },
        could_be_named=[each for each in may if not each.listed],
        editions=list(
            microconference.series.editions.held_or_accepted()
            .exclude(pk=microconference.pk)
            .filter(year__lte=microconference.year)
            .prefetch_related("memberships__person", "links", "outcomes__links")
            .order_by("-year")
        ),
    )


def people_counted(material) -> str:
    """“7 asked, 5 interested”: those who come once the second round is on."""
    counts = material.counts
    words = [_("%(n)s asked") % {"n": counts["asked"]}]
    if counts["coming"]:
        words.append(_("%(n)s coming") % {"n": counts["coming"]})
    else:
        words.append(_("%(n)s interested") % {"n": counts["interested"]})
    return ", ".join(words)


def _named_people(material):
    """Who may be named as a key person: leads, and attendees who agreed or were ticked."""
    return {each.person_id for each in material.leads} | {each.person_id for each in material.named}


def _who_is_needed(topic, may_name):
    names, others = [], 0
    for key in topic.key_people.all():
        if key.person_id in may_name:
            names.append(f"{key.person.name} ({key.note})" if key.note else key.person.name)
        else:
            others += 1
    if others:
        names.append(
            ngettext("%(n)s more", "%(n)s more", others) % {"n": others}
            if names
            else ngettext("%(n)s person", "%(n)s people", others) % {"n": others}
        )
    return ", ".join(names)


def _wrap(text, first="", rest=""):
    paragraphs = [textwrap.wrap(each, WIDTH, initial_indent=first if not number else rest, subsequent_indent=rest,
                                break_long_words=False, break_on_hyphens=False)
                  for number, each in enumerate(part for part in text.split("\n") if part.strip())]  # fmt: skip
    return "\n".join("\n".join(lines) for lines in paragraphs)


def _heading(text):
    return f"{text}\n{'-' * min(len(text), WIDTH)}"


def _answer_words(attendee):
    return Status(attendee.status).label


def as_text(material) -> str:
    """Plain text, wrapped at 72 columns, links as [n] with the addresses at the end."""
    mc, notes = material.microconference, []

    def link_words(links):
        words = []
        for link in links:
            if link.url and is_web_address(link.url):
                notes.append(link.url)
                words.append(f"{link.label} [{len(notes)}]")
            else:
                words.append(link.label)
        return ", ".join(words)

    parts = [f"{mc.title}\n{'=' * min(len(mc.title), WIDTH)}"]
    if mc.summary:
        parts += [_wrap(each) for each in mc.summary.split("\n\n")]
    if material.topics:
        parts.append(_heading(_("Topics")))
    may_name = _named_people(material)
    for topic in material.topics:
        lines = [_wrap(topic.title, "* ", "  ")]
        lines += [_wrap(each, "  ", "  ") for each in topic.problem.split("\n\n") if each.strip()]
        if needed := _who_is_needed(topic, may_name):
            lines.append(_wrap(_("Needed: %(who)s") % {"who": needed}, "  ", "  "))
        if topic.links.all():
            lines.append(_wrap(link_words(topic.links.all()), "  ", "  "))
        parts.append("\n".join(lines))
    parts.append(_heading(_("Attendees")))
    people = [f"* {each.person.name} ({_answer_words(each)})" for each in material.named]
    parts.append("\n".join([*people, *([""] if people else []), people_counted(material)]))
    for edition in material.editions:
        parts += _edition_as_text(edition, link_words)
    parts.append(_heading(_("Led by")))
    parts.append("\n".join(f"* {_lead(each)}" for each in material.leads))
    if mc.policy_agreed_at:
        parts.append(_("The leads agree to abide by the conference’s conduct policy."))
    parts += _classification(mc)
    if notes:
        parts.append("\n".join(f"[{number}] {url}" for number, url in enumerate(notes, 1)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _edition_as_text(edition, link_words):
    yield _heading(_("Earlier: %(year)s") % {"year": edition.year})
    if leads := ", ".join(str(each.person) for each in edition.memberships.all()):
        yield _wrap(_("Led by %(leads)s.") % {"leads": leads})
    if edition.links.all():
        yield _wrap(link_words(edition.links.all()))
    for outcome in edition.outcomes.all():
        text = _wrap(outcome.text, "* ", "  ")
        links = link_words(outcome.links.all())
        yield f"{text}\n{_wrap(links, '  ', '  ')}" if links else text


def _lead(membership):
    return f"{membership.person} ({membership.affiliation})" if membership.affiliation else str(membership.person)


def _classification(mc):
    if mc.session_classification:
        yield _("Session classification: %(words)s") % {"words": mc.session_classification}
    if mc.track_classification:
        yield _("Track classification: %(words)s") % {"words": mc.track_classification}


def as_markdown(material) -> str:
    """The same in Markdown, links inline."""
    mc = material.microconference

    def link_words(links):
        return ", ".join(
            f"[{_escaped(link.label)}](<{link.url}>)" if link.url and is_web_address(link.url) else _escaped(link.label)
            for link in links
        )

    parts = [f"# {_escaped(mc.title)}", mc.summary]
    if material.topics:
        parts.append(f"## {_('Topics')}")
    may_name = _named_people(material)
    for topic in material.topics:
        parts.append(f"### {_escaped(topic.title)}")
        parts.append(topic.problem)
        if needed := _who_is_needed(topic, may_name):
            parts.append(_("Needed: %(who)s") % {"who": _escaped(needed)})
        parts.append(link_words(topic.links.all()))
    parts.append(f"## {_('Attendees')}")
    parts.append("\n".join(f"- {_escaped(each.person.name)} ({_answer_words(each)})" for each in material.named))
    parts.append(people_counted(material))
    for edition in material.editions:
        parts.append(f"## {_('Earlier: %(year)s') % {'year': edition.year}}")
        if leads := ", ".join(_escaped(each.person) for each in edition.memberships.all()):
            parts.append(_("Led by %(leads)s.") % {"leads": leads})
        parts.append(link_words(edition.links.all()))
        parts.append(
            "\n".join(
                "- " + " ".join(filter(None, [" ".join(outcome.text.split()), link_words(outcome.links.all())]))
                for outcome in edition.outcomes.all()
            )
        )
    parts.append(f"## {_('Led by')}")
    parts.append("\n".join(f"- {_escaped(_lead(each))}" for each in material.leads))
    if mc.policy_agreed_at:
        parts.append(_("The leads agree to abide by the conference’s conduct policy."))
    parts += _classification(mc)
    return "\n\n".join(part for part in parts if part) + "\n"


def _escaped(text):
    """A name or title as Markdown shows it, letter by letter."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#" else char for char in str(text))
