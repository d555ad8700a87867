"""Mail that no person wrote: auto-replies (RFC 3834), reports of delivery (RFC 3464 and what came before), lists.

Plain Python. What a report says is believed only as far as it goes: whose letter it is about, others find out.
"""

import email.parser
import email.policy
import re
from dataclasses import dataclass, field

from attendees.outreach.inbound import mime

_AUTO_SUBJECT = re.compile(
    r"\s*(?:re:\s*)?(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|automatische (?:antwort|rückantwort)|autoreply"
    r"|out of (?:the )?office|ooo\b|away from (?:my )?(?:mail|email|desk)|abwesenheit|abwesend\b|réponse automatique"
    r"|absence du bureau|absent du bureau|on (?:vacation|leave|holiday)\b|vacation (?:reply|message|notice)"
    r"|i am (?:currently )?(?:out of|away)|ticket (?:received|created)|auto:|autosvar|automatisch antwoord"
    r"|risposta automatica|respuesta automática|resposta automática)",
    re.I,
)
_LISTS = re.compile(
    r"@(?:vger\.kernel\.org|lists?\.|lists\.linux\.dev|kvack\.org|googlegroups\.com|groups\.io|freelists\.org"
    r"|listserv\.)|@[^@]*\blists?\.|-(?:list|devel|dev|users|discuss|announce)@|^(?:list|all|everyone|team|devel)@",
    re.I,
)
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mailerdaemon|mail-daemon|microsoftexchange[0-9a-f]*)@", re.I)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|undelivered mail|returned mail|mail delivery (?:failed|failure|system|subsystem)|failure notice"
    r"|delivery status notification|delivery (?:has )?failed|delivery failure|nicht zustellbar|unzustellbar"
    r"|unable to deliver|message you sent .*blocked|warning: (?:could not send|message .* delayed)|delayed mail"
    r"|delivery delayed|non remis|non délivré|échec de la remise",
    re.I,
)
_ADDRESS = re.compile(r"<?([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,190}\.[\w-]{2,63}|[\w.+-]{1,64}@localhost)>?")
# No such mailbox, no such domain, a mailbox that was closed. A full one, or a policy (5.7.x), is not “no such”.
_NO_SUCH = re.compile(r"5\.1\.(?:0|1|2|3|6|10)$|5\.2\.1$|5\.4\.4$")
_NO_SUCH_WORDS = re.compile(
    r"user unknown|unknown user|no such (?:user|recipient|mailbox|domain|person)|does ?n[o']t exist|unrouteable address"
    r"|unknown or illegal alias|recipient (?:address )?(?:not found|unknown)|mailbox (?:not found|unavailable)"
    r"|invalid (?:recipient|mailbox)|address not found|recipientnotfound|account (?:is )?(?:disabled|inactive)"
    r"|host (?:or domain name )?not found|unknown host|no mailbox here|couldn't be found|wasn't found at|\b5\.1\.[1-3]\b"
    r"|#5\.1\.1|all relevant mx records point to non-existent hosts|name service error|not our customer",
    re.I,
)
_LATER = re.compile(
    r"\bdelayed\b|will (?:be|keep) (?:retr|try)|temporary|not yet been delivered|will be (?:re)?tried|\b4\.\d\.\d\b"
    r"|still trying|warning message only|do not need to (?:resend|retry)",
    re.I,
)


@dataclass
class Report:
    """What came back: which addresses failed, for good or not, and which message it was about."""

    for_good: bool = False  # the mailbox or domain is not there; anything else changes nothing
    recipients: set = field(default_factory=set)  # in lower case
    message_ids: list = field(default_factory=list)
    reason: str = ""


def is_automatic(mail):
    """Whether a program wrote it; then it is never answered (RFC 3834, section 2)."""
    if mail.header("Auto-Submitted").casefold().split(";")[0].strip() not in ("", "no"):
        return True
    if mail.header("Precedence").casefold() in ("bulk", "junk", "auto_reply", "auto-reply"):
        return True
    suppress = mail.header("X-Auto-Response-Suppress").casefold()
    if any(
        mail.has(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Vacation")
    ):
        return True
    if suppress and ("oof" not in suppress or "all" in suppress) and _AUTO_SUBJECT.match(mail.header("Subject")):
        return True
    return bool(mail.null_sender or _AUTO_SUBJECT.match(mail.header("Subject")) or _DAEMON.match(mail.sender[1]))


def is_list(mail, recipients=()):
    """Whether a mailing list has to do with it: its headers, or an address that looks like one."""
    if any(mail.has(name) for name in ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List", "X-Mailing-List")):
        return True
    if mail.header("Precedence").casefold() == "list":
        return True
    return any(_LISTS.search(each) for each in recipients)


def report_in(mail):
    """The report of delivery that a mail is, or None."""
    status = next((each.message for each in mail.parts if each.kind == "message/delivery-status"), None)
    if status is not None:
        return _standard(mail, status)
    came_back = _DAEMON.match(mail.sender[1]) or mail.null_sender or mail.has("X-Failed-Recipients")
    if came_back and (_BOUNCE_SUBJECT.search(mail.header("Subject")) or mail.has("X-Failed-Recipients")):
        return _plain(mail)
    return None


def _standard(mail, status):
    """RFC 3464: one block of fields about the message, one about each recipient."""
    found, hard, reasons = Report(), [], []
    for block in _blocks(status)[:50]:
        get = mime.Mail(block).header
        action = get("Action").casefold().split(" ")[0]
        if not action:
            continue
        names = {_address_in(get("Final-Recipient")), _address_in(get("Original-Recipient"))} - {""}
        code, said = get("Status").split(" ")[0], get("Diagnostic-Code")
        found.recipients |= names
        reasons.append(f"{code} {said}".strip())
        hard.append(action == "failed" and _is_hard(code, said))
    found.for_good = bool(hard) and all(hard)
    found.reason = "; ".join(each for each in reasons if each)[:500]
    found.message_ids = _cited(mail)
    return found


def _blocks(status):
    payload = status.get_payload()
    if isinstance(payload, list):
        return payload
    text = mime.decoded(status)
    parser = email.parser.Parser(policy=email.policy.compat32)
    return [parser.parsestr(each, headersonly=True) for each in re.split(r"\n\s*\n", text)[:50]]


def _is_hard(code, said):
    if _NO_SUCH.match(code):
        return True
    return code.startswith("5.") and not re.match(r"5\.(?:2\.[2-9]|3|7)", code) and bool(_NO_SUCH_WORDS.search(said))


def _plain(mail):
    """A report from before RFC 3464, or from a system that never heard of it: read as its text stands."""
    text = mime.text_of(mail)
    cited = re.split(
        r"(?m)^(?:--- Below this line is a copy|------ This is a copy of|\s*-{3,} ?(?:The )?(?:original|unsent) message"
        r"|Received: |Return-Path: )",
        text,
    )
    about = cited[0][:20_000]
    failed = {address for _name, address in mail.addresses("X-Failed-Recipients")}
    ours = mail.recipients
    named = failed or {each.casefold() for each in _ADDRESS.findall(about)} - set(ours)
    later = bool(_LATER.search(about)) and not re.search(
        r"permanent(?:ly)? (?:error|fail)|permanent error", about, re.I
    )
    found = Report(recipients=named, message_ids=_cited(mail, text))
    found.for_good = not later and bool(_NO_SUCH_WORDS.search(about))
    found.reason = " ".join(_reason_lines(about, named))[:500]
    return found


def _reason_lines(about, named):
    lines = [each.strip() for each in about.split("\n")]
    for place, line in enumerate(lines):
        if any(each in line.casefold() for each in named):
            return [each for each in lines[place : place + 4] if each]
    return [each for each in lines if each][:3]


def _cited(mail, text=""):
    """Message-IDs of what came back: of the attached message or its headers, else as they stand in the text."""
    found = []
    for part in mail.parts:
        if part.kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"):
            payload = part.message.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if inner is None:
                inner = email.parser.Parser(policy=email.policy.compat32).parsestr(
                    mime.decoded(part.message)[: mime.LONGEST_HEADER], headersonly=True
                )
            found += mime.MESSAGE_ID.findall(mime.Mail(inner).header("Message-ID"))
    found += re.findall(r"(?im)^message-id:\s*(<[^<>\s]{3,900}>)", text)
    return list(dict.fromkeys(found + mail.references))[:20]


def _address_in(value):
    """The address in “rfc822; <somebody@example.org>”."""
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found.group(1).casefold() if found else ""
