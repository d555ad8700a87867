"""Topics in mails that came in or were uploaded: found by the proposal reader, proposed once somebody says so."""

import re

from django.db import transaction

from attendees.models import InboundMail
from attendees.outreach.inbound.settling import end
from topics.actions import people as topic_people
from topics.actions import topics
from uconf.actions import activity
from uconf.lib import addresses, limits
from uconf.proposal import reader

MOST_IN_ONE_RUN = 50
MOST_TOPICS = 50
LONGEST_PROBLEM = 8_000
_TAGS = re.compile(r"(?:\s*(?:re|fwd?|aw|wg|tr)\s*:\s*|\s*\[[^\[\]]{1,60}\]\s*)+", re.I)


def find_waiting(*, limit=MOST_IN_ONE_RUN):
    """Look for topics in the mails that wait for it; gives how many were looked at. Harmless twice."""
    rows = InboundMail.objects.filter(
        kind=InboundMail.Kind.TEXT, state=InboundMail.State.WAITING, topics__isnull=True
    ).defer("raw")[:limit]
    for row in rows:
        InboundMail.objects.filter(pk=row.pk, topics__isnull=True).update(topics=topics_in(row))
    return len(rows)


def topics_in(mail):
    """What a mail proposes, as [{title, problem}]: what the reader finds, else the mail itself by its subject."""
    text = "\n\n".join(each for each in (mail.text, mail.quoted) if each)
    try:
        found = [
            {"title": each.title[: limits.TITLE], "problem": each.description[:LONGEST_PROBLEM]}
            for each in reader.read(text).topics[:MOST_TOPICS]
        ]
    except reader.UnreadableProposal:
        found = []
    title = addresses.one_line(_TAGS.sub("", mail.subject, count=1) if _TAGS.match(mail.subject) else mail.subject)
    if not found and title and mail.text.strip():
        found = [{"title": title[: limits.TITLE], "problem": mail.text[:LONGEST_PROBLEM]}]
    return found


@transaction.atomic
def add(*, mail, chosen, by):
    """Propose chosen ones (by their places) of the topics in a mail, by who wrote it; the others are left out.

    Twice is harmless: what was proposed is not in the mail any more. Raises Refusal as ``add_topic`` does.
    """
    mail = (
        InboundMail.objects.select_for_update(of=("self",))
        .select_related("microconference__conference", "person")
        .get(pk=mail.pk)
    )
    found = [each for place, each in enumerate(mail.topics or []) if str(place) in chosen]
    added = [
        topics.add_topic(microconference=mail.microconference, title=each["title"], problem=each["problem"], by=by)
        for each in found
    ]
    for topic in added if mail.person else ():
        topic_people.add_proposer(topic=topic, person=mail.person, by=by)
    mail.topics = []
    mail.save(update_fields=["topics"])
    if mail.person is None and mail.state == InboundMail.State.WAITING:
        end(mail, mail.kind, by=by)
        activity.record("mail.decided", on=mail.microconference, by=by)
    return added
