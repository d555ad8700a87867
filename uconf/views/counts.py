"""How much is in each of many microconferences: numbers on the rows themselves, in the one query that reads them."""

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from attendees.actions.counts import ASKED
from attendees.models import Attendee, Letter, Status
from topics.models import Topic
from uconf.models import Microconference


def with_counts(microconferences):
    """Add topics, people, asked, interested and coming."""
    people = Attendee.objects.all()
    return microconferences.annotate(
        topic_count=_count(Topic.objects.alive()),
        people_count=_count(people),
        asked_count=_count(people.filter(status__in=ASKED)),
        interested_count=_count(people.filter(status=Status.INTERESTED)),
        coming_count=_count(people.coming()),
    )


def with_needs(microconferences):
    """Add what waits for a lead: topics to decide, letters to approve or look at, mail that bounces."""
    state = Microconference.State
    ahead = [state.ACCEPTED, state.SCHEDULED]
    asking = [state.DRAFT, state.SUBMITTED, *ahead]
    return microconferences.annotate(
        topics_waiting=_count(Topic.objects.filter(state=Topic.State.PROPOSED, microconference__state__in=ahead)),
        letters_waiting=_count(Letter.objects.filter(state=Letter.State.WRITTEN)),
        letters_unclear=_count(Letter.objects.filter(Q(state=Letter.State.UNCERTAIN) | Q(state=Letter.State.FAILED))),
        bouncing=_count(Attendee.objects.filter(status=Status.BOUNCES, microconference__state__in=asking)),
    )


def _count(rows):
    counted = rows.filter(microconference=OuterRef("pk")).order_by().values("microconference").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
