"""Attendees who go to another microconference's list, because theirs was merged into it."""

from django.db import transaction
from django.db.models import Q

from attendees.actions import status
from attendees.models import Answer, Asking, Availability, LetterReason
from attendees.outreach import stopping


@transaction.atomic
def move_all(*, microconference, into):
    """Move everybody on a microconference's list, with all they said, to another's; cancel what was not sent yet.

    Somebody on both lists keeps their row in ``into``, and what else they said is joined to it. Rounds follow by
    their question. Gives how many people moved and how many were on both lists.
    """
    stopping.microconference_ended(microconference=microconference)
    _join_rounds(microconference, into)
    moving = list(microconference.attendees.select_related("asked_by").all())
    kept = {each.person_id: each for each in into.attendees.filter(person__in=[each.person_id for each in moving])}
    members = {each.person_id: each for each in into.memberships.all()}
    for attendee in moving:
        if attendee.person_id in kept:
            _join(attendee, kept[attendee.person_id])
        else:
            attendee.microconference = into
            # Who asked them may be on no team of the other microconference: rights do not move.
            attendee.asked_by = members.get(attendee.asked_by.person_id) if attendee.asked_by else None
            attendee.save(update_fields=["microconference", "asked_by"])
    status.refresh(*into.attendees.select_related("microconference"))
    return len(moving) - len(kept), len(kept)


def _join_rounds(source, into):
    """Move ``source``'s rounds, or join each to the one in which ``into`` asked the same question."""
    known = {each.question: each for each in into.rounds.all()}
    for round in source.rounds.all():
        other = known.get(round.question)
        if other is None:
            round.microconference = into
            round.save(update_fields=["microconference"])
        else:
            Asking.objects.filter(round=round).update(round=other)
            Answer.objects.filter(round=round).update(round=other)
            LetterReason.objects.filter(round=round).update(round=other)
            round.delete()


def _join(attendee, kept):
    """Join what one person said, as two attendees, to the row that is kept; the other row goes."""
    asked = Asking.objects.filter(attendee=kept).values("round")
    Asking.objects.filter(attendee=attendee).exclude(round__in=asked).update(attendee=kept)
    Answer.objects.filter(attendee=attendee).update(attendee=kept)
    attendee.interests.update(attendee=kept)
    LetterReason.objects.filter(attendee=attendee).update(attendee=kept)
    _join_times(attendee, kept)
    # “No more letters” holds, whichever of the two lists it was said about.
    kept.letters_stopped_at = kept.letters_stopped_at or attendee.letters_stopped_at
    kept.held_at = kept.held_at or attendee.held_at
    kept.paused_until = max(filter(None, (kept.paused_until, attendee.paused_until)), default=None)
    if kept.cadence is None:
        kept.cadence, kept.cadence_set_at = attendee.cadence, attendee.cadence_set_at
    kept.reason = kept.reason or attendee.reason
    kept.save(update_fields=["letters_stopped_at", "held_at", "paused_until", "cadence", "cadence_set_at", "reason"])
    attendee.delete()


def _join_times(attendee, kept):
    """Somebody is free for all of it only if they said so twice; every time they cannot counts."""
    said = {each.attendee_id: each for each in Availability.objects.filter(Q(attendee=attendee) | Q(attendee=kept))}
    theirs, ours = said.get(attendee.pk), said.get(kept.pk)
    if theirs is None:
        return
    if ours is None:
        theirs.attendee = kept
        theirs.save(update_fields=["attendee"])
        return
    ours.all_free = ours.all_free and theirs.all_free
    ours.said_at = max(ours.said_at, theirs.said_at)
    ours.save(update_fields=["all_free", "said_at"])
    theirs.times.update(availability=ours)
