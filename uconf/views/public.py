"""What anybody may read: conferences, microconferences, series, editions, and what is kept about people."""

from django.conf import settings
from django.db.models import Count, Max, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.naming import nameable_person_ids
from outcomes import summary
from topics.models import Proposer, Topic
from uconf import rights
from uconf.lib import clock
from uconf.lib.days import span
from uconf.lib.markdown import first_sentence
from uconf.models import Conference, Membership, Microconference, Series
from uconf.views import standing
from uconf.views.reader import follows_merges, page, public_page

OUTCOMES_ON_FRONT = 12  # on a microconference's own page; all of them stand at …/outcomes/


def _leads():
    led_by = Membership.objects.in_public().select_related("person")
    return Prefetch("memberships", led_by, to_attr="led_by")


def _listed_microconferences():
    """Public microconferences as lists show them."""
    counted = {"release": Max("releases__number"), "outcome_count": Count("outcomes", distinct=True)}
    return Microconference.objects.public().annotate(**counted).prefetch_related(_leads()).order_by("title")


@public_page
def home(request):
    """Conferences with their microconferences: those to come, then those that were."""
    conferences = Conference.objects.prefetch_related(
        Prefetch("microconferences", _listed_microconferences(), to_attr="shown")
    )
    upcoming, past = [], []
    for each in conferences:
        each.days, today = span(each.starts_on, each.ends_on), clock.today(each.timezone)
        standing.set_standings(each.shown, each, today)
        if each.ends_on >= today:
            upcoming.append(each)
        elif each.shown:
            past.append(each)
    upcoming.reverse()
    description = _(
        "Microconferences: half-day working sessions inside a larger conference, "
        "from the proposal to what came of them."
    )
    return page(request, "uconf/public/home.html", description, upcoming=upcoming, past=past)


@public_page
def conference(request, conference):
    """A conference and its public microconferences, by where they stand."""
    found = get_object_or_404(Conference, slug=conference)
    microconferences = list(_listed_microconferences().filter(conference=found))
    today = clock.today(found.timezone)
    standing.set_standings(microconferences, found, today)
    days = span(found.starts_on, found.ends_on)
    return page(
        request,
        "uconf/public/conference.html",
        _("The microconferences of %(conference)s, %(days)s.") % {"conference": found, "days": days},
        conference=found,
        days=days,
        groups=standing.grouped(microconferences),
        count=len(microconferences),
        is_over=found.ends_on < today,
    )


@public_page
@follows_merges("uconf:microconference")
def microconference(request, conference, mc):
    """One microconference: when and where, what about, who comes, what came of it, what was before."""
    found = rights.get_public_microconference(conference, mc)
    today = clock.today(found.timezone)
    nameable = nameable_person_ids(found)
    release = found.releases.first()
    topics = _topics(found, nameable)
    outcomes = [summary.show(each, nameable) for each in summary.ready(found.outcomes)]
    editions = list(summary.editions(found.series, exclude=found))
    return page(
        request,
        "uconf/public/microconference.html",
        first_sentence(found.summary) or _("%(mc)s at %(conference)s.") % {"mc": found, "conference": found.conference},
        microconference=found,
        days=span(found.conference.starts_on, found.conference.ends_on),
        release=release,
        sessions=standing.released_sessions(release),
        zone=release.content["timezone"] if release else found.timezone,
        leads=found.memberships.in_public().select_related("person"),
        topics=[each for each in topics if each.state == Topic.State.ACCEPTED],
        if_time=[each for each in topics if each.state == Topic.State.IF_TIME],
        takes_topics=standing.takes_topics(found, today),
        takes_people=found.takes_letters,
        who=standing.who_comes(found),
        outcomes=outcomes[:OUTCOMES_ON_FRONT],
        outcome_count=len(outcomes),
        links=found.links.all(),
        earlier=[each for each in editions if each.year <= found.year],
        newer=[each for each in editions if each.year > found.year],
    )


def _topics(found, nameable):
    topics = found.topics.filter(state__in=Topic.PUBLIC_STATES).prefetch_related(
        Prefetch("proposers", Proposer.objects.filter(person__in=nameable).select_related("person"), to_attr="named"),
        "links",
    )
    for each in topics:
        each.microconference = found  # its address needs it; it is the one we have
    return topics


@public_page
def series(request, series):
    """A microconference across the years: every edition with who led it and what came of it."""
    found = get_object_or_404(Series, slug=series)
    editions = summary.editions_with_outcomes(found)
    count = sum(len(each.outcomes) for each in editions)
    description = _("%(series)s across the years: %(editions)s, %(outcomes)s.") % {
        "series": found,
        "editions": ngettext("%d edition", "%d editions", len(editions)) % len(editions),
        "outcomes": ngettext("%d outcome", "%d outcomes", count) % count,
    }
    if not editions:
        raise Http404  # all of its editions are still private, and so is its name
    return page(request, "uconf/public/series.html", description, series=found, editions=editions, outcome_count=count)


@public_page
def edition(request, series, year):
    """An edition of which only the year is known. One with a conference has a page there."""
    found = get_object_or_404(Series, slug=series)
    editions = summary.editions_with_outcomes(found)
    of_year = [each for each in editions if each.microconference.year == year]
    shown = next((each for each in of_year if each.microconference.conference_id is None), None)
    if shown is None:
        if not of_year:
            raise Http404
        return redirect(of_year[0].microconference)
    others = [each for each in editions if each is not shown]
    description = _("%(mc)s in %(year)d: who led it and what came of it.") % {"mc": found, "year": year}
    return page(request, "uconf/public/edition.html", description, series=found, edition=shown, others=others)


@public_page
def privacy(request):
    """What is kept about people, why, how long, and what they can do about it."""
    description = _("What this site keeps about people, why, for how long, and how to change or remove it.")
    contact = f"postmaster@{settings.MAIL_DOMAIN}"
    return page(request, "uconf/public/privacy.html", description, site=settings.BASE_URL, contact=contact)
