"""What goes out because mail came in: the reply itself to the lead who asked, and how it was understood to its writer.

Neither can start a loop (RFC 3834): nothing goes out for what no person wrote, what goes out says that no person wrote
it, how a reply was understood has no sender to whom anything could come back, and nobody gets more than a few a day.
"""

from datetime import timedelta

from django.utils.translation import gettext as _

from attendees.models import Letter
from attendees.outreach.inbound import matching
from attendees.outreach.notes import queue_note
from uconf.lib import addresses, clock, limits

MOST_A_DAY = 3
DAY = timedelta(days=1)


def pass_on(row, mail, found):
    """Queue a reply, as it came, for the lead who asked; None if the lead has it already, or nobody could get it."""
    lead = matching.lead_for(found, row.microconference)
    if lead is None or not (address := matching.address_of(lead)):
        return None
    if address in mail.recipients or address == row.from_address:
        return None
    who = row.from_name or str(found.person or row.from_address)
    body = _("%(name)s wrote, in reply to your letter:") % {"name": addresses.one_line(who)}
    body = f"{body}\n\n{(row.text or row.quoted)[: limits.LETTER - 2_000]}"
    body += "\n\n" + _("The mail as it came is attached. A reply to this one goes to its writer.")
    return queue_note(
        kind=Letter.Kind.FORWARD, to_user=lead.user, to_person=None if lead.user else lead.person,
        subject=row.subject or _("(no subject)"), body=_no_placeholders(body), microconference=row.microconference,
        dedupe_key=f"forward:{row.pk}:{lead.pk}", by=None, asked_by=None, mail=row,
    )  # fmt: skip


def confirm(row, answer, found):
    """Queue a short letter to the writer alone: how the mail was understood, and where to set it right."""
    since = clock.now() - DAY
    recent = Letter.objects.filter(
        kind=Letter.Kind.UNDERSTOOD, to_person=answer.attendee.person, microconference=row.microconference,
        written_at__gt=since,
    )  # fmt: skip
    if recent.count() >= MOST_A_DAY:
        return None
    lead = matching.lead_for(found, row.microconference)
    values = {
        "name": answer.attendee.person.first_name, "answer": answer.words, "question": answer.round,
        "lead": lead.person.first_name if lead else "uconf",
    }  # fmt: skip
    body = _(
        "Hi %(name)s,\n\n"
        "thank you. A program read your mail, and noted for “%(question)s”:\n\n"
        "  %(answer)s\n\n"
        "If that is not what you meant, or when it changes, take it back or answer anew here:\n"
        "%(link)s\n\n"
        "Sent by uconf for %(lead)s, who has your mail as well."
    ) % ({key: _no_placeholders(str(value)) for key, value in values.items()} | {"link": "{answer_link}"})
    subject = row.subject if row.subject.casefold().startswith("re:") else f"Re: {row.subject}"
    return queue_note(
        kind=Letter.Kind.UNDERSTOOD, to_person=answer.attendee.person, subject=_no_placeholders(subject), body=body,
        microconference=row.microconference, dedupe_key=f"understood:{row.pk}", by=None, asked_by=lead, mail=row,
    )  # fmt: skip


def _no_placeholders(text):
    """A text of somebody else's in which nothing is filled in."""
    return text.replace("{answer_link}", "(answer_link)").replace("{stop_link}", "(stop_link)")
