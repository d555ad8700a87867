"""Whose mail it is: the letter that it answers, the person who wrote it, the lead who gets it."""

from dataclasses import dataclass

from django.db.models import Q

from attendees.models import Attendee, InboundMail, Letter
from attendees.outreach import actions
from attendees.outreach.inbound import addressing, storing
from uconf.models import Membership, Person


@dataclass
class Match:
    """What is known of a mail's sender and of what it answers."""

    letter: Letter | None = None
    own_mail: InboundMail | None = None  # a lead's own mail that it answers
    attendee: Attendee | None = None  # whom it concerns
    person: Person | None = None
    is_theirs: bool = False  # it is from the person to whom the letter went
    lead: Membership | None = None  # it is from somebody of the team

    @property
    def in_thread(self):
        return self.letter is not None or self.own_mail is not None


def match(row, mail):
    """Match a stored mail. A handful of queries, whatever is in it."""
    mc, found = row.microconference, Match()
    found.letter = row.letter or storing.letter_of(mail.references, mc)
    if found.letter is None:
        found.own_mail = storing.own_mail_of(mail.references, mc)
        found.letter = found.own_mail.letter if found.own_mail else None  # a letter that a lead sent themselves
    found.lead = team_member(mc, row.from_address)
    writer = Person.objects.at(row.from_address).filter(erased_at=None).first() if row.from_address else None
    asked = found.letter.to_person if found.letter else None
    if asked is not None and writer == asked:
        found.person, found.is_theirs = asked, True
    elif writer is not None and Attendee.objects.filter(microconference=mc, person=writer).exists():
        found.person = writer
        found.is_theirs = found.letter is None
    elif asked is not None:
        found.person = asked
    if found.person is not None:
        found.attendee = (
            Attendee.objects.select_related(
                "person", "microconference__conference", "asked_by__person", "asked_by__user"
            )
            .filter(microconference=mc, person=found.person)
            .first()
        )
    return found


def team_member(microconference, address):
    """Who of the team writes from an address; None if nobody does."""
    if not address:
        return None
    who = Q(person__address=address) | Q(user__email__iexact=address)
    return microconference.memberships.select_related("person", "user").filter(who).first()


def lead_for(found, microconference):
    """The lead who asked, and gets what comes back."""
    for each in (
        found.letter and found.letter.asked_by, found.own_mail and found.own_mail.lead,
        found.attendee and found.attendee.asked_by,
    ):  # fmt: skip
        if each is not None:
            return each
    return actions.lead_for(microconference)


def address_of(member):
    """Where a member of the team reads their mail; "" if it is not known."""
    return (member.person.address or (member.user.email if member.user else "")).casefold()


def others_in_copy(mail, microconference, *, sender):
    """Addresses in To and Cc of people who are neither on the team, nor the sender, nor us."""
    team = set()
    for each in microconference.memberships.select_related("person", "user"):
        team |= {each.person.address.casefold(), each.user.email.casefold() if each.user else ""}
    known = team | {sender}
    return [each for each in mail.recipients if each not in known and not addressing.is_ours(each, microconference)]
