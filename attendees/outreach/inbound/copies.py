"""Letters that a lead sent from their own mail program, coming in as a copy: now they are sent.

A copy is known by our Message-ID, or by the header that the draft carries (many programs put a Message-ID of their
own); it must be from somebody of the team, and the letter must have been taken along.
"""

from attendees.models import Letter
from attendees.outreach import rules
from attendees.outreach.inbound import addressing, matching
from attendees.outreach.inbound.settling import Kind, end
from uconf.actions import activity
from uconf.lib import clock

HEADER = "X-Uconf-Letter"


def is_copy(row, mail):
    """Whether a mail is the copy of a letter that was taken along."""
    return letter_of(row, mail) is not None


def letter_of(row, mail):
    """The letter that a mail is a copy of, or None."""
    named = addressing.parse(mail.header(HEADER))
    letters = Letter.objects.filter(microconference=row.microconference, state=Letter.State.TAKEN)
    letters = letters.select_related("microconference__conference", "to_person")
    found = None
    if named is not None and named[1]:
        found = letters.filter(public_id=named[1]).first()
    if found is None and mail.message_id:
        found = letters.filter(message_id=mail.message_id).first()
    if found is None or matching.team_member(row.microconference, row.from_address) is None:
        return None
    # Whoever it went to instead was not asked by it.
    return found if found.to_person and found.to_person.address in mail.recipients else None


def take_in(row, mail):
    """Note that a letter is sent, and when; whom it asks counts as asked."""
    letter = letter_of(row, mail)
    at = min(mail.date or row.received_at, clock.now())
    sent = {"state": Letter.State.SENT, "sent_at": at, "dated_at": at, "reply": ""}
    if row.message_id:  # the one that its reader has: reminders refer to it
        sent["message_id"] = row.message_id
    row.letter, row.person = letter, letter.to_person
    row.lead = matching.team_member(row.microconference, row.from_address)
    if Letter.objects.filter(pk=letter.pk, state=Letter.State.TAKEN).update(**sent):
        for reason in letter.reasons.filter(attendee__isnull=False).select_related(
            "attendee__microconference", "round"
        ):
            if letter.kind == Letter.Kind.FIRST:
                rules.note_asked(reason=reason, at=at, by=letter.approved_by)
        activity.record("letter.came_as_copy", on=row.microconference, by=row.lead.user, person=letter.to_person)
    end(row, Kind.SENT_COPY)
