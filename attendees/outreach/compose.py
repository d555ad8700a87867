"""Words a letter, and makes the mail of it: headers, wrapped text, the notice that the law asks for."""

import textwrap
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from attendees import keeping
from attendees.actions import links
from attendees.models import Letter, LetterText, PersonalLink, Round
from attendees.outreach import placeholders
from attendees.outreach.inbound import addressing, passing
from uconf.lib import addresses, limits
from uconf.lib.refusals import Refusal

WIDTH = 72
FOLDER = Path(settings.BASE_DIR) / "templates" / "attendees" / "letters"
ASKING = (Letter.Kind.FIRST, Letter.Kind.REMINDER)
# To people because they are on a list or on the agenda: these carry the notice.
ABOUT_THE_AGENDA = (Letter.Kind.RELEASE, Letter.Kind.PROPOSER)
FOR_A_LIST = (*ASKING, Letter.Kind.THANKS, *ABOUT_THE_AGENDA)
# Every byte is ASCII, so that no mail server on the way has to recode anything.
POLICY = SMTP.clone(cte_type="7bit")
# What a lead sees in place of a link that is none of their business.
HIDDEN = {"answer_url": f"{settings.BASE_URL}/a/…/", "stop_url": f"{settings.BASE_URL}/a/…/stop/"}


@cache
def built_in(kind):
    """The built-in wording of a kind of letter: (subject, text)."""
    head, _blank, body = (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    return head.removeprefix("Subject: ").strip(), body.strip()


def text_kind(question, *, again):
    """Which wording asks a question for the first time, or again."""
    if question == Round.Question.COMING:
        return LetterText.Kind.REMINDER_COMING if again else LetterText.Kind.FIRST_COMING
    return LetterText.Kind.REMINDER_INTEREST if again else LetterText.Kind.FIRST_INTEREST


def wording(microconference, kind):
    """A microconference's own wording of a kind of letter, else the built-in one: (subject, text)."""
    own = LetterText.objects.filter(microconference=microconference, kind=kind).first()
    return (own.subject, own.body) if own else built_in(kind)


def fill(*, subject, body, attendee, round, lead, is_last=False):
    """One person's subject and text. Raises Refusal for an unknown placeholder."""
    placeholders.check(subject, field="subject")
    placeholders.check(body, field="body")
    values = placeholders.values_for(attendee, round=round, lead=lead, is_last=is_last)
    for_header = placeholders.fill_links(subject, answer_url="", stop_url="")
    return (
        addresses.one_line(placeholders.fill(for_header, values))[: limits.SUBJECT],
        placeholders.fill(clean_text(body), values),
    )


def clean_text(text):
    """A text as it is stored: plain line ends, no control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(each for each in text if each in "\n\t" or not addresses.CONTROLS.match(each)).strip("\n")


def refuse_too_long(body):
    """Raise Refusal if a text is longer than a letter may be."""
    if len(body) > limits.LETTER:
        raise Refusal(
            _("The letter has %(count)s characters; at most %(limit)s are possible. Shorten it.")
            % {"count": len(body), "limit": limits.LETTER},
            field="body",
        )


def wrapped(text):
    """A text in lines of at most 72 columns. Each line is a paragraph; addresses are never broken."""
    lines = []
    for line in text.expandtabs(4).split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if len(line) <= WIDTH:
            lines.append(line.rstrip())
            continue
        lines += textwrap.wrap(
            line.strip(), WIDTH, initial_indent=indent, subsequent_indent=indent,
            break_long_words=False, break_on_hyphens=False,
        ) or [""]  # fmt: skip
    return "\n".join(lines)


def notice(letter):
    """What stands under the signature, at most four lines; nobody can edit it out."""
    if letter.kind == Letter.Kind.INVITATION:
        privacy = f"{settings.BASE_URL}/privacy/"
        return _("uconf keeps this address for the invitation. Details: %(privacy)s") % {"privacy": privacy}
    if letter.kind == Letter.Kind.DIGEST:
        words = _("At most one a day, and only if something happened. No more of them: %(link)s")
        return words % {"link": "{stop_link}"}
    if letter.kind not in FOR_A_LIST or letter.to_person is None:
        return ""
    until = placeholders.day_in_words(_kept_without_answer(letter))
    kept = _("uconf keeps your name, address and answers for this MC; without an answer, until %(until)s.")
    short = _("uconf keeps your name, address and answers; without an answer, until %(until)s.")
    since = _on_the_list_since(letter)
    for words in (f"{since} {kept}", f"{since} {short}", kept):  # long names and dates must still fit
        lines = textwrap.wrap(words.replace("%(until)s", until), WIDTH)
        if len(lines) <= 2:
            break
    lines.append(_("See or erase it: %(link)s") % {"link": "{answer_link}"})
    lines.append(_("No more letters: %(link)s") % {"link": "{stop_link}"})
    return "\n".join(lines)


def _kept_without_answer(letter):
    attendee = attendee_of(letter)
    return keeping.kept_until(
        keeping.last_day(letter.microconference),
        known_since=(attendee or letter.to_person).added_at.date(),
        answered=False,
    )


def _on_the_list_since(letter):
    attendee = attendee_of(letter)
    since = attendee.added_at if attendee else letter.to_person.added_at
    day = placeholders.day_in_words(since.astimezone(letter.microconference.conference.zone).date())
    who = letter.to_person.added_by
    if who and who.name:
        return _("%(name)s added you on %(day)s.") % {"name": addresses.one_line(who.name), "day": day}
    if attendee is None and letter.kind in ABOUT_THE_AGENDA:
        return _("Known here since %(day)s.") % {"day": day}
    return _("On the list since %(day)s.") % {"day": day}


def attendee_of(letter):
    """The attendee a letter asks; None for a letter that asks nothing, or is only tried out."""
    if letter.pk is None:
        return getattr(letter, "for_attendee", None)
    reason = next(iter(letter.reasons.all()), None)
    return reason.attendee if reason else None


def as_text(letter, *, answer_url, stop_url):
    """The whole text as its reader sees it: wrapped, with the notice under it and the links in it."""
    links_in = {"answer_url": answer_url, "stop_url": stop_url}
    text = wrapped(placeholders.fill_links(letter.body, **links_in))
    under = placeholders.fill_links(notice(letter), **links_in)
    return f"{text}\n\n-- \n{under}\n" if under else f"{text}\n"


def preview(letter):
    """The text as its reader will see it, their own links hidden. Writes nothing."""
    return as_text(letter, **HIDDEN)


def heading(letter):
    """The headers that a lead should see before a letter goes: (name, value)."""
    shown = [("From", sender(letter)), ("To", recipient(letter))]
    if reply_to(letter):
        shown.append(("Reply-To", ", ".join(map(str, reply_to(letter)))))
    return [(name, str(value)) for name, value in shown] + [("Subject", letter.subject)]


def sender(letter):
    """From whom a letter comes: the lead by name, at the microconference's own address."""
    mc = letter.microconference
    if mc is None:
        return as_address("uconf", _own_address(None))
    label = _("%(title)s MC") % {"title": placeholders.short_title(mc)}
    name = f"{letter.asked_by.person.name} ({label})" if letter.asked_by else label
    return as_address(name, _own_address(mc))


def _own_address(microconference):
    if microconference is None:
        return addressing.of_site()
    if addressing.is_on() and microconference.conference_id:
        return addressing.of_microconference(microconference)
    return addressing.without_inbound(microconference)


def envelope(letter):
    """Where mail that cannot be delivered comes back to: the letter's own address, where mail comes in.

    Of what answers a mail by itself nothing comes back ("" is the null sender, RFC 3834 section 3.3): no loop then.
    """
    if letter.kind == Letter.Kind.UNDERSTOOD:
        return ""
    if addressing.is_on() and letter.pk is not None and _has_own_address(letter):
        return addressing.of_letter(letter)
    return as_address("", _own_address(letter.microconference)).addr_spec


def reply_to(letter):
    """Where an answer by mail goes: the lead who asks, and the letter's own address where mail comes in."""
    if letter.kind == Letter.Kind.FORWARD:
        try:
            writer = addresses.clean(letter.mail.from_address if letter.mail else "")
        except ValueError:
            return []
        ours = addressing.of_microconference(letter.microconference)
        return [as_address(letter.mail.from_name, writer), as_address("", ours)]
    if letter.kind == Letter.Kind.DECISION:  # whoever decided; what its reader leads is not asked
        decided = letter.approved_by
        return [as_address(decided.name, decided.email)] if decided else []
    found, who = [], letter.asked_by
    address = (who.person.address or (who.user.email if who.user else "")) if who else ""
    if address:
        found.append(as_address(who.person.name, address))
    if addressing.is_on() and _has_own_address(letter):
        found.append(as_address("", addressing.of_letter(letter)))
    return found


def _has_own_address(letter):
    return letter.microconference is not None and letter.microconference.conference_id is not None


def recipient(letter):
    """The one recipient of a letter."""
    if letter.to_person:
        return as_address(letter.to_person.name, letter.to_person.address)
    if letter.to_user:
        return as_address(letter.to_user.name, letter.to_user.email)
    return as_address("", letter.to_address)


def new_message_id(letter):
    """An identifier in our own domain. A letter that is worded anew after it was refused gets another."""
    return f"<{letter.public_id}.{letter.version}@{settings.MAIL_DOMAIN}>"


def links_for(letter):
    """The person's own links, made if they have none yet; of a digest the one that stops digests."""
    if letter.kind == Letter.Kind.DIGEST and letter.to_user is not None:
        return {"answer_url": settings.BASE_URL, "stop_url": links.digest_url(letter.to_user)}
    if letter.to_person is None:
        return {"answer_url": settings.BASE_URL, "stop_url": settings.BASE_URL}
    kinds = PersonalLink.Kind
    return {
        "answer_url": links.url_of(links.link_for(person=letter.to_person, kind=kinds.ANSWER)),
        "stop_url": links.url_of(links.link_for(person=letter.to_person, kind=kinds.STOP)),
    }


def as_message(letter, *, urls=None):
    """The mail of a letter, ready to be handed over. Needs ``message_id`` and ``dated_at`` to be set.

    ``urls`` take the place of the reader's own links (see ``rendering``).
    """
    urls = urls or links_for(letter)
    message = EmailMessage(policy=POLICY)
    message["From"] = sender(letter)
    message["To"] = recipient(letter)
    if answered := reply_to(letter):
        message["Reply-To"] = answered
    message["Subject"] = addresses.one_line(letter.subject)
    zone = letter.microconference.conference.zone if letter.microconference else None
    message["Date"] = format_datetime(letter.dated_at.astimezone(zone) if zone else letter.dated_at)
    message["Message-ID"] = letter.message_id
    if letter.in_reply_to:
        message["In-Reply-To"] = message["References"] = letter.in_reply_to
    # A first letter that a lead approved is a person's letter: it has none of these, and the stop link in its text.
    if letter.by_robot or letter.kind not in FOR_A_LIST:
        answers_a_mail = letter.kind == Letter.Kind.UNDERSTOOD
        message["Auto-Submitted"] = "auto-replied" if answers_a_mail else "auto-generated"
    if letter.kind in (Letter.Kind.UNDERSTOOD, Letter.Kind.FORWARD):
        message["X-Loop"] = sender(letter).addr_spec
    if letter.kind in (Letter.Kind.REMINDER, Letter.Kind.DIGEST):
        message["List-Unsubscribe"] = f"<{urls['stop_url']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    text = as_text(letter, **urls)
    plain = text.isascii() and all(len(line) <= 900 for line in text.split("\n"))
    message.set_content(text, cte="7bit" if plain else "quoted-printable")
    _attach(message, letter.attachments)
    if letter.kind == Letter.Kind.FORWARD and letter.mail and letter.mail.raw:
        passing.attach(message, bytes(letter.mail.raw))
    return message


def _attach(message, attachments):
    """Put calendar files beside the text (RFC 6047, 2.4: the method is said in the part's own type too)."""
    for each in attachments:
        message.add_attachment(
            each["text"], subtype="calendar", charset="utf-8", cte="base64", filename=each["name"],
            params={"method": each["method"]},
        )  # fmt: skip


def as_bytes(letter, *, urls=None):
    """A letter's bytes: CRLF, ASCII, no line longer than 998."""
    return as_message(letter, urls=urls).as_bytes(policy=POLICY)


def as_address(name, address):
    """A name and an address as a header carries them; a domain beyond ASCII in its ASCII form."""
    local, _at, domain = addresses.one_line(address).rpartition("@")
    if not local:
        return Address(addresses.one_line(name))
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    return Address(addresses.one_line(name), local, domain)
