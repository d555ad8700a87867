"""Answers: added to the ledger, never changed; a change of mind is another row."""

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.actions import status
from attendees.models import Answer, Attendee, Mode
from attendees.outreach import stopping
from uconf.actions import activity
from uconf.lib import addresses, clock, limits
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, User


@transaction.atomic
def record_answer(
    *, attendee, round, answer, mode="", note="", instead="", source, source_note="", by, recorded_at=None,
    mail=None,
):  # fmt: skip
    """Record what somebody answered in a round; waiting reminders of that round stop at once.

    ``by`` is a User (a lead on their behalf), the Person themselves, or None (an import); ``mail`` is the mail that
    says it, if one does. The same answer
    from the same source twice adds nothing. Raises Refusal if the question does not allow the answer.
    """
    attendee = (
        Attendee.objects.select_for_update(of=("self",)).select_related("person", "microconference").get(pk=attendee.pk)
    )
    if round.microconference_id != attendee.microconference_id:
        raise Refusal(_("This round belongs to another microconference. Open the page again."))
    if answer not in Answer.ALLOWED[round.question]:
        raise Refusal(
            _("“%(answer)s” is no answer to “%(question)s”. Choose one of the answers on the page.")
            % {"answer": Answer.Choice(answer).label, "question": round},
            field="answer",
        )
    if answer == Answer.Choice.COMING and attendee.microconference.state not in Microconference.AFTER_ACCEPTANCE:
        raise Refusal(
            _("“%(mc)s” is not accepted yet, so nobody can be coming. Record “interested”.")
            % {"mc": attendee.microconference},
            field="answer",
        )
    if attendee.microconference.is_over and source == Answer.Source.LINK:
        raise Refusal(_("“%(mc)s” is over; its answers stay as they are.") % {"mc": attendee.microconference})
    mode = (mode or Mode.IN_PERSON) if answer == Answer.Choice.COMING else ""
    note, instead = note.strip()[: limits.NOTE], addresses.one_line(instead)[: limits.NAME]
    last = next(iter(status.standing(attendee.answers.all())), None)
    same = last is not None and (last.round_id, last.answer, last.mode, last.source) == (round.pk, answer, mode, source)
    if same and last.note == note and last.instead == instead:
        return last
    before = attendee.status
    recorded = Answer.objects.create(
        attendee=attendee, round=round, answer=answer, mode=mode, note=note, instead=instead, source=source,
        source_note=addresses.one_line(source_note)[: limits.LABEL], mail=mail,
        recorded_by=by if isinstance(by, User) else None,
        recorded_at=recorded_at or clock.now(),
    )  # fmt: skip
    status.refresh(attendee)
    stopping.answered(attendee=attendee, round=round)
    if recorded.answer == Answer.Choice.CANT:
        stopping.cannot_come(attendee=attendee)
    activity.record(
        "answer.recorded", on=attendee.microconference, by=by, person=attendee.person,
        before={"status": before}, after={"status": recorded.status, "source": source},
    )  # fmt: skip
    return recorded


@transaction.atomic
def undo_answer(*, answer, by):
    """Take an answer back: what was said before it counts again. Undoing twice adds nothing.

    The answer stays in the ledger; the undoing is a row of its own with the same words. Raises Refusal for
    an undoing: record the right answer instead.
    """
    attendee = (
        Attendee.objects.select_for_update(of=("self",))
        .select_related("person", "microconference")
        .get(pk=answer.attendee_id)
    )
    if answer.undoes_id:
        raise Refusal(_("This was undone already. Record the right answer instead."))
    known = answer.undone_by.first()
    if known:
        return known
    before = attendee.status
    undoing = Answer.objects.create(
        attendee=attendee, round=answer.round, answer=answer.answer, mode=answer.mode,
        source=Answer.Source.UNDO, undoes=answer, recorded_by=by if isinstance(by, User) else None,
    )  # fmt: skip
    status.refresh(attendee)
    activity.record(
        "answer.undone", on=attendee.microconference, by=by, person=attendee.person,
        before={"status": before}, after={"status": attendee.status},
    )  # fmt: skip
    return undoing
