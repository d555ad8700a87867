"""Calendar files that go with a release's letters (RFC 5545, RFC 5546): off unless a lead asks for them.

An item keeps its UID over all releases; SEQUENCE is the release's number, so a calendar takes the newer one. Times are
in UTC, so no zone has to be described. Only the reader themselves is an ATTENDEE.
"""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from attendees.models import Letter
from attendees.outreach import compose, placeholders
from topics.agenda import changes
from uconf.lib import addresses, clock, keys

REQUEST, CANCEL = "REQUEST", "CANCEL"


def of(facts, reader, mine, schedule_url):
    """The files for one reader: a REQUEST of what is new or moved, a CANCEL of what is gone; each only if needed."""
    gone = [each for each in mine if each.what == changes.CANCELLED]
    stay = [each for each in mine if each.what != changes.CANCELLED]
    files = []
    for method, name, some in ((REQUEST, "agenda.ics", stay), (CANCEL, "cancelled.ics", gone)):
        if some:
            text = _calendar(facts, reader, some, method, schedule_url)
            files.append({"name": name, "method": method, "text": text})
    return files


def uid_of(topic_public_id):
    """What an item is known by in calendars, in every release: opaque, and made from no address."""
    return f"{keys.keyed_hash('calendar-uid', topic_public_id)[:32]}@{settings.MAIL_DOMAIN}"


def _calendar(facts, reader, some, method, schedule_url):
    calendar = Calendar()
    calendar.add("prodid", "-//uconf//agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for change in some:
        calendar.add_component(_event(facts, reader, change, method, schedule_url))
    return calendar.to_ical().decode("utf-8")


def _event(facts, reader, change, method, schedule_url):
    mc, stand = facts.microconference, change.was if method == CANCEL else change.now
    event = Event()
    event.add("uid", uid_of(stand.topic))
    event.add("sequence", facts.number)
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("dtstart", stand.starts_at)
    event.add("dtend", stand.starts_at + timedelta(minutes=stand.minutes))
    event.add("summary", addresses.one_line(stand.title))
    if stand.room:
        event.add("location", addresses.one_line(stand.room))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("description", _("%(mc)s at %(conference)s") % {"mc": mc, "conference": mc.conference.name})
    event.add("url", schedule_url)
    sender = compose.sender(Letter(microconference=mc))
    organizer = vCalAddress(f"mailto:{sender.addr_spec}")
    organizer.params["CN"] = vText(f"{placeholders.short_title(mc)} MC")
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{reader.person.address}")
    attendee.params["CN"] = vText(addresses.one_line(reader.person.name))
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE")  # they answer on their own page
    event["attendee"] = attendee
    return event
