"""Takes waiting letters, a batch at a time, and holds each against the rules once more before it may go.

A batch costs the same number of queries whatever is in it. What happens after that (an answer, a stop, a bounce) takes
a letter out of the sender's hands in its own transaction, see ``stopping``.
"""

from datetime import date, timedelta

from django.db import transaction

from attendees.actions import rounds
from attendees.models import InboundMail, Letter
from attendees.outreach import cadence, compose, ending, pausing, quick, rates, rendering, rules
from uconf.lib import clock
from uconf.models import Lease, LettersPause, Suppression

LEASE = timedelta(seconds=30)
A_BATCH = 100
WAITING = (Letter.State.QUEUED, Letter.State.DEFERRED)
NEVER_SUPPRESSED = (Letter.Kind.LINK, Letter.Kind.STOPPED)  # the person asked for these themselves


def claim(*, sender, limit=A_BATCH):
    """The mails of the next letters that may go, at most ``limit``. What may not go is called off or put off."""
    while True:
        may_go = pausing.how_many_may_go(min(limit, A_BATCH))
        pks = _take(sender, may_go) if may_go else []
        if not pks:
            return []
        mails, letters = _look(pks, sender)
        if letters:
            ready, odd = rendering.mails(letters)
            mails += ready
            for letter, error in odd:
                ending.end(letter, sender, state=Letter.State.FAILED, reply=f"It could not be worded: {error}")
        if mails:
            return mails


def give_back(mails, sender):
    """Let others take what this sender has not begun with."""
    mine = Letter.objects.filter(pk__in=[each.pk for each in mails], state=Letter.State.CLAIMED)
    mine.filter(claimed_by=sender).update(state=Letter.State.QUEUED, claimed_by="")


def _take(sender, limit):
    now = clock.now()
    if quick.is_possible():
        return [pk for (pk,) in quick.run("take", sender, now + LEASE, now, limit)]
    with transaction.atomic():  # SQLite has one writer at a time
        due = Letter.objects.filter(state__in=WAITING, next_try_at__lte=now).order_by("next_try_at", "pk")
        pks = list(due.values_list("pk", flat=True)[:limit])
        if pks:
            Lease.objects.update_or_create(sender=sender, defaults={"until": now + LEASE})
            Letter.objects.filter(pk__in=pks).update(state=Letter.State.CLAIMED, claimed_by=sender)
        return pks


def renew(sender):
    """Hold what a sender claimed for a whole lease from now on."""
    Lease.objects.filter(sender=sender).update(until=clock.now() + LEASE)


def end(sender):
    """A sender that holds nothing any more needs no lease."""
    Lease.objects.filter(sender=sender).delete()


@transaction.atomic
def _look(pks, sender):
    """Those of the claimed letters that may go now: the mails of ordinary ones, and the others as letters."""
    # One batch at a time to one person: two senders must not both find that the last 7 days were free.
    if quick.is_possible():
        quick.run("lock", pks)
    mails = quick.screen(pks) if quick.is_possible() and not rates.are_set() else []
    done = {each.pk for each in mails}
    rest = [each for each in pks if each not in done]
    return mails, _look_closely(rest, sender) if rest else []


def _look_closely(pks, sender):
    now, letters = clock.now(), rendering.load(pks)
    batch = _Batch(letters, now)
    go, off, missed, moves = [], [], [], {}
    for letter in letters:
        if batch.is_called_off(letter):
            off.append(letter.pk)
        elif rules.is_late(letter, now):
            missed.append(letter.pk)
        elif letter.microconference_id in batch.paused and letter.kind in compose.FOR_A_LIST:
            moves.setdefault((None, None), []).append(letter.pk)
        else:
            allowed, due_at = batch.allowed_at(letter)
            if allowed > now and batch.reminds_too_late(letter, allowed):
                missed.append(letter.pk)
            elif allowed > now:
                moves.setdefault((allowed, due_at), []).append(letter.pk)
                batch.moved(letter, due_at or letter.due_at)
            else:
                go.append(letter)
    if rates.are_set() and go:
        places = rates.admit([_domain(each) for each in go])
        for letter, place in zip(go, places, strict=True):
            if place is not None:
                moves.setdefault((place, None), []).append(letter.pk)
        go = [letter for letter, place in zip(go, places, strict=True) if place is None]
    ending.end_all(off, sender, state=Letter.State.CANCELLED)
    ending.end_all(missed, sender, state=Letter.State.MISSED, next_try_at=None)
    for (at, due_at), some in moves.items():
        ending.put_back(some, sender, at=at, due_at=due_at)
    return go


def _domain(letter):
    return compose.recipient(letter).domain.casefold()


class _Batch:
    """What the rules want to know about the letters of one batch, asked in one go."""

    def __init__(self, letters, now):
        self.now = now
        self.suppressed = Suppression.objects.among({compose.recipient(each).addr_spec for each in letters})
        self.asking = {each.pk: each for each in letters if each.kind in rules.ASKING}
        self.others = rules.asking_letters({each.to_person_id for each in self.asking.values()}) if self.asking else {}
        robots = {each.to_person_id for each in self.asking.values() if each.by_robot and each.approved_at is None}
        replies = InboundMail.objects.unread_replies().filter(person__in=robots)
        self.replied = set(replies.values_list("person", "microconference")) if robots else set()
        mcs = {each.microconference_id for each in letters if each.kind in compose.FOR_A_LIST}
        paused = LettersPause.objects.filter(microconference__in=mcs) if mcs else LettersPause.objects.none()
        self.paused = set(paused.values_list("microconference", flat=True))

    def is_called_off(self, letter):
        """Whether a letter that was queued must not go any more: an answer, a wish, a bounce, the end of the MC."""
        person = letter.to_person
        if letter.kind not in NEVER_SUPPRESSED and compose.recipient(letter).addr_spec in self.suppressed:
            return True
        if person is not None and (person.erased_at or not person.address):
            return True
        if letter.kind == Letter.Kind.THANKS:
            return rules.is_unwanted(letter)
        if letter.kind in compose.ABOUT_THE_AGENDA:
            return rules.is_unwanted_news(letter)
        if letter.kind not in rules.ASKING:
            return False
        if person.bounced_at or not letter.microconference.takes_letters:
            return True
        if letter.by_robot and letter.approved_at is None and (person.pk, letter.microconference_id) in self.replied:
            return True  # they wrote, and a lead reads it: nothing for a robot to ask meanwhile
        question = rounds.question_now(letter.microconference)
        return any(
            reason.round.question != question
            or rules.is_stopped(reason.attendee)
            or rules.answered_in(reason.attendee, reason.round)
            for reason in letter.reasons.all()
            if reason.attendee
        )

    def allowed_at(self, letter):
        """The first moment at which a letter may go; and that moment again if it is the first it might have gone at.

        The 7-day rule holds for whatever asks; the hours for a robot's first try. Hours do not move the first moment,
        the 7-day rule and a pause do.
        """
        now = self.now
        if letter.kind not in rules.ASKING:
            return now, None
        others = [at for pk, at in self.others.get(letter.to_person_id, {}).items() if pk != letter.pk and at <= now]
        start = max([now, *rules.pauses_of(letter)])
        free = allowed = cadence.free_at(start, others)
        # Once a mail server has heard of it, the hours do not count any more.
        if letter.by_robot and letter.approved_at is None and not letter.tries and not letter.resends:
            conference = letter.microconference.conference
            allowed = cadence.may_go_at(
                free, zone=letter.to_person.timezone, conference_zone=conference.timezone,
                quiet_days=frozenset(date.fromisoformat(each) for each in conference.quiet_days),
            )  # fmt: skip
        return allowed, allowed if free > now else None

    def reminds_too_late(self, letter, moment):
        """Whether a robot's reminder that has to wait until a moment would then come just before the deadline."""
        if letter.kind != Letter.Kind.REMINDER or not letter.by_robot or letter.approved_at is not None:
            return False
        zone = letter.microconference.conference.timezone
        rounds = [reason.round for reason in letter.reasons.all() if reason.round]
        return bool(rounds) and all(
            cadence.is_too_near_the_deadline(moment, answer_by=each.answer_by, zone=zone) for each in rounds
        )

    def moved(self, letter, at):
        """The next letters of the batch see that this one goes later."""
        if letter.pk in self.asking:
            self.others.get(letter.to_person_id, {})[letter.pk] = at
