"""Outcomes: a line per topic is enough, and it can be written while the session runs."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from outcomes.models import Outcome, OutcomeLink
from uconf.actions import activity
from uconf.lib import addresses, limits
from uconf.lib.links import is_web_address, kind_of
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, User

FIELDS = ("text", "kind", "topic", "happened_on", "owner", "due")


@transaction.atomic
def record(*, microconference, text, kind, topic=None, people=(), links=(), happened_on=None, owner=None, due=None, by):
    """Record what came of a topic, or of the whole microconference. The very same outcome twice adds nothing.

    ``links`` are (label, address) pairs; the address may be empty, the kind is recognised. Raises Refusal for an
    empty text, a topic of another microconference, an address that is none, and a microconference merged away.
    """
    microconference = Microconference.objects.select_for_update(of=("self",)).get(pk=microconference.pk)
    if microconference.state == Microconference.State.MERGED:
        raise Refusal(
            _("“%(mc)s” was merged into “%(into)s”. Record the outcome there.")
            % {"mc": microconference, "into": microconference.merged_into}
        )
    text, links, people = _clean_text(text), _clean_links(links), list(people)
    _check(microconference, kind, topic)
    for known in microconference.outcomes.filter(topic=topic, kind=kind, text=text).prefetch_related("links"):
        if [(each.label, each.url) for each in known.links.all()] == links:
            return known
    outcome = Outcome.objects.create(
        microconference=microconference, topic=topic, kind=kind, text=text, happened_on=happened_on,
        owner=owner, due=due, position=_next_position(microconference),
        recorded_by=by if isinstance(by, User) else None,
    )  # fmt: skip
    outcome.people.set(people)
    _write_links(outcome, links)
    activity.record("outcome.recorded", on=microconference, by=by, subject=_subject(outcome), after=_shown(outcome))
    return outcome


@transaction.atomic
def edit(*, outcome, version, text, kind, topic=None, people=(), links=(), happened_on=None, owner=None, due=None, by):
    """Set an outcome right, all of it. Raises EditConflict if somebody else did so first, and what record() raises."""
    microconference = outcome.microconference
    text, links, people = _clean_text(text), _clean_links(links), list(people)
    _check(microconference, kind, topic)
    stored = Outcome.objects.select_related("topic").get(pk=outcome.pk)
    before = _shown(stored)
    links_before = [(each.label, each.url) for each in stored.links.all()]
    given = (text, kind, topic, happened_on, owner, due, links, {each.pk for each in people})
    if given == (
        stored.text, stored.kind, stored.topic, stored.happened_on, stored.owner, stored.due, links_before,
        set(stored.people.values_list("pk", flat=True)),
    ):  # fmt: skip
        return stored
    outcome.text, outcome.kind, outcome.topic = text, kind, topic
    outcome.happened_on, outcome.owner, outcome.due = happened_on, owner, due
    outcome.save_if_unchanged(version=version, fields=FIELDS)
    outcome.people.set(people)
    if links_before != links:
        outcome.links.all().delete()
        _write_links(outcome, links)
    activity.record(
        "outcome.edited", on=microconference, by=by, subject=_subject(outcome), before=before, after=_shown(outcome)
    )
    return outcome


@transaction.atomic
def remove(*, outcome, by):
    """Take an outcome away; that it was there stays in the activity log. Twice is harmless."""
    stored = Outcome.objects.select_for_update(of=("self",)).select_related("topic", "microconference")
    stored = stored.filter(pk=outcome.pk).first()
    if stored is None:
        return
    activity.record(
        "outcome.removed", on=stored.microconference, by=by, subject=_subject(stored), before=_shown(stored)
    )
    stored.delete()


@transaction.atomic
def shift(*, outcome, by_places, by):
    """Move an outcome up (-1) or down (+1) among those of its topic. At the end it stays where it is."""
    Microconference.objects.select_for_update(of=("self",)).get(pk=outcome.microconference_id)
    siblings = list(Outcome.objects.filter(microconference=outcome.microconference_id, topic=outcome.topic_id))
    here = next(index for index, each in enumerate(siblings) if each.pk == outcome.pk)
    there = min(max(here + by_places, 0), len(siblings) - 1)
    if here == there:
        return
    places = sorted(each.position for each in siblings)
    if len(set(places)) < len(places):
        places = list(range(places[0], places[0] + len(places)))
    siblings.insert(there, siblings.pop(here))
    for place, each in zip(places, siblings, strict=True):
        if each.position != place:
            each.position = place
            each.save(update_fields=["position"])
    activity.record(
        "outcome.reordered", on=outcome.microconference, by=by, subject=_subject(outcome),
        before={"place": here + 1}, after={"place": there + 1},
    )  # fmt: skip


def _clean_text(text):
    text = text.strip()
    if not text:
        raise Refusal(_("The outcome says nothing. Write what came of it; a line is enough."), field="text")
    if len(text) > limits.MARKDOWN:
        raise Refusal(
            _("The outcome has %(length)d characters; %(limit)d are the most. Shorten it, or link to the rest.")
            % {"length": len(text), "limit": limits.MARKDOWN},
            field="text",
        )
    return text


def _clean_links(links):
    cleaned = []
    for label, url in links:
        label, url = addresses.one_line(label), url.strip()
        if url and not is_web_address(url):
            raise Refusal(
                _("“%(url)s” is no web address. It starts with https:// or http://.") % {"url": url}, field="links"
            )
        if len(url) > limits.URL:
            raise Refusal(_("The address of “%(label)s” is too long.") % {"label": label or url[:60]}, field="links")
        if label or url:
            cleaned.append(((label or url)[: limits.LABEL], url))
    return cleaned


def _check(microconference, kind, topic):
    if kind not in Outcome.Kind.values:
        raise Refusal(_("“%(kind)s” is no kind of outcome. Choose one of the list.") % {"kind": kind}, field="kind")
    if topic is not None and topic.microconference_id != microconference.pk:
        raise Refusal(
            _("“%(topic)s” is no topic of “%(mc)s”. Choose one of its own.") % {"topic": topic, "mc": microconference},
            field="topic",
        )


def _write_links(outcome, links):
    OutcomeLink.objects.bulk_create(
        OutcomeLink(outcome=outcome, label=label, url=url, kind=kind_of(url, label), position=position)
        for position, (label, url) in enumerate(links)
    )


def _next_position(microconference):
    last = microconference.outcomes.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _subject(outcome):
    """What the log calls an outcome: its topic, or its microconference. Its own words may name people."""
    return outcome.topic.title if outcome.topic_id else outcome.microconference.title


def _shown(outcome):
    return {
        "kind": outcome.kind,
        "text": outcome.text,
        "topic": outcome.topic.title if outcome.topic_id else "",
    }
