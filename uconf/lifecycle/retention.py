"""The daily clean-up: what is kept has an end, and the end comes by itself."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from attendees import keeping
from attendees.actions import erasing as attendees_erasing
from attendees.models import Attendee, InboundMail, Letter
from topics.models import KeyPerson, Proposer
from uconf.actions import activity
from uconf.lib import clock
from uconf.lifecycle import erasing, holding, redacting
from uconf.models import Heartbeat, Microconference, Person, User

AT_A_TIME = 10  # people whose names are looked for in one go


def clean_up_once_a_day():
    """Clean up unless it was done today (UTC). However often and by however many it is called: once."""
    now = clock.now()
    Heartbeat.objects.get_or_create(name="retention", defaults={"at": now - timedelta(days=2)})
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if Heartbeat.objects.filter(name="retention", at__lt=midnight).update(at=now):
        clean_up()


def clean_up():
    """Delete all whose time is over. Gives how many (places on lists, people, texts of letters)."""
    return _drop_places(), _erase_people(), _drop_texts() + _drop_mails()


def _drop_places():
    """Places on lists: 400 days without an answer, three years with one."""
    today, dropped = clock.today("UTC"), defaultdict(int)
    # Nothing is due before 400 days are over, so only old lists are looked at.
    old = Q(microconference__conference__ends_on__lt=today - keeping.WITHOUT_ANSWER)
    rows = Attendee.objects.filter(old | Q(microconference__conference=None))
    rows = rows.select_related("microconference__conference", "person").order_by("pk")
    for attendee in [each for each in rows if keeping.of_attendee(each) < today]:
        attendees_erasing.forget_place(attendee=attendee)
        dropped[attendee.microconference] += 1
    for microconference, count in dropped.items():
        activity.record("people.expired", on=microconference, by=None, after={"count": count})
    return sum(dropped.values())


def _erase_people():
    """People whom nothing holds any more; also those who were written down and never put on any list."""
    due = _who_is_due()
    for start in range(0, len(due), AT_A_TIME):
        with transaction.atomic():
            redacting.redact([erasing.forget(person=each) for each in due[start : start + AT_A_TIME]])
    return len(due)


def _who_is_due():
    """Whoever has an account or a place on a team is not among them: their names stand in published proposals."""
    today = clock.today("UTC")
    early = today - keeping.WITHOUT_ANSWER
    recent = Microconference.objects.filter(conference__ends_on__gte=early)
    rows = Person.objects.filter(erased_at=None, memberships=None, added_at__date__lt=early)
    for holds in (Attendee.objects.filter(microconference__in=recent), *(
        model.objects.filter(topic__microconference__in=recent) for model in (Proposer, KeyPerson)
    )):  # fmt: skip
        rows = rows.exclude(pk__in=holds.values("person"))
    users = set(User.objects.values_list("email", flat=True))
    return [
        each
        for each in rows.order_by("pk")
        if each.address not in users and max(holding.ends_of(each), default=date.min) < today
    ]


@transaction.atomic
def _drop_texts():
    """Texts of letters 90 days after the microconference; confirmations that nobody answered after two weeks."""
    now = clock.now()
    day = clock.today("UTC") - keeping.TEXTS_OF_LETTERS
    settled = Letter.objects.exclude(state__in=Letter.ON_THE_WAY)
    settled.filter(written_at__lt=now - keeping.CONFIRMATIONS).exclude(to_address="").delete()
    over = Q(microconference__conference__ends_on__lt=day, written_at__lt=now - keeping.TEXTS_OF_LETTERS)
    over |= Q(microconference=None, written_at__lt=now - keeping.TEXTS_OF_LETTERS)
    old = settled.filter(over).exclude(body="")
    return Letter.objects.filter(pk__in=old.values("pk")).update(body="", reply="", attachments=[], rendered=None)


@transaction.atomic
def _drop_mails():
    """Mails that came in, 90 days after the microconference: their texts; mails of who is on no list, altogether."""
    day, now = clock.today("UTC") - keeping.TEXTS_OF_LETTERS, clock.now()
    over = InboundMail.objects.filter(
        microconference__conference__ends_on__lt=day, received_at__lt=now - keeping.TEXTS_OF_LETTERS
    )
    over.filter(person=None, letter=None).delete()
    return over.exclude(size=0).update(raw=b"", size=0, text="", quoted="", suggestions=[], topics=[])
