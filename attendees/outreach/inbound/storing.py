"""Takes a mail in: whose it is, and the bytes as they came. Nothing is read here; that is another step."""

import hashlib
import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from attendees.models import InboundMail, Letter
from attendees.outreach.inbound import addressing, mime
from uconf.lib import addresses, limits

# Where mail servers write to whom they delivered, before what the writer typed.
DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RCPT-TO")


class NotOurs(Exception):  # noqa: N818  (an answer, not an error)
    """The mail is for nobody here."""


class TooLarge(Exception):  # noqa: N818
    """The mail is larger than what is kept."""


def store(*, raw, recipients=(), by_thread=False):
    """Keep a mail; the same one twice is one row. Gives the row.

    ``recipients`` are the addresses it was delivered to, where the mail server says so; they count before those in
    its headers. ``by_thread`` also takes what answers a letter without being sent to one of our addresses.
    Raises NotOurs or TooLarge with a sentence.
    """
    if len(raw) > limits.MAIL:
        raise TooLarge(
            _("The mail is larger than %(limit)s MB. Send it again without attachments, please.")
            % {"limit": limits.MAIL // 1_000_000}
        )
    mail = mime.parse(raw)
    found = _whose(mail, recipients) or (_of_thread(mail) if by_thread else None)
    if found is None:
        raise NotOurs(_("Nobody here has this address."))
    name, address = mail.sender
    values = {
        "letter": found.letter, "to_letter": found.letter is not None and not getattr(found, "by_thread", False),
        "raw": raw, "size": len(raw), "from_address": _short_address(address),
        "from_name": addresses.one_line(name)[: limits.NAME],
        "subject": addresses.one_line(mail.header("Subject"))[: limits.SUBJECT],
        "message_id": _short_id(mail.message_id), "dated_at": mail.date,
    }  # fmt: skip
    key = {"microconference": found.microconference, "fingerprint": fingerprint(raw, mail)}
    try:
        with transaction.atomic():
            row, made = InboundMail.objects.get_or_create(**key, defaults=values)
    except IntegrityError:
        return InboundMail.objects.get(**key)
    if not made and found.letter is not None and row.letter_id is None:
        InboundMail.objects.filter(pk=row.pk, state=InboundMail.State.STORED).update(
            letter=found.letter, to_letter=values["to_letter"]
        )
    return row


def store_text(*, microconference, raw, by):
    """Keep a mail that somebody of the team uploads or forwards, for what is in it; the same one twice is one row.

    Nothing in it counts by itself: its topics and answers wait for review.
    """
    mail = mime.parse(raw)
    name, address = mail.sender
    row, _made = InboundMail.objects.get_or_create(
        microconference=microconference, fingerprint=fingerprint(raw, mail),
        defaults={
            "raw": raw[: limits.MAIL], "size": len(raw), "uploaded_by": by, "from_address": _short_address(address),
            "from_name": addresses.one_line(name)[: limits.NAME],
            "subject": addresses.one_line(mail.header("Subject"))[: limits.SUBJECT],
            "message_id": _short_id(mail.message_id), "dated_at": mail.date,
        },
    )  # fmt: skip
    return row


def fingerprint(raw, mail):
    """What of a mail stays the same, however often and over whatever hosts it is delivered."""
    _head, _blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    said = "\0".join([mail.message_id, *mail.sender, mail.header("Date"), mail.header("Subject")])
    return hashlib.sha256(said.encode("utf-8", "replace") + b"\0" + body.strip()).hexdigest()


def _whose(mail, recipients):
    delivered = [*recipients, *(address for _name, address in mail.addresses(*DELIVERED))]
    written = mail.recipients
    found = addressing.find(delivered) or addressing.find(written)
    if found is None or found.letter is not None:
        return found
    closer = addressing.find([*delivered, *written])
    return closer if closer.letter is not None and closer.microconference == found.microconference else found


def _of_thread(mail):
    """The letter, or the lead's own mail, that a mail answers."""
    letter = letter_of(mail.references)
    if letter is not None:
        return addressing.Found(letter.microconference)
    own = own_mail_of(mail.references)
    return addressing.Found(own.microconference) if own is not None else None


def letter_of(message_ids, microconference=None):
    """The first letter with one of these Message-IDs; None without one."""
    letters = Letter.objects.filter(message_id__in=[each for each in message_ids if each])
    letters = letters.exclude(microconference=None).exclude(microconference__conference=None)
    if microconference is not None:
        letters = letters.filter(microconference=microconference)
    found = {each.message_id: each for each in letters.select_related(
        "microconference__conference", "to_person", "to_user", "asked_by__person", "asked_by__user"
    )}  # fmt: skip
    return next((found[each] for each in message_ids if each in found), None)


def own_mail_of(message_ids, microconference=None):
    """The lead's own mail with one of these Message-IDs, once it is known to be theirs; None without one."""
    mails = InboundMail.objects.filter(
        message_id__in=[each for each in message_ids if each],
        kind__in=(InboundMail.Kind.OWN_MAIL, InboundMail.Kind.SENT_COPY),
    ).exclude(why=InboundMail.Why.CONFIRM)
    if microconference is not None:
        mails = mails.filter(microconference=microconference)
    return mails.select_related(
        "microconference__conference", "lead__person", "lead__user", "letter__to_person", "letter__asked_by__person"
    ).first()


def _short_address(address):
    address = addresses.one_line(address)
    return address if len(address) <= limits.ADDRESS else ""


def _short_id(message_id):
    """A Message-ID as it can be looked for; one that is longer than any honest one is none."""
    return message_id if len(message_id) <= limits.LABEL and re.fullmatch(r"[\x21-\x7e]*", message_id) else ""
