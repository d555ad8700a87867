"""Rounds: one question to everybody, with a deadline; and who was asked in it."""

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from attendees.actions import status
from attendees.models import Asking, Attendee, Round
from uconf.actions import activity
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, User

MOST_REMINDERS = 3
LONGEST_WAIT_DAYS = 60


def question_now(microconference):
    """The question that fits: would you take part, before acceptance; will you be there, after it."""
    accepted = microconference.state in Microconference.AFTER_ACCEPTANCE
    return Round.Question.COMING if accepted else Round.Question.INTEREST


def to_answer(microconference, rounds):
    """The round that a person may answer now, out of a microconference's rounds; None if there is none.

    After acceptance the first round can still be answered until the second one is open.
    """
    if not microconference.takes_letters:
        return None
    by_question = {each.question: each for each in rounds}
    if question_now(microconference) == Round.Question.COMING and Round.Question.COMING in by_question:
        return by_question[Round.Question.COMING]
    return by_question.get(Round.Question.INTEREST)


@transaction.atomic
def open_round(*, microconference, question, answer_by=None, cadence=(), version=None, by):
    """Open a round, or set the deadline and reminders of one that is open or imported. Sends nothing.

    Raises Refusal if the question does not fit the microconference's state, or the day its conference; EditConflict if
    ``version`` is old.
    """
    microconference = _locked(microconference)
    _refuse_unfit(microconference, question)
    if answer_by is not None:
        _refuse_unfit_day(microconference, answer_by)
    cadence = clean_cadence(cadence)
    found = Round.objects.filter(microconference=microconference, question=question).first()
    before = {"answer_by": _iso(found.answer_by), "cadence": found.cadence} if found else None
    after = {"answer_by": _iso(answer_by), "cadence": cadence}
    if found and not found.imported and before == after:
        return found
    who = by if isinstance(by, User) else None
    if found is None:
        found = Round.objects.create(
            microconference=microconference, question=question, opened_by=who, answer_by=answer_by, cadence=cadence
        )
        what = "round.opened"
    else:
        what = "round.opened" if found.imported else "round.changed"
        if found.imported:
            found.opened_at, found.opened_by, found.imported = clock.now(), who, False
        found.answer_by, found.cadence = answer_by, cadence
        found.save_if_unchanged(version=version, fields=["opened_at", "opened_by", "imported", "answer_by", "cadence"])
    status.refresh(*Attendee.objects.filter(microconference=microconference).select_related("microconference"))
    activity.record(what, on=microconference, by=by, subject=found, before=before, after=after)
    return found


@transaction.atomic
def of_question(*, microconference, question, by):
    """The round of a question; made without deadline and reminders if nobody has opened it yet.

    That is what an import, a pasted list or an answer told to a lead needs: a lead sets the rest later.
    """
    microconference = _locked(microconference)
    found, made = Round.objects.get_or_create(
        microconference=microconference,
        question=question,
        defaults={"imported": True, "cadence": [], "opened_by": by if isinstance(by, User) else None},
    )
    if made:
        status.refresh(*Attendee.objects.filter(microconference=microconference).select_related("microconference"))
    return found


def current_or_imported(*, microconference, by):
    """The round of the question that fits now; see ``of_question``."""
    return of_question(microconference=microconference, question=question_now(microconference), by=by)


@transaction.atomic
def asked(*, attendees, round, how, by, at=None):
    """Note that people were asked in a round. Who was asked in it already stays as noted; returns the new ones."""
    known = set(Asking.objects.filter(round=round, attendee__in=attendees).values_list("attendee_id", flat=True))
    fresh = [each for each in attendees if each.pk not in known]
    who, moment = (by if isinstance(by, User) else None), at or clock.now()
    Asking.objects.bulk_create(
        [Asking(attendee=each, round=round, how=how, at=moment, by=who) for each in fresh], ignore_conflicts=True
    )
    status.refresh(*fresh)
    if fresh and how != Asking.How.LETTER:
        activity.record("people.asked", on=round.microconference, by=by, after={"count": len(fresh), "how": how})
    return fresh


def _locked(microconference):
    rows = Microconference.objects.select_for_update(of=("self",)).select_related("conference")
    return rows.get(pk=microconference.pk)


def _refuse_unfit(microconference, question):
    if not microconference.takes_letters:
        raise Refusal(
            _("“%(mc)s” is %(state)s; nobody is asked about it any more.")
            % {"mc": microconference, "state": microconference.get_state_display()}
        )
    if question == question_now(microconference):
        return
    if question == Round.Question.COMING:
        raise Refusal(
            _("“%(mc)s” is not accepted yet. Ask “%(question)s” first; “coming” can be said after acceptance.")
            % {"mc": microconference, "question": Round.Question.INTEREST.label},
            field="question",
        )
    raise Refusal(
        _("“%(mc)s” is accepted, so nobody is asked whether they would take part. Ask “%(question)s”")
        % {"mc": microconference, "question": Round.Question.COMING.label},
        field="question",
    )


def _refuse_unfit_day(microconference, day):
    conference, today = microconference.conference, clock.today(microconference.timezone)
    values = {"conference": conference, "day": formats.date_format(conference.ends_on, "j F Y")}
    if conference.ends_on < today:
        said = _("“%(conference)s” ended on %(day)s. If that is wrong, its committee can change its days.") % values
    elif day > conference.ends_on:
        said = _("“%(conference)s” ends on %(day)s, and later answers help nobody. Choose that day or an earlier one.")
        said = said % values
    elif day < today:
        said = _("The day to answer by is over already. Choose a later one.")
    else:
        return
    raise Refusal(said, field="answer_by")


def clean_cadence(cadence):
    """A cadence as a list of days. Raises Refusal for more reminders, or longer waits, than anybody should be sent."""
    cadence = list(cadence)
    if len(cadence) > MOST_REMINDERS or any(
        not isinstance(days, int) or not 1 <= days <= LONGEST_WAIT_DAYS for days in cadence
    ):
        raise Refusal(
            _("At most %(most)s reminders, each 1 to %(days)s days after the letter before it.")
            % {"most": MOST_REMINDERS, "days": LONGEST_WAIT_DAYS},
            field="cadence",
        )
    return cadence


def _iso(day):
    return day.isoformat() if day else None
