"""What attendees say beside their answer: topics they care about, times they cannot, whether to be named."""

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.models import Attendee, Availability, Interest, TimeTheyCannot
from uconf.actions import activity
from uconf.lib import clock
from uconf.lib.refusals import Refusal


@transaction.atomic
def set_interests(*, attendee, levels, by):
    """Note how much topics matter to somebody: ``{topic: level or None}``; None makes it unknown again.

    Topics that are not mentioned stay as they are. Raises Refusal for a topic of another microconference.
    """
    attendee = _changeable(attendee)
    known = {each.topic_id: each for each in attendee.interests.all()}
    changed = 0
    for topic, level in levels.items():
        if topic.microconference_id != attendee.microconference_id:
            raise Refusal(_("“%(topic)s” belongs to another microconference. Open the page again.") % {"topic": topic})
        row = known.get(topic.pk)
        if (row.level if row else None) == (level or None):
            continue
        changed += 1
        if not level:
            row.delete()
        elif row is None:
            Interest.objects.create(attendee=attendee, topic=topic, level=Interest.Level(level))
        else:
            row.level, row.said_at = Interest.Level(level), clock.now()
            row.save(update_fields=["level", "said_at"])
    if changed:
        activity.record(
            "interests.set", on=attendee.microconference, by=by, person=attendee.person, after={"count": changed}
        )


@transaction.atomic
def set_times(*, attendee, all_free, times, by):
    """Note when somebody cannot be there, as pairs of instants, or that they are free for all of it.

    Neither makes it unknown again. Raises Refusal if both are said.
    """
    attendee = _changeable(attendee)
    times = sorted(set(times))
    if all_free and times:
        raise Refusal(
            _("You are free for all of it, and there are times you cannot: only one of the two can be true. Clear one.")
        )
    before = Availability.objects.filter(attendee=attendee).prefetch_related("times").first()
    said = [(each.starts_at, each.ends_at) for each in before.times.all()] if before else []
    if before is not None and (before.all_free, said) == (all_free, times) and (all_free or times):
        return
    if before is None and not all_free and not times:
        return
    if before is not None:
        before.delete()
    if all_free or times:
        said = Availability.objects.create(attendee=attendee, all_free=all_free)
        TimeTheyCannot.objects.bulk_create(
            [TimeTheyCannot(availability=said, starts_at=start, ends_at=end) for start, end in times]
        )
    activity.record(
        "times.set", on=attendee.microconference, by=by, person=attendee.person,
        after={"all_free": all_free, "count": len(times)},
    )  # fmt: skip


@transaction.atomic
def set_listed(*, attendee, listed, by):
    """Let somebody be named in public, or no longer. Raises Refusal unless they say so themselves."""
    attendee = (
        Attendee.objects.select_for_update(of=("self",)).select_related("person", "microconference").get(pk=attendee.pk)
    )
    if by != attendee.person:
        raise Refusal(
            _("Only %(name)s can say whether they may be named in public. Their own page has a box for it.")
            % {"name": attendee.person}
        )
    if attendee.listed != listed:
        attendee.listed = listed
        attendee.save(update_fields=["listed"])
        activity.record(
            "listed.set", on=attendee.microconference, by=by, person=attendee.person,
            before={"listed": not listed}, after={"listed": listed},
        )  # fmt: skip
    return attendee


def _changeable(attendee):
    attendee = (
        Attendee.objects.select_for_update(of=("self",)).select_related("person", "microconference").get(pk=attendee.pk)
    )
    if attendee.microconference.is_over:
        raise Refusal(_("“%(mc)s” is over; what was said stays as it is.") % {"mc": attendee.microconference})
    return attendee
