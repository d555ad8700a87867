"""Small agendas to work on in a browser: one for each test that changes something, all at the sample's conference.

Run inside the site's own database: `manage.py shell -c "from tests.browser import agendas; agendas.make()"`.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tests import factories
from tests.factories import AttendeeFactory, HelperFactory, LeadFactory, MicroconferenceFactory, SessionFactory
from tests.factories.topics import KeyPersonFactory, TopicFactory
from topics.agenda import drafts
from topics.models import AgendaItem
from uconf.models import Conference, Membership, User

SLUGS = ("keyboard", "minutes", "touch", "mouse", "pair", "plain", "signs")
OTHER = "second.lead@example.org"


@transaction.atomic
def make():
    """Each has Alpha, Beta and a break in the morning, Gamma in the afternoon; Delta and Epsilon wait."""
    factories.number_from(10_000)
    conference = Conference.objects.get(slug="sample")
    lead = User.objects.get(email="davidlohr.bueso@example.org")
    person = Membership.objects.filter(user=lead).first().person
    other = None
    for slug in SLUGS:
        mc = MicroconferenceFactory(
            conference=conference, year=conference.year, slug=slug, title=f"Agenda for {slug}", accepted=True
        )
        LeadFactory(microconference=mc, user=lead, person=person)
        if other is None:
            other = HelperFactory(microconference=mc, user__email=OTHER, user__name="Second Madeup")
        else:
            HelperFactory(microconference=mc, user=other.user, person=other.person)
        _agenda(mc)


def _agenda(mc):
    day = mc.conference.starts_on + timedelta(days=1)
    sessions = []
    for hour, minutes in ((9, 90), (14, 60)):
        starts = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(mc.timezone))
        sessions.append(
            SessionFactory(microconference=mc, starts_at=starts, ends_at=starts + timedelta(minutes=minutes))
        )
    titles = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")
    topics = {
        title: TopicFactory(microconference=mc, title=title, accepted=True, minutes=25, position=position)
        for position, title in enumerate(titles)
    }
    asked = AttendeeFactory(microconference=mc, pending=True, person__name="Mina Example")
    KeyPersonFactory(topic=topics["Beta"], person=asked.person)
    draft = drafts.open_draft(microconference=mc)
    morning, afternoon = sessions
    for title, session in (("Alpha", morning), ("Beta", morning), ("Gamma", afternoon)):
        drafts.place(draft=draft, topic=topics[title], session=session, version=None, by=None)
    drafts.add_pause(
        draft=draft, kind=AgendaItem.Kind.BREAK, minutes=15, session=morning, position=2, version=None, by=None
    )
