"""Makes the mail of a letter when it is queued, so that sending it is a matter of bytes.

What is kept has marks where the Date and the reader's own links stand: tokens are stored nowhere. A mark is as long as
what it stands for, so that no line is broken elsewhere. A hash says what a mail was made from; where that has changed
(an address, a name, a text), it is made again when the letter goes.
"""

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse

from attendees.actions import links
from attendees.models import Attendee, Letter, LetterReason, PersonalLink, Round
from attendees.outreach import compose
from uconf.models import Membership, Microconference

log = logging.getLogger(__name__)

TOKEN_LENGTH = 32
ANSWER_MARK = "answer-link-of-the-reader".ljust(TOKEN_LENGTH, "_")
STOP_MARK = "stop-link-of-the-reader".ljust(TOKEN_LENGTH, "_")
DATE_MARK = b"\r\nDate: {date}\r\n"
SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # stands in for the Date while a mail is made
AT_A_TIME = 200


@dataclass
class Mail:
    """One letter, ready for a mail server: the envelope, and the bytes but for the Date."""

    pk: int
    sender: str
    recipient: str
    data: bytes
    zone: str
    dated_at: datetime | None = None

    @cached_property
    def letter(self):
        """The letter itself, for what only some of them need."""
        found = Letter.objects.select_related("microconference", "to_person").filter(pk=self.pk).first()
        return found or Letter(pk=self.pk)  # erased meanwhile: whatever is written about it finds no row

    def dated(self, moment):
        """The bytes as they are sent, with their Date."""
        return self.data.replace(DATE_MARK, _date_line(int(moment.timestamp()), self.zone), 1)


@lru_cache(maxsize=100)
def _date_line(second, zone):
    moment = datetime.fromtimestamp(second, UTC if zone == "UTC" else ZoneInfo(zone))
    return b"\r\nDate: " + format_datetime(moment).encode("ascii") + b"\r\n"


def load(pks):
    """Letters with all that their mail is made from, in the order of the queue. A fixed number of queries."""
    letters = list(
        Letter.objects.filter(pk__in=pks)
        .select_related("to_person", "to_user", "mail", "approved_by")
        .order_by("next_try_at", "pk")
    )
    mcs = Microconference.objects.select_related("conference").in_bulk({each.microconference_id for each in letters})
    members = Membership.objects.select_related("person", "user").in_bulk({each.asked_by_id for each in letters})
    people = [each.to_person for each in letters if each.to_person]
    prefetch_related_objects(people, "added_by")
    reasons = {}
    for reason in LetterReason.objects.filter(letter__in=pks).order_by("pk"):
        reasons.setdefault(reason.letter_id, []).append(reason)
    rows = [each for some in reasons.values() for each in some]
    attendees = Attendee.objects.prefetch_related("answers").in_bulk({each.attendee_id for each in rows} - {None})
    rounds = Round.objects.in_bulk({each.round_id for each in rows} - {None})
    for reason in rows:
        reason.attendee, reason.round = attendees.get(reason.attendee_id), rounds.get(reason.round_id)
    for letter in letters:
        letter.microconference = mcs.get(letter.microconference_id)
        letter.asked_by = members.get(letter.asked_by_id)
        letter._prefetched_objects_cache = {"reasons": reasons.get(letter.pk, [])}
    return letters


def prepare(pks):
    """Make and keep the mails of letters that are queued, and their readers' links. What cannot be made is left."""
    pks = list(pks)
    for start in range(0, len(pks), AT_A_TIME):
        letters = load(pks[start : start + AT_A_TIME])
        _tokens(letters)
        for letter in letters:
            try:
                data = _marked(letter)
            except Exception:  # told of when it goes; the others must not wait for it
                log.exception("Letter %s cannot be worded", letter.public_id)
                data = None
            letter.rendered, letter.rendered_from = data, made_from(letter) if data else ""
        Letter.objects.bulk_update([each for each in letters if each.rendered], ["rendered", "rendered_from"])


def mails(letters):
    """The mails of letters that were loaded: (mails, [(letter, why it cannot be worded)])."""
    ready, odd, tokens = [], [], _tokens(letters)
    for letter in letters:
        try:
            ready.append(_mail(letter, tokens.get(letter.pk, ())))
        except Exception as error:
            log.exception("Letter %s cannot be worded", letter.public_id)
            odd.append((letter, error))
    return ready, odd


def _mail(letter, tokens):
    kept = letter.rendered is not None and letter.rendered_from == made_from(letter)
    data = bytes(letter.rendered) if kept else _marked(letter)
    if data is None:  # a mark was broken over two lines: this one is made with the links themselves
        letter.dated_at, dated_at = SOME_DAY, letter.dated_at
        data, letter.dated_at = _with_date_mark(compose.as_bytes(letter)), dated_at
    for mark, token in tokens:
        data = data.replace(mark, token)
    mc = letter.microconference
    mail = Mail(
        letter.pk, compose.envelope(letter), compose.recipient(letter).addr_spec, data,
        mc.conference.timezone if mc is not None and mc.conference_id else "UTC", letter.dated_at,
    )  # fmt: skip
    mail.letter = letter
    return mail


def _marked(letter):
    """A letter's bytes with marks; None if one of them did not stay in one piece."""
    urls = marked_urls(letter)
    letter.dated_at, dated_at = SOME_DAY, letter.dated_at
    try:
        data = compose.as_bytes(letter, urls=urls)
        message_text = compose.as_text(letter, **urls) if urls else ""
    finally:
        letter.dated_at = dated_at
    for mark in (ANSWER_MARK, STOP_MARK):
        if data.count(mark.encode()) < message_text.count(mark):
            return None
    head = data.partition(b"\r\n\r\n")[0]
    if b"List-Unsubscribe:" in head and urls and STOP_MARK.encode() not in head:
        return None
    return _with_date_mark(data)


def _with_date_mark(data):
    head, blank, body = data.partition(b"\r\n\r\n")
    return re.sub(rb"\r\nDate: [^\r\n]*(?=\r\n)", DATE_MARK[:-2], head, count=1) + blank + body


def marked_urls(letter):
    """What stands in place of the reader's own links; None for a reader who has none."""
    if letter.kind == Letter.Kind.DIGEST and letter.to_user is not None:
        return {
            "answer_url": settings.BASE_URL,
            "stop_url": _url("attendees:digest", f"{letter.to_user_id}.{STOP_MARK}"),
        }
    if letter.to_person is None or letter.kind == Letter.Kind.FORWARD:
        return None
    return {"answer_url": _url("attendees:answer", ANSWER_MARK), "stop_url": _url("attendees:stop", STOP_MARK)}


def _tokens(letters):
    """{letter pk: [(mark, token)]} as bytes; links that are missing are made."""
    people = sorted({each.to_person_id for each in letters if each.to_person_id})
    found = {}
    answers = links.links_for_all(people=people, kind=PersonalLink.Kind.ANSWER) if people else {}
    stops = links.links_for_all(people=people, kind=PersonalLink.Kind.STOP) if people else {}
    for letter in letters:
        if letter.kind == Letter.Kind.FORWARD:  # somebody else's words, and no link of ours: not a byte is changed
            continue
        if letter.to_person_id:
            found[letter.pk] = [
                (ANSWER_MARK.encode(), answers[letter.to_person_id].token.encode()),
                (STOP_MARK.encode(), stops[letter.to_person_id].token.encode()),
            ]
        elif letter.kind == Letter.Kind.DIGEST and letter.to_user is not None:
            found[letter.pk] = [(STOP_MARK.encode(), links.digest_secret(letter.to_user).encode())]
    return found


def made_from(letter, *, attendee=None):
    """A hash of all that the mail of a letter is made from, but for the Date and the reader's own links.

    ``attendee`` is whom it asks, where that is known already.
    """
    mc, person, lead, user = letter.microconference, letter.to_person, letter.asked_by, letter.to_user
    attendee = attendee or compose.attendee_of(letter)
    conference = mc.conference if mc and mc.conference_id else None
    return hash_of(
        (
            letter.public_id, letter.kind, letter.by_robot, letter.subject, letter.body, letter.message_id,
            letter.in_reply_to, letter.to_address, letter.attachments, letter.mail_id, settings.INBOUND_MAIL,
        ),
        mc and (mc.slug, mc.title, mc.year),
        conference and (conference.slug, conference.timezone, conference.ends_on),
        person and (person.name, person.address, person.added_at.timestamp(), person.added_by and person.added_by.name),
        user and (user.name, user.email),
        letter.kind == Letter.Kind.DECISION and letter.approved_by and letter.approved_by.email,
        lead and (lead.person.name, lead.person.address, lead.user and lead.user.email),
        attendee and attendee.added_at.timestamp(),
    )  # fmt: skip


def hash_of(*inputs):
    """One hash of plain values; the same ones in the same order give the same."""
    inputs = (settings.BASE_URL, settings.MAIL_DOMAIN, *inputs)
    return hashlib.sha256(repr(inputs).encode("utf-8", "backslashreplace")).hexdigest()


def _url(name, token):
    return settings.BASE_URL + _path(name, token)


@lru_cache(maxsize=1000)
def _path(name, token):
    return reverse(name, args=[token])
