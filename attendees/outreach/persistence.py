"""How persistently one person is asked: their own cadence, a pause, a stop, and one reminder that is left out."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.actions import rounds
from attendees.models import Attendee, Letter, LetterReason
from attendees.outreach import cadence, reminders, rules, stopping
from uconf.actions import activity
from uconf.lib import clock
from uconf.lib.refusals import Refusal

LONGEST_PAUSE_DAYS = 400
QUIET_AFTER_OWN_MAIL = cadence.DEFAULT_WAIT
HELD = (*rules.ASKING, *stopping.ABOUT_THE_AGENDA)  # what a pause keeps waiting
WAITING = (Letter.State.APPROVED, Letter.State.QUEUED, Letter.State.DEFERRED)


@transaction.atomic
def set_cadence(*, microconference, attendees, cadence, by):
    """Give people reminders of their own: days between letters, ``[]`` for none, None for the round's again.

    The days of somebody who was asked by mail count from now. Raises Refusal for a cadence that no round may have.
    Returns those for whom it changed.
    """
    cadence = None if cadence is None else rounds.clean_cadence(cadence)
    changed = [each for each in _locked(microconference, attendees) if each.cadence != cadence]
    for each in changed:
        before = {"cadence": _words(each.cadence)}
        each.cadence, each.cadence_set_at = cadence, None if cadence is None else clock.now()
        each.save(update_fields=["cadence", "cadence_set_at"])
        _note("persistence.cadence", each, by, before=before, after={"cadence": _words(cadence)})
    return changed


@transaction.atomic
def pause(*, microconference, attendees, until, by):
    """Let no letter that asks, or tells of the agenda, go to people before a day, not one that is queued either.

    It goes then.

    Raises Refusal for a day that is not to come. Returns those for whom it changed.
    """
    today = clock.today(microconference.timezone)
    if until <= today or (until - today).days > LONGEST_PAUSE_DAYS:
        raise Refusal(
            _("Letters can be paused until a day between tomorrow and %(days)s days from now. Choose another day.")
            % {"days": LONGEST_PAUSE_DAYS},
            field="until",
        )
    changed = [each for each in _locked(microconference, attendees) if each.paused_until != until]
    for each in changed:
        old, each.paused_until = rules.pause_ends(each, microconference.conference), until
        each.save(update_fields=["paused_until"])
        _move_waiting(each, old, rules.pause_ends(each, microconference.conference))
        _note("persistence.paused", each, by, after={"until": until.isoformat()})
    return changed


@transaction.atomic
def wrote_myself(*, microconference, attendees, by):
    """Note that a lead wrote to people who did not answer: for some days no robot does, and no draft is offered.

    A pause that lasts longer stays as it is.
    """
    until = clock.today(microconference.timezone) + timedelta(days=QUIET_AFTER_OWN_MAIL)
    for each in _locked(microconference, attendees):
        _note("letter.own", each, by)
        if each.paused_until is None or each.paused_until < until:
            pause(microconference=microconference, attendees=[each], until=until, by=by)


@transaction.atomic
def stop(*, microconference, attendees, by):
    """Send people no more letters about this, what is queued included, until a lead lets them go on.

    Returns those for whom it changed.
    """
    changed = [each for each in _locked(microconference, attendees) if each.held_at is None]
    for each in changed:
        each.held_at = clock.now()
        each.save(update_fields=["held_at"])
        stopping.stopped(attendee=each)
        _note("persistence.stopped", each, by)
    return changed


@transaction.atomic
def go_on(*, microconference, attendees, by):
    """Take back a lead's pause or stop. What a pause kept waiting goes; what a stop called off stays off.

    It does not touch a person's own wish for no more letters. Returns those for whom it changed.
    """
    changed = [each for each in _locked(microconference, attendees) if each.held_at or each.paused_until]
    for each in changed:
        old = rules.pause_ends(each, microconference.conference)
        each.held_at = each.paused_until = None
        each.save(update_fields=["held_at", "paused_until"])
        if old is not None and old > clock.now():
            _waiting(each).filter(due_at=old).update(due_at=clock.now(), next_try_at=clock.now())
        _note("persistence.went_on", each, by)
    return changed


@transaction.atomic
def skip_next(*, attendee, round, step, by):
    """Leave one planned reminder out: it counts as used, the ones after it follow as they would have.

    Harmless twice. Raises Refusal if there is no such reminder (any more). Returns the letter that stands for it.
    """
    known = _reason_of(attendee, round, step)
    if known is not None:
        if known.letter.state != Letter.State.CANCELLED:
            raise Refusal(
                _("Reminder %(step)s to %(name)s is %(state)s already. Look at the calendar again.")
                % {"step": step, "name": attendee.person, "state": known.letter.get_state_display()}
            )
        return known.letter
    loaded = reminders.load(microconference=attendee.microconference, attendee=attendee)
    waiting = loaded.waiting.get((attendee.person_id, round.pk))
    plain = next((each for each in loaded.rounds if each.key == round.pk), None)
    reminder = waiting and cadence.next_reminder(waiting.asked, plain, loaded.people[attendee.person_id])
    if reminder is None or reminder.step != step:
        raise Refusal(
            _("No reminder %(step)s to %(name)s is planned next. Look at the calendar again.")
            % {"step": step, "name": attendee.person}
        )
    letter = reminders.write_skipped(waiting, reminder, loaded)
    _note("letter.skipped", attendee, by, after={"step": step})
    return letter


@transaction.atomic
def unskip(*, letter, by):
    """Let a reminder that was left out go after all. Raises Refusal once its time is over."""
    letter = Letter.objects.select_for_update(of=("self",)).filter(pk=letter.pk).first()
    if letter is None:
        return
    if not may_be_unskipped(letter):
        raise Refusal(
            _("The time of this reminder to %(name)s is over. Ask them again from the letters page instead.")
            % {"name": letter.to_person}
        )
    attendee = letter.reasons.select_related("attendee__person", "attendee__microconference").get().attendee
    letter.delete()
    _note("letter.unskipped", attendee, by)


def may_be_unskipped(letter):
    """Whether a reminder was left out by a lead before it was written, and its time is still to come."""
    return (
        letter.state == Letter.State.CANCELLED
        and letter.by_robot
        and not letter.message_id
        and letter.due_at is not None
        and letter.due_at > clock.now()
    )


def _locked(microconference, attendees):
    rows = Attendee.objects.select_for_update(of=("self",)).filter(
        microconference=microconference, pk__in=[each.pk for each in attendees]
    )
    return list(rows.select_related("person", "microconference__conference").order_by("pk"))


def _note(what, attendee, by, **more):
    activity.record(what, on=attendee.microconference, by=by, person=attendee.person, **more)


def _waiting(attendee):
    return Letter.objects.filter(
        pk__in=Letter.objects.filter(kind__in=HELD, reasons__attendee=attendee, state__in=WAITING).values("pk"),
        state__in=WAITING,
    )


def _move_waiting(attendee, old, new):
    """What waits for its moment waits until the pause is over; what an earlier pause held follows the new one."""
    stopping.hand_back(Letter.objects.filter(kind__in=HELD, pk__in=attendee.letter_reasons.values("letter")))
    for letter in _waiting(attendee):
        if letter.due_at is None or letter.due_at < new or letter.due_at == old:
            _waiting(attendee).filter(pk=letter.pk).update(due_at=new, next_try_at=new)


def _reason_of(attendee, round, step):
    reasons = LetterReason.objects.filter(attendee=attendee, round=round, step=step, letter__kind=Letter.Kind.REMINDER)
    return reasons.select_related("letter").first()


def _words(days):
    if days is None:
        return _("as the round")
    return ", ".join(str(each) for each in days) or _("none")
