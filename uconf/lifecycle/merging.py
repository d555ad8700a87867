"""Merging one microconference into another: all that people said and did moves; rights do not."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from attendees.actions import moving as attendees_moving
from attendees.models import Answer, Letter, Round
from attendees.outreach import stopping
from outcomes.actions import moving as outcomes_moving
from topics.actions import moving as topics_moving
from uconf.actions import activity, states
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, MicroconferenceLink

State = Microconference.State
TAKES_IN = (State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.SCHEDULED)


@dataclass(frozen=True)
class Moving:
    """What a merge would move and what it would leave, in numbers: the page shows it before it happens."""

    topics: int
    people: int
    on_both_lists: int
    answers: int
    outcomes: int
    links: int
    letters_cancelled: int
    sessions_dropped: int
    releases_kept: int


def what_moves(*, microconference, into):
    """Count what merging would do. Changes nothing."""
    both = microconference.attendees.filter(person__in=into.attendees.values("person")).count()
    return Moving(
        topics=microconference.topics.count(),
        people=microconference.attendees.count(),
        on_both_lists=both,
        answers=Answer.objects.filter(attendee__microconference=microconference).count(),
        outcomes=microconference.outcomes.count(),
        links=microconference.links.count(),
        letters_cancelled=letters_not_gone(microconference),
        sessions_dropped=microconference.sessions.count(),
        releases_kept=microconference.releases.count(),
    )


def letters_not_gone(microconference):
    """How many letters that ask or tell somebody were written but have not gone; they are cancelled with it."""
    kinds = (*stopping.ASKING, *stopping.ABOUT_THE_AGENDA)
    letters = Letter.objects.filter(microconference=microconference, kind__in=kinds)
    return letters.filter(state__in=stopping.STOPPABLE).count()


def may_take_in(microconference):
    """The microconferences that another one of the same conference may be merged into."""
    return Microconference.objects.filter(conference=microconference.conference_id, state__in=TAKES_IN).exclude(
        pk=microconference.pk
    )


def check_can_merge(*, microconference, into):
    """Raise Refusal unless one microconference may be merged into the other."""
    names = {"mc": microconference, "into": into}
    if microconference.pk == into.pk:
        raise Refusal(_("“%(mc)s” cannot be merged into itself. Choose another one.") % names, field="into")
    if microconference.conference_id is None or microconference.conference_id != into.conference_id:
        raise Refusal(
            _("“%(into)s” belongs to another conference. Choose one of this conference.") % names, field="into"
        )
    if into.state not in TAKES_IN:
        raise Refusal(
            _("“%(into)s” is %(state)s and takes nothing in. Choose one that is still to be held.")
            % {**names, "state": into.get_state_display()},
            field="into",
        )
    asked_to_come = microconference.rounds.filter(question=Round.Question.COMING).exists()
    if asked_to_come and into.state not in Microconference.AFTER_ACCEPTANCE:
        raise Refusal(
            _("People were asked whether they come to “%(mc)s”, but “%(into)s” is not accepted yet. Accept it first.")
            % names,
            field="into",
        )
    states.check_can_move(microconference, State.MERGED)


@transaction.atomic
def merge_microconference(*, microconference, into, by):
    """Merge one microconference into another of the same conference. There is no way back.

    Topics, people, answers, times, outcomes and links move; letters that have not gone are cancelled. Its team
    gets no rights in the other one, and its agenda is dropped (releases stay). Twice is harmless. Raises Refusal.
    """
    locked = {
        each.pk: each
        for each in Microconference.objects.select_for_update(of=("self",))
        .filter(pk__in=[microconference.pk, into.pk])
        .order_by("pk")
    }
    microconference, into = locked[microconference.pk], locked[into.pk]
    if microconference.state == State.MERGED and microconference.merged_into_id == into.pk:
        return microconference
    check_can_merge(microconference=microconference, into=into)
    topics = topics_moving.move_all(microconference=microconference, into=into)
    people, on_both_lists = attendees_moving.move_all(microconference=microconference, into=into)
    outcomes = outcomes_moving.move_all(microconference=microconference, into=into, by=by)
    links = _move_links(microconference, into)
    activity.record(
        "microconference.took_in", on=into, by=by, subject=microconference,
        after={"topics": topics, "people": people, "on_both_lists": on_both_lists, "outcomes": outcomes,
               "links": links},
    )  # fmt: skip
    return states.move_state(microconference=microconference, to=State.MERGED, merged_into=into, by=by)


def _move_links(source, into):
    last = into.links.aggregate(last=Max("position"))["last"]
    offset = 0 if last is None else last + 1
    return MicroconferenceLink.objects.filter(microconference=source).update(
        microconference=into, position=F("position") + offset
    )
