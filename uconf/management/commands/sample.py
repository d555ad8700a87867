"""`manage.py sample`: a microconference to look at, brought here by the same actions that the pages use."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.core.management import BaseCommand
from django.db import transaction

from topics.actions import deciding
from topics.actions import topics as topic_actions
from topics.agenda import drafts, releases, sessions
from uconf import proposal
from uconf.actions import committee, conference_settings, microconferences, rooms
from uconf.lib import clock
from uconf.lifecycle import deciding as lifecycle
from uconf.models import Conference, Microconference, User
from uconf.proposal import reader
from uconf.proposal.reviewed import from_reading
from uconf.proposal.save import save

SLUG = "sample"
ZONE = "Europe/Dublin"
LEAD = "davidlohr.bueso@example.org"
COMMITTEE = "committee@example.org"
TEXT = Path(proposal.__file__).with_name("sample.txt")
MINUTES = [30, 20, 20, 25, 15, 15, 20, 15, 10]  # in the text's order: 170 of the session's 210
PUBLISH_WEEKS_BEFORE = 2


class Command(BaseCommand):
    help = "Loads the sample microconference if it is missing, and prints its lead's address."

    def handle(self, *args, **options):
        if not Conference.objects.filter(slug=SLUG).exists():
            load()
            self.stdout.write("Loaded the sample microconference.")
        self.stdout.write(f"Its lead signs in as {LEAD}")


@transaction.atomic
def load():
    """The conference, one microconference from a pasted text to release 1, and who may sign in."""
    conference = _conference()
    chair = committee.add_by_address(conference=conference, address=COMMITTEE, by=None)
    lead = _user(LEAD, "Davidlohr Bueso")
    reading = reader.read(TEXT.read_text(encoding="utf-8"))
    microconference = save(proposal=_as_lead(from_reading(reading), lead), conference=conference, by=lead)
    lifecycle.submit(microconference=microconference, by=lead)
    lifecycle.accept(microconference=microconference, by=chair)
    for topic, minutes in zip(microconference.topics.all(), MINUTES, strict=True):
        deciding.accept(topic=topic, by=lead)
        topic.refresh_from_db()
        topic_actions.edit_topic(topic=topic, version=topic.version, minutes=minutes, by=lead)
    _settle(microconference, conference, chair=chair, lead=lead)
    _publish(microconference, conference, lead)
    return microconference


def _conference():
    made, _is_new = conference_settings.find_or_make(slug=SLUG, name="Sample Plumbers Conference")
    conference_settings.change(
        conference=made, version=made.version, by=None, timezone=ZONE, venue="Example Hall, Dublin and remote",
        website="https://conference.example.org/", official_schedule_url="https://conference.example.org/timetable",
    )  # fmt: skip
    rooms.add(conference=made, name="Room A", remote_capable=True, by=None)
    rooms.add(conference=made, name="Room B", remote_capable=False, by=None)
    return made


def _user(address, name):
    user = User.objects.create_user(address, name=name)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def _as_lead(read, user):
    """The reviewed text, with its first lead being the one who imports it."""
    number = next(place for place, each in enumerate(read.leads) if each.name == user.name)
    return replace(read, me=number)


def _settle(microconference, conference, *, chair, lead):
    """The room, and by when the agenda is to be published."""
    room = conference.rooms.get(name="Room A")
    microconferences.place(
        microconference=microconference, version=microconference.version, kind=Microconference.Kind.FULL, room=room,
        by=chair,
    )  # fmt: skip
    due = max(conference.starts_on - timedelta(weeks=PUBLISH_WEEKS_BEFORE), clock.today(ZONE))
    microconferences.change(microconference=microconference, version=microconference.version, publish_by=due, by=lead)


def _publish(microconference, conference, lead):
    """One session of three and a half hours on the second day, everything placed, release 1."""
    zone, day = ZoneInfo(ZONE), conference.starts_on + timedelta(days=1)
    room = conference.rooms.get(name="Room A")
    sessions.add_session(
        microconference=microconference, room=room, by=lead,
        starts_at=datetime(day.year, day.month, day.day, 14, 0, tzinfo=zone),
        ends_at=datetime(day.year, day.month, day.day, 17, 30, tzinfo=zone),
    )  # fmt: skip
    draft = drafts.open_draft(microconference=microconference, by=lead)
    drafts.fill_default(draft=draft, by=lead)
    draft.refresh_from_db()
    releases.publish(draft=draft, note="", version=draft.version, by=lead)
