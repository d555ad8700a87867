"""Reads what is stored, once: whose it is, what it is, and what follows from it. In doubt nothing follows.

stored ─▶ done      an answer, an automatic reply, a report, our own letter
       ─▶ waiting   for a person, who presses what it says (deciding.py)
"""

import logging
import traceback

from django.db import transaction

from attendees.actions import answers, rounds, status
from attendees.models import Answer, InboundMail
from attendees.outreach import compose, delivery
from attendees.outreach.inbound import (
    addressing,
    answering,
    automatic,
    copies,
    matching,
    mime,
    own_mail,
    quoting,
    reading,
    signatures,
    storing,
)
from attendees.outreach.inbound.settling import end, wait
from uconf.lib import limits, logs
from uconf.lib.refusals import Refusal

log = logging.getLogger(__name__)

MOST_TRIES = 3
MOST_IN_ONE_RUN = 50
Kind, State, Why = InboundMail.Kind, InboundMail.State, InboundMail.Why


def read_waiting(*, limit=MOST_IN_ONE_RUN):
    """Read what is stored and was not read yet, oldest first; gives how many. Harmless twice, and at the same time."""
    pks = list(
        InboundMail.objects.filter(state=State.STORED)
        .order_by("tries", "received_at")
        .values_list("pk", flat=True)[:limit]
    )
    for pk in pks:
        read(pk)
    return len(pks)


def read(pk):
    """Read one stored mail. What cannot be read after three tries waits for a person; it never stops the others."""
    try:
        trusted = _is_trusted(pk)  # asks a name server, so before anything is locked
        with transaction.atomic():
            row = (
                InboundMail.objects.select_for_update(of=("self",))
                .select_related("microconference__conference", "letter__to_person", "letter__asked_by__person")
                .filter(pk=pk, state=State.STORED)
                .first()
            )
            if row is not None:
                _read(row, trusted)
    except Exception as problem:  # noqa: BLE001  (whatever is in a mail)
        # Never what it says: a mail is full of addresses.
        where = traceback.extract_tb(problem.__traceback__)[-1]
        log.error("Mail %s could not be read: %s, %s:%s", pk, type(problem).__name__, where.name, where.lineno)
        _again(pk)


def _is_trusted(pk):
    """Whether a stored mail that says it is from somebody of the team is signed by their mail provider."""
    row = InboundMail.objects.filter(pk=pk, state=State.STORED).first()
    if row is None or matching.team_member(row.microconference, row.from_address) is None:
        return False
    return signatures.is_signed_for(bytes(row.raw), row.from_address)


def _again(pk):
    with transaction.atomic():
        row = InboundMail.objects.select_for_update(of=("self",)).filter(pk=pk, state=State.STORED).first()
        if row is None:
            return
        row.tries += 1
        row.save(update_fields=["tries"])
        if row.tries >= MOST_TRIES:
            wait(row, why=Why.ODD)


def _read(row, trusted):
    mail = mime.parse(bytes(row.raw))
    split = quoting.split(mime.text_of(mail))
    row.text, row.quoted = _kept(split.new), _kept(split.quoted)
    row.save(update_fields=["text", "quoted"])
    if row.uploaded_by_id:
        row.person = matching.match(row, mail).person
        wait(row, Kind.TEXT, why=Why.REVIEW)
    elif copies.is_copy(row, mail):
        copies.take_in(row, mail)
    elif _is_ours(row, mail):
        end(row, Kind.OURS)
    elif (report := automatic.report_in(mail)) is not None:
        _report(row, report)
    elif automatic.is_automatic(mail):
        found = matching.match(row, mail)
        row.person = found.person
        end(row, Kind.AUTOMATIC)
    else:
        _letter_of_a_person(row, mail, split, trusted)


def _letter_of_a_person(row, mail, split, trusted):
    found = matching.match(row, mail)
    row.letter, row.person = row.letter or found.letter, found.person
    if found.lead is not None and not found.is_theirs:
        row.lead = found.lead
        own_mail.take_in(row, mail, trusted=trusted)
        return
    if found.person is None:
        wait(row, why=Why.STRANGER)
        return
    others = matching.others_in_copy(mail, row.microconference, sender=row.from_address)
    answering.pass_on(row, mail, found)
    if others or automatic.is_list(mail, mail.recipients):
        wait(row, Kind.LIST, why=Why.COPY)
    elif not found.is_theirs:
        wait(row, why=Why.SENDER)
    else:
        _answer(row, mail, split, found)


def _answer(row, mail, split, found):
    verdict, round = verdict_on(row, mail, split, found)
    if not verdict.is_clear:
        wait(row, why=Why(verdict.why or Why.MORE))
        return
    try:
        recorded = answers.record_answer(
            attendee=found.attendee, round=round, answer=verdict.answer, mode=verdict.mode,
            source=Answer.Source.REPLY, mail=row, by=found.person,
        )  # fmt: skip
    except Refusal:
        wait(row, why=Why.ROUND)
        return
    end(row, Kind.ANSWER)
    answering.confirm(row, recorded, found)


def verdict_on(row, mail, split, found):
    """What a mail from the right person says, and in which round: (Verdict, round). Writes nothing."""
    doubt = reading.Verdict
    if mail.odd:
        return doubt(why=Why.ODD), None
    if split.interleaved:
        return doubt(why=Why.INTERLEAVED), None
    if found.attendee is None or not (row.to_letter or found.in_thread):
        return doubt(why=Why.ROUND), None
    round = rounds.to_answer(row.microconference, row.microconference.rounds.all())
    if round is None or not _asks(found.letter, round):
        return doubt(why=Why.ROUND), None
    if not split.before and not _quotes_only(split.quoted_above, found.letter):
        return doubt(why=Why.INTERLEAVED), None
    if _has_more_than_text(mail) or mail.header("Subject").casefold().startswith(("fwd:", "fw:", "wg:", "tr:")):
        return doubt(why=Why.MORE), None
    verdict = reading.read(split.new, round=round.question, names=[found.person.name, row.from_name])
    if verdict.is_clear and _said_otherwise_since(found.attendee, round, mail):
        return doubt(why=Why.BOTH), None
    return verdict, round


def _asks(letter, round):
    """Whether a letter asks what a round does; “can't make it” below another one may be about a slot, or anything.

    Without a letter it is a lead's own mail that was answered.
    """
    if letter is None:
        return True
    asked = letter.reasons.exclude(round=None).values_list("round", flat=True)
    return letter.kind in compose.ASKING and (not asked or round.pk in asked)


def _quotes_only(quoted, letter):
    """Whether what stands above the new text is our own letter, so that the new text answers it and nothing else."""
    if letter is None:
        return False
    own = _words(letter.body) | _words(letter.subject)
    lines = [each.lstrip("> |").strip() for each in quoted.split("\n")]
    said = [each for each in lines if each and not each.endswith(":")]
    words = [word for each in said for word in _words(each)]
    return (
        bool(words) and sum(word in own for word in words) >= 0.8 * len(words) and ">>" not in quoted.replace(" ", "")
    )


def _words(text):
    return {each.strip(".,:;!?()\"'<>|").casefold() for each in text.split()} - {""}


def _has_more_than_text(mail):
    """Whether something is attached that may say more: a calendar's answer, a file, another mail."""
    harmless = ("multipart/", "text/plain", "text/html", "image/", "application/pgp-signature",
                "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-keys")  # fmt: skip
    plain = [each for each in mail.parts if each.kind == "text/plain"]
    return len(plain) > 1 or any(not each.kind.startswith(harmless) for each in mail.parts)


def _said_otherwise_since(attendee, round, mail):
    """Whether they answered in this round after they wrote the mail: then the mail is old."""
    last = next((each for each in status.standing(attendee.answers.all()) if each.round_id == round.pk), None)
    if last is None or mail.date is None:
        return False
    said_at = (last.mail and last.mail.dated_at) or last.recorded_at
    return mail.date < said_at.replace(microsecond=0)  # a Date has whole seconds


def _report(row, report):
    """A report of delivery. Only one that names our letter and the address it went to counts."""
    letter = row.letter or storing.letter_of(report.message_ids, row.microconference)
    row.letter = letter
    person = letter.to_person if letter else None
    if letter is None or person is None or person.address not in report.recipients:
        if report.for_good and letter is not None and person is not None:
            wait(row, Kind.BOUNCE, why=Why.REPORT)
        else:
            end(row, Kind.BOUNCE if report.for_good else Kind.DELAY)
        return
    row.person = person
    end(row, Kind.BOUNCE if report.for_good else Kind.DELAY)
    if report.for_good:
        reason = logs.masked(report.reason)[: limits.NOTE]
        delivery.bounced(person=person, reason=reason, letter=letter)


def _is_ours(row, mail):
    loops = [each for each in mail.message.get_all("X-Loop", []) if isinstance(each, str)]
    return any(addressing.is_ours(each, row.microconference) for each in [row.from_address, *loops])


def _kept(text):
    """A text as it is kept: bounded, and without the personal links that it may quote."""
    return logs.without_tokens(text)[: limits.LETTER]
