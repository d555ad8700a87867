"""A lead's own mail, sent to the microconference's address in Cc or Bcc: whoever it went to counts as asked by them.

It is believed if their mail provider has signed it (DKIM), or once the lead says in the browser that it was theirs.
"""

from attendees.actions import rounds, status
from attendees.models import Asking, Attendee
from attendees.outreach.inbound import addressing, storing
from attendees.outreach.inbound.settling import Kind, Why, end, wait
from uconf.lib import addresses, clock, limits
from uconf.models import Person

MOST = 200  # recipients that one mail can ask, or suggest


def take_in(row, mail, *, trusted, by=None):
    """Note whom a lead's own mail asks; without trust it waits for the lead. ``by`` is who said that it is theirs."""
    known, unknown = recipients_of(row, mail)
    if not known and not unknown:  # sent to us alone: something to read, and nobody who is asked
        for each in forwarded_in(mail):
            storing.store_text(microconference=row.microconference, raw=each, by=row.lead.user)
        wait(row, Kind.TEXT, why=Why.REVIEW)
        return
    if not trusted:
        row.why = Why.CONFIRM
        if unknown or not _are_asked(row, known):
            row.suggestions = [[name, address] for address, name in _named_in(row, mail).items()]
            wait(row, Kind.OWN_MAIL, why=Why.CONFIRM)
        else:  # part of a talk that goes on: nothing to note, so nothing to confirm
            end(row, Kind.OWN_MAIL)
        return
    if len(known) == 1:
        row.person = known[0].person
    row.suggestions = unknown
    row.why = Why.NOTHING
    ask(row, known, mail)
    if unknown:
        wait(row, Kind.OWN_MAIL, why=Why.SUGGESTIONS)
    else:
        end(row, Kind.OWN_MAIL, by=by)


def forwarded_in(mail):
    """The mails that are attached to one, as bytes."""
    attached = [each.message for each in mail.parts if each.kind == "message/rfc822"]
    inner = [each.get_payload() for each in attached]
    return [each[0].as_bytes() for each in inner if isinstance(each, list) and each][:MOST]


def _are_asked(row, attendees):
    """Whether all of some attendees were asked in the round that counts now."""
    round = status.current_round(row.microconference)
    asked = Asking.objects.filter(round=round, attendee__in=attendees).count() if round else 0
    return asked == len(attendees)


def ask(row, attendees, mail=None):
    """Note that attendees were asked by the lead who wrote a mail, when it was written."""
    if not attendees or not row.microconference.takes_letters:
        return
    user = row.lead.user if row.lead else None
    round = rounds.current_or_imported(microconference=row.microconference, by=user)
    at = min((mail and mail.date) or row.dated_at or row.received_at, clock.now())
    rounds.asked(attendees=attendees, round=round, how=Asking.How.OWN_MAIL, by=user, at=at)
    if row.lead is not None:
        Attendee.objects.filter(pk__in=[each.pk for each in attendees], asked_by=None).update(asked_by=row.lead)


def recipients_of(row, mail):
    """Whom a mail went to: (attendees, [[name, address]] of people who are not on the list)."""
    named = _named_in(row, mail)
    known = list(
        Attendee.objects.filter(microconference=row.microconference, person__address__in=named).select_related(
            "person", "microconference__conference"
        )
    )
    here = {each.person.address for each in known}
    names = dict(Person.objects.filter(address__in=named).values_list("address", "name"))
    return known, [[name or names.get(address, ""), address] for address, name in named.items() if address not in here]


def _named_in(row, mail):
    """The names of a mail's recipients by their addresses, without the team and without us; bounded."""
    team = set()
    for each in row.microconference.memberships.select_related("person", "user"):
        team |= {each.person.address, each.user.email.casefold() if each.user else ""}
    named = {}
    for name, address in mail.addresses("To", "Cc"):
        try:
            address = addresses.clean(address)
        except ValueError:
            continue
        if address not in team and not addressing.is_ours(address, row.microconference):
            named.setdefault(address, addresses.one_line(name)[: limits.NAME])
    return dict(list(named.items())[:MOST])
