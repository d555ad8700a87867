"""What leads do with letters: open a round, write, edit, approve, take back, send again."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.actions import rounds
from attendees.models import Attendee, Letter, LetterReason
from attendees.outreach import about_agenda, cadence, compose, placeholders, rendering, rules, thanks
from attendees.outreach.notes import queue_note
from attendees.outreach.texts import save_text
from uconf.actions import activity
from uconf.lib import addresses, clock
from uconf.lib.refusals import Refusal
from uconf.models import Membership, Person

__all__ = [
    "approve",
    "ask",
    "cancel",
    "discard",
    "edit_letter",
    "leave",
    "open_round",
    "queue_note",
    "save_text",
    "send_again",
    "take_back",
    "write_again",
    "write_letters",
]

NOT_GONE = (Letter.State.APPROVED, Letter.State.QUEUED, Letter.State.DEFERRED, Letter.State.CLAIMED)
IN_NO_HANDS = {"claimed_by": "", "rendered": None}  # also not in those of a sender


@transaction.atomic
def open_round(*, microconference, question, answer_by, cadence, version=None, by):
    """Open a round, or set its deadline and reminders anew. Reminders count from now where the cadence changed.

    Raises Refusal and EditConflict as ``rounds.open_round`` does.
    """
    known = microconference.rounds.filter(question=question).first()
    opened = rounds.open_round(
        microconference=microconference, question=question, answer_by=answer_by, cadence=cadence,
        **({"version": version} if known and version is not None else {}), by=by,
    )  # fmt: skip
    if known and known.cadence != opened.cadence:
        opened.cadence_set_at = clock.now()
        opened.save(update_fields=["cadence_set_at"])
    return opened


@transaction.atomic
def ask(*, microconference, answer_by, cadence, attendees, subject, body, by):
    """Open the round that fits now, if nobody has, and write its first letters: all of it or nothing.

    Raises Refusal as ``open_round`` and ``write_letters`` do. Returns the letters.
    """
    question = rounds.question_now(microconference)
    round = microconference.rounds.filter(question=question, imported=False).first()
    if round is None:
        round = open_round(
            microconference=microconference, question=question, answer_by=answer_by, cadence=cadence, by=by
        )
    return write_letters(
        microconference=microconference, round=round, attendees=attendees, subject=subject, body=body,
        asked_by=lead_for(microconference, user=by), by=by,
    )  # fmt: skip


@transaction.atomic
def write_letters(*, microconference, round, attendees, subject, body, asked_by=None, by):
    """Write the first letter of a round to each of some attendees; nothing goes before a lead approves it.

    The same letter is never written twice: who has one already gets no other. A letter that was called off or
    refused is worded anew. Raises Refusal, with a sentence for each person who cannot be asked; then nothing
    is written at all.
    """
    return _write(
        microconference, round, attendees, subject, body, asked_by=asked_by, by=by, again=False,
    )  # fmt: skip


@transaction.atomic
def write_again(*, microconference, round, attendees, subject, body, asked_by=None, by):
    """Write one more letter to attendees who were asked by letter and have not answered.

    It takes the place of the next reminder of the cadence. Raises Refusal as ``write_letters`` does.
    """
    return _write(
        microconference, round, attendees, subject, body, asked_by=asked_by, by=by, again=True,
    )  # fmt: skip


def _write(microconference, round, attendees, subject, body, *, asked_by, by, again):
    if round.microconference_id != microconference.pk:
        raise Refusal(_("This round belongs to another microconference. Open the page again."))
    rules.refuse_round(microconference, round)
    placeholders.check(subject, field="subject")
    placeholders.check(body, field="body")
    if not addresses.one_line(subject):
        raise Refusal(_("The letter has no subject. Write one."), field="subject")
    if not body.strip():
        raise Refusal(_("The letter has no text. Write one."), field="body")
    pks = [each.pk for each in attendees]
    mine = Attendee.objects.filter(microconference=microconference, pk__in=pks)
    list(mine.select_for_update(of=("self",)).values_list("pk").order_by("pk"))
    found = rules.candidates(microconference, round, attendees=mine)
    _refuse_some(found, again=again)
    letters = []
    for each in found:
        if each.waits or (each.by_letter and not again):
            letters += [letter for letter in each.letters if letter.state == Letter.State.WRITTEN]
            continue
        letters.append(_write_one(each, round, subject, body, asked_by=asked_by, again=again))
    if letters:
        activity.record("letters.written", on=microconference, by=by, subject=round, after={"count": len(letters)})
    return letters


def _refuse_some(found, *, again):
    refused = [each.why_not for each in found if each.why_not]
    refused += [
        _("%(name)s has answered: %(answer)s.") % {"name": each.attendee, "answer": each.answer.words}
        for each in found
        if each.answer and not each.why_not
    ]
    if again:
        refused += [
            _("%(name)s was not asked by letter yet. Write the first letter.") % {"name": each.attendee}
            for each in found
            if not (each.was_sent or each.why_not or each.answer)
        ]
    if not found:
        refused = [_("Nobody is chosen. Choose at least one person.")]
    if refused:
        raise Refusal(" ".join(refused), field="person")


def _write_one(candidate, round, subject, body, *, asked_by, again):
    attendee = candidate.attendee
    lead = attendee.asked_by or asked_by
    kind = Letter.Kind.REMINDER if again else Letter.Kind.FIRST
    sent = [each for each in candidate.letters if each.state not in rules.RESTARTABLE]
    step = len(candidate.letters) if again else 0
    left = len(round.cadence) - step
    subject, body = compose.fill(
        subject=subject, body=body, attendee=attendee, round=round, lead=lead, is_last=again and left <= 0
    )
    compose.refuse_too_long(body)
    values = {
        "subject": subject, "body": body, "state": Letter.State.WRITTEN, "asked_by": lead, "written_at": clock.now(),
        "in_reply_to": sent[0].message_id if again and sent else "",
        "approved_by": None, "approved_at": None, "due_at": None, "next_try_at": None, "dated_at": None, "reply": "",
        "tries": 0, "resends": 0, "left_at": None, "message_id": "", "by_robot": False,
    }  # fmt: skip
    if not again and candidate.letters:
        letter = candidate.letters[0]
        for name, value in values.items():
            setattr(letter, name, value)
        letter.save_if_unchanged(version=None, fields=list(values))
        return letter
    letter = Letter.objects.create(
        microconference=attendee.microconference, to_person=attendee.person, kind=kind, **values
    )
    LetterReason.objects.create(
        letter=letter, person=attendee.person, attendee=attendee, round=round, step=step,
        dedupe_key=dedupe_key(attendee.person_id, kind, round.pk, step),
    )  # fmt: skip
    return letter


def dedupe_key(person_id, kind, round_id, step):
    """The intent of a letter: this person, this kind, this round, this step."""
    return f"{person_id}:{kind}:{round_id}:{step}"


@transaction.atomic
def edit_letter(*, letter, subject, body, version, by):
    """Change one letter that waits for approval. Raises Refusal, or EditConflict if somebody else changed it."""
    if letter.state != Letter.State.WRITTEN:
        raise Refusal(
            _("“%(subject)s” to %(name)s is %(state)s and cannot be changed. Take it back first.")
            % {"subject": letter, "name": _to(letter), "state": letter.get_state_display()}
        )
    reason = letter.reasons.select_related("attendee__person", "round").first()
    letter.subject, letter.body = compose.fill(
        subject=subject, body=body, attendee=reason.attendee, lead=letter.asked_by,
        round=reason.round or thanks.no_round(letter.microconference),
    )  # fmt: skip
    if not letter.subject:
        raise Refusal(_("The letter has no subject. Write one."), field="subject")
    compose.refuse_too_long(letter.body)
    letter.save_if_unchanged(version=version, fields=["subject", "body"])
    activity.record("letter.edited", on=letter.microconference, by=by, person=letter.to_person)
    return letter


@dataclass
class Approved:
    """What became of the letters a lead approved."""

    letters: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # sentences

    @property
    def later(self):
        """Those that the 7-day rule makes wait, soonest first."""
        return sorted((each for each in self.letters if each.due_at > each.approved_at), key=lambda each: each.due_at)


@transaction.atomic
def approve(*, letters, versions=None, by):
    """Let written letters go. Twice is once: a letter that is on its way already stays as it is.

    ``versions`` are the versions that the lead has read ({pk: version}); who cannot be written to (any more), and
    what was changed meanwhile, comes back as a sentence and stays written. The 7-day rule sets ``due_at``.
    """
    people = sorted({each.to_person_id for each in letters})
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=people).order_by("pk").values_list("pk"))
    rows = (
        Letter.objects.filter(pk__in=[each.pk for each in letters], state=Letter.State.WRITTEN)
        .select_related("microconference__conference", "to_person", "asked_by__person")
        .prefetch_related("reasons__attendee__person", "reasons__attendee__answers", "reasons__round")
        .order_by("pk")
    )
    done, now = Approved(), clock.now()
    suppressed = rules.suppressed_among([each for row in rows for each in _attendees(row)])
    times = rules.letters_at(people)
    for letter in rows:
        refused = why_not_now(letter, suppressed)
        if versions is not None and versions.get(letter.pk) != letter.version:
            refused = _("The letter to %(name)s was changed meanwhile. Read it again.") % {"name": _to(letter)}
        if refused:
            done.refused.append(refused)
            continue
        letter.approved_by, letter.approved_at = by, now
        letter.message_id = compose.new_message_id(letter)
        letter.due_at = now
        if letter.kind in rules.ASKING:
            letter.due_at = cadence.free_at(now, times.get(letter.to_person_id, ()))
            times.setdefault(letter.to_person_id, []).append(letter.due_at)
        letter.state, letter.next_try_at = Letter.State.QUEUED, letter.due_at
        letter.save_if_unchanged(
            version=letter.version,
            fields=["state", "approved_by", "approved_at", "message_id", "due_at", "next_try_at"],
        )
        done.letters.append(letter)
    rendering.prepare([each.pk for each in done.letters])
    if done.letters:
        activity.record(
            "letters.approved", on=done.letters[0].microconference, by=by, after={"count": len(done.letters)}
        )
    return done


def _attendees(letter):
    return [each.attendee for each in letter.reasons.all() if each.attendee]


def why_not_now(letter, suppressed):
    """A sentence that says why a letter cannot go now; empty if it can. ``suppressed``: addresses."""
    if letter.kind == Letter.Kind.THANKS:
        return thanks.why_not(letter, suppressed)
    for reason in letter.reasons.all():
        try:
            rules.refuse_round(letter.microconference, reason.round)
        except Refusal as refusal:
            return str(refusal)
        sentence = rules.why_not(reason.attendee, suppressed=suppressed)
        if sentence := sentence or rules.why_paused(reason.attendee, letter.microconference.conference):
            return sentence
        if answer := rules.answered_in(reason.attendee, reason.round):
            return _("%(name)s has answered meanwhile: %(answer)s. The letter is not needed any more.") % {
                "name": reason.attendee, "answer": answer.words,
            }  # fmt: skip
    return ""


@transaction.atomic
def discard(*, letter, by):
    """Throw a letter away that nobody has approved. Twice is harmless; the person can be asked again."""
    gone, _rows = Letter.objects.filter(pk=letter.pk, state=Letter.State.WRITTEN).delete()
    if gone:
        activity.record("letter.discarded", on=letter.microconference, by=by, person=letter.to_person)
    elif Letter.objects.filter(pk=letter.pk).exists():
        raise Refusal(_("The letter to %(name)s is approved already. Take it back first.") % {"name": _to(letter)})


@transaction.atomic
def take_back(*, letters, by):
    """Undo an approval: letters that have not gone wait for approval again. Returns those that could be taken back."""
    back = []
    for letter in letters:
        mine = Letter.objects.filter(pk=letter.pk, by_robot=False, kind__in=rules.APPROVED_BY_A_LEAD)
        changed = mine.filter(state__in=NOT_GONE).update(
            state=Letter.State.WRITTEN, approved_by=None, approved_at=None, due_at=None, next_try_at=None, tries=0,
            dated_at=None, version=letter.version + 1, **IN_NO_HANDS,
        )  # fmt: skip
        if changed:
            back.append(letter)
    if back:
        activity.record("letters.taken_back", on=back[0].microconference, by=by, after={"count": len(back)})
    return back


@transaction.atomic
def cancel(*, letter, by):
    """Call off a letter that waits, also a robot's. Raises Refusal if it has gone."""
    waiting = (Letter.State.WRITTEN, *NOT_GONE)
    if Letter.objects.filter(pk=letter.pk, state__in=waiting).update(state=Letter.State.CANCELLED, **IN_NO_HANDS):
        activity.record("letter.cancelled", on=letter.microconference, by=by, person=letter.to_person)
        return
    letter.refresh_from_db(fields=["state"])
    if letter.state != Letter.State.CANCELLED:
        raise Refusal(
            _("The letter to %(name)s is %(state)s and cannot be called off.")
            % {"name": _to(letter), "state": letter.get_state_display()}
        )


@transaction.atomic
def send_again(*, letter, by):
    """Send a letter once more that failed, was missed, or may not have arrived. Raises Refusal as ``approve`` does.

    One that may have arrived keeps its Message-ID and Date, so that mail programs can drop the copy.
    """
    again = (Letter.State.FAILED, Letter.State.UNCERTAIN, Letter.State.MISSED)
    letter = (
        Letter.objects.select_for_update(of=("self",)).select_related("microconference", "to_person").get(pk=letter.pk)
    )
    if letter.state not in again:
        return letter
    suppressed = rules.suppressed_among(_attendees(letter))
    if letter.kind in rules.APPROVED_BY_A_LEAD and (refused := why_not_now(letter, suppressed)):
        raise Refusal(refused)
    about_agenda.refuse_to_send_again(letter)
    now = clock.now()
    if letter.state != Letter.State.UNCERTAIN:
        letter.dated_at = None
    if not letter.message_id:
        letter.message_id = compose.new_message_id(letter)
    others = rules.letters_at([letter.to_person_id], leaving_out=[letter.pk]) if letter.kind in rules.ASKING else {}
    letter.due_at = letter.next_try_at = cadence.free_at(now, others.get(letter.to_person_id, ()))
    letter.state, letter.tries, letter.left_at = Letter.State.QUEUED, 0, None
    letter.approved_by, letter.approved_at = by, now
    letter.save_if_unchanged(
        version=None,
        fields=[
            "dated_at",
            "message_id",
            "due_at",
            "next_try_at",
            "state",
            "tries",
            "left_at",
            "approved_by",
            "approved_at",
        ],
    )
    activity.record("letter.sent_again", on=letter.microconference, by=by, person=letter.to_person)
    return letter


@transaction.atomic
def leave(*, letter, by):
    """Leave an uncertain letter at that: it may have arrived, so its reader counts as asked."""
    left = Letter.objects.filter(pk=letter.pk, state=Letter.State.UNCERTAIN, left_at=None).update(left_at=clock.now())
    if not left:
        return
    for reason in letter.reasons.filter(attendee__isnull=False).select_related("attendee__microconference", "round"):
        if letter.kind == Letter.Kind.FIRST:
            rules.note_asked(reason=reason, at=letter.dated_at or clock.now(), by=letter.approved_by)
    activity.record("letter.left", on=letter.microconference, by=by, person=letter.to_person)


def lead_for(microconference, *, user=None):
    """Who asks, if nobody is named: the lead who writes, else the first one."""
    leads = Membership.objects.leads().filter(microconference=microconference).select_related("person", "user")
    return (leads.filter(user=user).first() if user else None) or leads.first()


def _to(letter):
    return letter.to_person or letter.to_user or letter.to_address
