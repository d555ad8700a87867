"""A mail's bytes, taken apart without trusting them. Plain Python; nothing in a mail makes it fail.

Everything has a limit: what is beyond it is not looked at, and the mail says so (``odd``).
"""

import email.message
import email.parser
import email.policy
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

LONGEST_HEADER = 60_000
MOST_RECIPIENTS = 500
MOST_PARTS = 100
LONGEST_TEXT = 200_000
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
MESSAGE_ID = re.compile(r"<[^<>\s]{3,900}>")


@dataclass
class Part:
    """A leaf of the mail: its type in lower case, and the message object that carries it."""

    kind: str
    message: email.message.Message


@dataclass
class Mail:
    """What a mail says, as far as it can be told."""

    message: email.message.Message
    parts: list = field(default_factory=list)
    odd: str = ""  # why it may not have been understood: "parts", "recipients", "charset", "broken"

    def header(self, name):
        """The first header of a name, in words and one line; "" without one."""
        try:
            return in_words(next(iter(values_of(self.message, name)), None))
        except Exception:  # noqa: BLE001  (a header that cannot be read says nothing)
            return ""

    def has(self, name):
        return name in self.message

    def addresses(self, *names):
        """All addresses in headers of these names, in lower case and in order: (name, address)."""
        values = [each for name in names for each in values_of(self.message, name)]
        try:
            found = getaddresses([_raw(each)[:LONGEST_HEADER] for each in values])
        except Exception:  # noqa: BLE001
            return []
        if len(found) > MOST_RECIPIENTS or any(len(_raw(each)) > LONGEST_HEADER for each in values):
            self.odd = self.odd or "recipients"
        found = found[:MOST_RECIPIENTS]
        return [(in_words(name), clean(address).casefold()) for name, address in found if "@" in address]

    @property
    def sender(self):
        """Who it is from: (name, address); both empty if it says none, or more than one."""
        found = self.addresses("From")
        return found[0] if len(found) == 1 and len(values_of(self.message, "From")) == 1 else ("", "")

    @property
    def recipients(self):
        return [address for _name, address in self.addresses("To", "Cc")]

    @property
    def message_id(self):
        return next(iter(MESSAGE_ID.findall(self.header("Message-ID"))), "")

    @property
    def references(self):
        """Message-IDs that it answers, the nearest first."""
        found = MESSAGE_ID.findall(self.header("In-Reply-To"))
        found += reversed(MESSAGE_ID.findall(self.header("References")[-LONGEST_HEADER:]))
        return list(dict.fromkeys(found))[:100]

    @property
    def date(self):
        """When it says that it was written; None if it does not say so in a way that can be believed."""
        try:
            found = parsedate_to_datetime(self.header("Date"))
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except Exception:  # noqa: BLE001
            return None
        return found if datetime(2000, 1, 1, tzinfo=UTC) < found < datetime(2200, 1, 1, tzinfo=UTC) else None

    @property
    def null_sender(self):
        return self.header("Return-Path").strip() == "<>"


def parse(raw):
    """Take a mail apart. A message that cannot be parsed at all comes back empty and ``odd``."""
    try:
        message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(raw)
        mail = Mail(message)
        _collect(mail)
    except Exception:  # noqa: BLE001  (RecursionError, and whatever else a hostile mail provokes)
        mail = Mail(email.message.Message(), odd="broken")
        head = raw[:LONGEST_HEADER].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
        with suppress(Exception):
            mail.message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(head, headersonly=True)
    return mail


def _collect(mail):
    """List the leaves in reading order, without recursion. What was attached as a mail is a leaf too."""
    waiting = [mail.message]
    while waiting:
        part = waiting.pop(0)
        if len(mail.parts) >= MOST_PARTS:
            mail.odd = mail.odd or "parts"
            return
        kind = part.get_content_type().lower()
        if part.is_multipart() and not kind.startswith("message/"):
            waiting[:0] = list(part.get_payload())[:MOST_PARTS]
            mail.parts.append(Part(kind, part))
        else:
            mail.parts.append(Part(kind, part))


def text_of(mail):
    """The mail's own words: the first plain part, else the first HTML one as text. Attachments are left out."""
    for wanted, convert in (("text/plain", _unflowed), ("text/html", lambda _part, text: from_html(text))):
        for part in mail.parts:
            if part.kind == wanted and part.message.get_content_disposition() != "attachment":
                text = decoded(part.message, mail)
                if text.strip():
                    return clean(convert(part.message, text)[:LONGEST_TEXT])
    return ""


def decoded(part, mail=None):
    """The text of a part in the charset that it names, or the one that it is in."""
    try:
        data = part.get_payload(decode=True) or b""
    except Exception:  # noqa: BLE001
        return ""
    data = data[: LONGEST_TEXT * 4]
    try:
        charset = part.get_content_charset() or "utf-8"
    except Exception:  # noqa: BLE001
        charset = "utf-8"
    for each in dict.fromkeys(["utf-8" if charset in ("us-ascii", "ascii") else charset, "utf-8"]):
        try:
            return data.decode(each).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, ValueError):
            continue
    if mail is not None:
        mail.odd = mail.odd or "charset"
    return data.decode("cp1252", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _unflowed(part, text):
    """Text of format=flowed (RFC 3676) with its soft line breaks taken out; other text as it is."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    delsp = str(part.get_param("delsp") or "").lower() == "yes"
    lines, open_depth = [], None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:].removeprefix(" ")
        soft = body.endswith(" ") and body != "-- "
        if open_depth == depth and body != "-- ":
            lines[-1] += body
        else:
            lines.append(">" * depth + (" " if depth else "") + body)
        if soft and delsp:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if soft else None
    return "\n".join(lines)


class _Html(HTMLParser):
    """HTML as text; what mail programs mark as quoted gets a “> ” before it."""

    BLOCKS = frozenset("p div br tr li h1 h2 h3 h4 table ul ol pre hr section".split())
    SILENT = frozenset("style script head title".split())
    QUOTING = re.compile(r"gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|zmail_extra", re.I)
    FROM_HERE = re.compile(r"divRplyFwdMsg|appendonsend|reply-intro|OLK_SRC_BODY_SECTION", re.I)
    VOID = frozenset("br hr img input meta link wbr area base col embed source track".split())

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines, self.depths, self.open, self.silent, self.rest = [""], [0], [], 0, False
        self.quotes = 0  # how many of the open ones quote

    @property
    def depth(self):
        return min(self.quotes + self.rest, 5)

    def handle_starttag(self, tag, attrs):
        words = " ".join(str(value) for name, value in attrs if name in ("class", "id") and value)
        if self.FROM_HERE.search(words):
            self.rest = True
        if tag in self.BLOCKS or tag == "blockquote":
            self._break()
        if tag in self.VOID:
            return
        if tag in self.SILENT:
            self.silent += 1
        if len(self.open) < 2000:
            self.open.append((tag, tag == "blockquote" or bool(self.QUOTING.search(words))))
            self.quotes += self.open[-1][1]
        if self.depths[-1] != self.depth:
            self._break()

    def handle_endtag(self, tag):
        if tag in self.SILENT:
            self.silent = max(0, self.silent - 1)
        for place in range(len(self.open) - 1, max(-1, len(self.open) - 60), -1):
            if self.open[place][0] == tag:
                self.quotes -= sum(quotes for _tag, quotes in self.open[place:])
                del self.open[place:]
                break
        if tag in self.BLOCKS or tag == "blockquote" or self.depths[-1] != self.depth:
            self._break()

    def handle_data(self, data):
        if not self.silent and data:
            self.lines[-1] += re.sub(r"[ \t\r\n\xa0]+", " ", data)

    def _break(self):
        if not self.lines[-1].strip():
            self.lines[-1], self.depths[-1] = "", self.depth
            if len(self.lines) > 1 and self.lines[-2] == "":
                return
        self.lines.append("")
        self.depths.append(self.depth)


def from_html(text):
    """HTML as plain text, quoted parts marked. Nothing in it is trusted or fetched."""
    reader = _Html()
    try:
        reader.feed(text)
        reader.close()
    except Exception:  # noqa: BLE001
        return ""
    return "\n".join(
        ("> " * depth + line.strip()).rstrip() for line, depth in zip(reader.lines, reader.depths, strict=True)
    ).strip()


def values_of(message, name):
    """All values of a header as they came, bytes beyond ASCII as escapes (what ``get`` gives has lost them)."""
    return [value for each, value in message.raw_items() if each.lower() == name.lower()]


def in_words(value):
    """A header's value with its encoded words read, in one line."""
    if value is None:
        return ""
    raw = _raw(value)[:LONGEST_HEADER]
    try:
        pieces = decode_header(raw)
        text = "".join(
            each if isinstance(each, str) else each.decode(charset or "utf-8", "replace") for each, charset in pieces
        )
    except Exception:  # noqa: BLE001
        text = raw
    return " ".join(clean(text).split())


def clean(text):
    """A text without control characters, NULs and halves of characters."""
    return CONTROLS.sub("", text)


def _raw(value):
    text = str(value)
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
