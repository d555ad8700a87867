"""Releases: numbered, published agendas that never change."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from topics.agenda import changes as differences
from topics.agenda import drafts, telling, warnings
from topics.agenda.snapshot import PROPOSER, load
from topics.models import Release, Topic
from uconf.actions import activity, states
from uconf.lib import limits
from uconf.lib.refusals import Refusal
from uconf.models import Membership, Microconference, User

State = Microconference.State
changes = differences.between


@dataclass(frozen=True)
class Preview:
    """What publishing a draft would do."""

    number: int
    content: dict
    previous: Release | None
    changes: differences.Changes
    warnings: list
    acknowledged: list
    telling: telling.Plan

    @property
    def is_same(self):
        return self.previous is not None and same(self.previous.content, self.content)


def preview(draft, *, note="", with_calendar=False, by=None):
    """What publishing the draft would do: what changes for its readers, the warnings, each letter. Reads only."""
    snapshot = load(draft.microconference, draft=draft, viewer=by)
    found, previous = warnings.check(snapshot), latest(draft.microconference)
    facts = _facts(draft.microconference, content_of(snapshot), previous, note, with_calendar)
    return Preview(
        facts.number, facts.content, previous, changes(previous.content if previous else None, facts.content),
        sorted(found.loud, key=lambda each: each.rank), found.quiet, telling.plan(facts, by=by),
    )  # fmt: skip


def _facts(microconference, content, previous, note, with_calendar):
    return telling.Facts(
        microconference, content, previous, previous.number + 1 if previous else 1,
        note.strip()[: limits.NOTE], with_calendar,
    )  # fmt: skip


def latest(microconference):
    """The release that readers see, or None."""
    return Release.objects.filter(microconference=microconference).order_by("-number").first()


@transaction.atomic
def publish(*, draft, note="", version, tell=False, with_calendar=False, by):
    """Publish the draft as the next release; the first one makes the microconference “scheduled”.

    ``tell`` writes a letter to everybody whose topic was added, moved or cancelled (see ``telling``);
    ``with_calendar`` puts a calendar file into it.

    Raises Refusal (nothing placed, nothing changed, not accepted, no lead) and EditConflict if the draft was
    edited since it was looked at. However many press at once, there is one new release.
    """
    microconference = (
        Microconference.objects.select_for_update(of=("self",), no_key=True).select_related("conference").get(
            pk=draft.microconference_id
        )
    )  # fmt: skip
    locked = drafts.lock(draft, version)
    _check_may_publish(microconference, by)
    snapshot = load(microconference, draft=locked, neighbours=False)
    content, previous = content_of(snapshot), latest(microconference)
    if not snapshot.items:
        raise Refusal(_("Nothing is placed yet, so there is nothing to publish. Place topics first."))
    if previous and same(previous.content, content):
        raise Refusal(
            _("Nothing changed since release %(number)s; your readers have it already.") % {"number": previous.number}
        )
    facts = _facts(microconference, content, previous, note, with_calendar)
    release = Release.objects.create(
        microconference=microconference, number=facts.number, content=content, note=facts.note,
        published_by=by if isinstance(by, User) else None,
    )  # fmt: skip
    if microconference.state == State.ACCEPTED:
        states.move_state(microconference=microconference, to=State.SCHEDULED, by=by)
    activity.record("agenda.published", on=microconference, by=by, subject=microconference.title,
                    after={"number": release.number})  # fmt: skip
    release.told = telling.write(facts, release, tell=tell, by=by)
    return release


def _check_may_publish(microconference, by):
    if microconference.state not in (State.ACCEPTED, State.SCHEDULED):
        raise Refusal(
            _("“%(mc)s” is %(state)s. Its agenda can be published once it is accepted, and until it is held.")
            % {"mc": microconference, "state": microconference.get_state_display()}
        )
    leads = Membership.objects.leads().filter(microconference=microconference)
    if isinstance(by, User) and not leads.filter(user=by).exists():
        raise Refusal(_("Only a lead of “%(mc)s” can publish its agenda. Ask one of them.") % {"mc": microconference})


def same(one, other):
    """Whether two contents say the same to their readers: which row of a draft an item was is none of it."""
    return _without_ids(one) == _without_ids(other)


def _without_ids(content):
    sessions = [
        {**session, "items": [{key: value for key, value in item.items() if key != "id"} for item in session["items"]]}
        for session in content["sessions"]
    ]
    return {**content, "sessions": sessions}


def content_of(snapshot):
    """A draft as a release stores it: instants in UTC, people by their identifiers and never by name."""
    return {
        "version": 1,
        "timezone": snapshot.zone,
        "sessions": [
            {
                "id": block.public_id,
                "starts_at": block.starts_at.isoformat(),
                "ends_at": block.ends_at.isoformat(),
                "room": block.room,
                "remote_capable": block.remote_capable,
                "items": [_item(item) for item in block.items],
            }
            for block in snapshot.sessions
        ],
        "if_time": [
            {"topic": topic.public_id, "title": topic.title}
            for topic in snapshot.unplaced
            if topic.state == Topic.State.IF_TIME
        ],
    }


def _item(item):
    return {
        "id": item.public_id,
        "kind": item.kind,
        "topic": item.topic.public_id if item.topic else None,
        "title": item.title,
        "starts_at": item.starts_at.isoformat(),
        "minutes": item.minutes,
        "people": [need.person.public_id for need in item.topic.of(PROPOSER)] if item.topic else [],
    }
