"""What came of a microconference, topic by topic, for anybody."""

from django.utils.translation import gettext as _

from attendees.naming import nameable_person_ids
from outcomes import summary
from topics.models import Topic
from uconf import rights
from uconf.views.reader import follows_merges, page, public_page


@public_page
@follows_merges("outcomes:public")
def outcomes(request, conference, mc):
    """The outcomes by topic, with how each topic went, and those for the whole microconference."""
    found = rights.get_public_microconference(conference, mc)
    came = summary.by_topic(found, nameable_person_ids(found))
    topics = [
        each
        for each in found.topics.exclude(state=Topic.State.MERGED)
        if each.pk in came.topics or (each.result and each.state in Topic.PUBLIC_STATES)
    ]
    for each in topics:
        each.microconference, each.came = found, came.topics.get(each.pk, [])
        each.has_page = each.state in Topic.PUBLIC_STATES
    description = _("What came of %(mc)s at %(conference)s.") % {"mc": found, "conference": found.conference}
    return page(
        request,
        "outcomes/public.html",
        description,
        microconference=found,
        topics=topics,
        whole=came.whole,
        count=len(came),
        earlier=[each for each in summary.editions(found.series, exclude=found) if each.outcome_count],
    )
