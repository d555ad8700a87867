"""A week before: one letter to each who leads a topic. Still yes, and if not, who stands in?"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from attendees.models import Letter, LetterReason
from attendees.outreach import about_agenda, cadence, placeholders
from attendees.outreach.actions import lead_for
from topics.agenda import changes
from topics.agenda.wording import harmless, when, zone_in_words
from topics.models import Proposer, Release, Topic
from uconf.actions import activity
from uconf.lib import clock
from uconf.models import Microconference, Person

EARLIEST, LATEST = timedelta(days=7), timedelta(days=1)  # before the first session


@dataclass(frozen=True)
class Led:
    """One topic that somebody leads, as the latest release says it."""

    microconference: Microconference
    release: Release
    stand: changes.Stand


def write_letters(*, now=None):
    """Write to everybody who presents a topic at a conference whose agenda stands and begins within a week.

    One letter per person and conference, over all its microconferences, and only while a robot may write to them, so
    that it tells what stands at that moment. Who said can't gets none. Harmless twice, also at the same time.
    Returns the letters.
    """
    now = now or clock.now()
    letters, written = [], Counter()
    for (conference, person), led in _due(now).items():
        letter = _write(conference, person, led, now)
        if letter is not None:
            letters.append(letter)
            written[led[0].microconference] += 1
    for microconference, count in written.items():
        activity.record("agenda.asked", on=microconference, by=None, after={"count": count})
    return letters


def _due(now):
    """Whom to write to: {(conference, person): what they lead there, in order}. Six queries, two if nothing is near."""
    near = Microconference.objects.filter(
        state=Microconference.State.SCHEDULED,
        conference__starts_on__lte=(now + EARLIEST).date() + timedelta(days=1),
        conference__ends_on__gte=now.date(),
    ).select_related("conference")
    releases = _latest_releases(near)
    beginning = {
        each.microconference.conference_id
        for each in releases
        if (first := _first(each)) and LATEST <= first - now <= EARLIEST
    }
    if not beginning:
        return {}
    releases = [each for each in releases if each.microconference.conference_id in beginning]
    stands = {
        (each.microconference_id, stand.topic): Led(each.microconference, each, stand)
        for each in releases
        for stand in changes.stands(each.content)
        if stand.topic and stand.starts_at and stand.starts_at - now >= LATEST
    }
    presenting = Proposer.objects.filter(
        presents=True, stand_in=False, topic__state__in=Topic.PUBLIC_STATES,
        topic__microconference__in=[each.microconference_id for each in releases],
    )  # fmt: skip
    presenting = presenting.select_related("person", "topic").order_by("person__search_name", "person")
    found = {}
    for each in presenting:
        led = stands.get((each.topic.microconference_id, each.topic.public_id))
        if led:
            found.setdefault((led.microconference.conference, each.person), []).append(led)
    return {key: sorted(some, key=lambda led: led.stand.starts_at) for key, some in _unasked(found, now).items()}


def _latest_releases(microconferences):
    by_pk = {each.pk: each for each in microconferences}
    latest = {}
    for each in Release.objects.filter(microconference__in=by_pk).order_by("number").defer("content"):
        latest[each.microconference_id] = each.pk
    releases = list(Release.objects.filter(pk__in=latest.values()))
    for each in releases:
        each.microconference = by_pk[each.microconference_id]
    return releases


def _first(release):
    """When a release's first session begins; None without any."""
    return min((datetime.fromisoformat(each["starts_at"]) for each in release.content["sessions"]), default=None)


def _unasked(found, now):
    """Those who were not asked yet and whom a robot may write to now."""
    keys = {key: dedupe_key(*key) for key in found}
    known = set(LetterReason.objects.filter(dedupe_key__in=keys.values()).values_list("dedupe_key", flat=True))
    return {key: some for key, some in found.items() if keys[key] not in known and _is_their_hour(*key, now)}


def _is_their_hour(conference, person, now):
    quiet = frozenset(date.fromisoformat(each) for each in conference.quiet_days)
    allowed = cadence.may_go_at(now, zone=person.timezone, quiet_days=quiet, conference_zone=conference.timezone)
    return allowed == now


def dedupe_key(conference, person):
    """The intent: this person, this conference, once."""
    return f"proposer:{conference.pk}:{person.pk}"


@transaction.atomic
def _write(conference, person, led, now):
    # The lock makes a second process wait here and then find the letter that is there by now.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if LetterReason.objects.filter(dedupe_key=dedupe_key(conference, person)).exists():
        return None
    readers = {mc: about_agenda.readers(mc, [person])[person.pk] for mc in {each.microconference for each in led}}
    led = [each for each in led if not readers[each.microconference].why_not]
    if not led:
        return None
    mc = led[0].microconference
    lead = lead_for(mc)
    letter = about_agenda.new_letter(
        kind=Letter.Kind.PROPOSER, microconference=mc, reader=readers[mc], lead=lead,
        wording=about_agenda.Wording(_subject(mc, led), _text(conference, person, led, lead)),
    )  # fmt: skip
    return about_agenda.queue(
        letter=letter, reader=readers[mc], go_at=now, release=led[0].release, dedupe_key=dedupe_key(conference, person)
    )


def _subject(mc, led):
    names = {"mc": placeholders.short_title(mc), "title": led[0].stand.title, "count": len(led)}
    if len(led) > 1:
        return _("%(mc)s MC: you lead %(count)s topics, still yes?") % names
    return _('%(mc)s MC: you lead "%(title)s", still yes?') % names


def _text(conference, person, led, lead):
    several = len({each.microconference.pk for each in led}) > 1
    mc = led[0].microconference
    words = {
        "first_name": harmless(person.first_name),
        "conference": harmless(conference.name),
        "items": [
            (
                harmless(each.stand.title),
                when(each.stand, conference.timezone),
                harmless(str(each.microconference)) if several else "",
            )
            for each in led
        ],
        "zone": zone_in_words(conference.timezone, led[0].stand.starts_at),
        "schedule": settings.BASE_URL + reverse("topics:schedule", args=[conference.slug, mc.slug]),
        "answer": "{answer_link}",
        "lead": harmless(lead.person.first_name) if lead else harmless(str(mc)),
    }
    return render_to_string("topics/letters/proposer.txt", words).strip() + "\n"
