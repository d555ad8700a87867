"""What calls letters off: an answer, a wish, a bounce, the end of the microconference."""

from attendees.models import Letter

# What has not been handed to a mail server yet. A claimed letter is in a sender's hands, and the sender's last look
# before it hands it over is an update that finds it in that state or not at all.
STOPPABLE = (
    Letter.State.WRITTEN, Letter.State.APPROVED, Letter.State.QUEUED, Letter.State.DEFERRED, Letter.State.CLAIMED,
)  # fmt: skip
ASKING = (Letter.Kind.FIRST, Letter.Kind.REMINDER)
ABOUT_THE_AGENDA = (Letter.Kind.RELEASE, Letter.Kind.PROPOSER)
FOR_A_LIST = (*ASKING, Letter.Kind.THANKS, *ABOUT_THE_AGENDA)


def answered(*, attendee, round):
    """Somebody answered in a round: nothing more of it goes out to them."""
    _cancel(Letter.objects.filter(kind__in=ASKING, reasons__attendee=attendee, reasons__round=round))


def cannot_come(*, attendee):
    """Somebody can't this time: the agenda is none of their business any more."""
    _cancel(
        Letter.objects.filter(
            kind__in=ABOUT_THE_AGENDA, to_person=attendee.person_id, microconference=attendee.microconference_id
        )
    )


def stopped(*, attendee):
    """Somebody wants no more letters about a microconference."""
    _cancel(Letter.objects.filter(kind__in=FOR_A_LIST, reasons__attendee=attendee))
    cannot_come(attendee=attendee)  # these know their reader as a person


def person_stopped(*, person):
    """Somebody wants no letters at all, or their mail bounces."""
    _cancel(Letter.objects.filter(kind__in=FOR_A_LIST, to_person=person))


def microconference_ended(*, microconference):
    """A microconference was declined, merged or is over: nobody is asked, or told of its agenda, any more."""
    kinds = (*ASKING, *ABOUT_THE_AGENDA)
    _cancel(Letter.objects.filter(kind__in=kinds, microconference=microconference))


def question_changed(*, microconference):
    """A microconference was accepted: what a sender holds is looked at once more, it may ask the question before."""
    hand_back(Letter.objects.filter(kind__in=ASKING, microconference=microconference))


def hand_back(letters, **values):
    """Take letters out of the hands of senders that have not begun to hand them over."""
    held = letters.filter(state=Letter.State.CLAIMED)
    held.update(state=Letter.State.QUEUED, claimed_by="", **values)


def _cancel(letters):
    pks = letters.filter(state__in=STOPPABLE).values("pk")
    Letter.objects.filter(pk__in=pks, state__in=STOPPABLE).update(
        state=Letter.State.CANCELLED, claimed_by="", rendered=None
    )
