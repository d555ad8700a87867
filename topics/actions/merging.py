"""One topic becomes part of another one."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.actions.merging import move_interests
from topics.actions.deciding import lock_drafts, take_off_drafts, touch
from topics.actions.topics import is_circle, refuse_long
from topics.models import AgendaItem, Topic
from uconf.actions import activity
from uconf.lib import clock, limits
from uconf.lib.refusals import Refusal
from uconf.models import User


@transaction.atomic
def merge(*, topic, into, by):
    """Make a topic part of another: people, links, interests, its text and its place on the agenda go there.

    The merged topic stays as a sign that shows where it went, and so do its outcomes, which are shown with the
    other one's. Merging it into the same topic twice is harmless. Raises Refusal.
    """
    rows = Topic.objects.select_for_update(of=("self",), no_key=True).select_related("microconference", "merged_into")
    # Locked in one order, so that two leads who merge both ways do not wait for each other.
    both = {each.pk: each for each in rows.filter(pk__in=[topic.pk, into.pk]).order_by("pk")}
    topic, into = both[topic.pk], both[into.pk]
    if topic.state == Topic.State.MERGED and topic.merged_into_id == into.pk:
        return into
    refuse(topic, into)
    before = {"title": topic.title, "into": into.title}
    into.problem = joined_problem(topic, into)
    into.after_id = _after(topic, into)
    into.save_if_unchanged(version=None, fields=["problem", "after_id"])
    _move_people(topic.proposers, into.proposers)
    _move_people(topic.key_people, into.key_people)
    _move_links(topic, into)
    move_interests(topic=topic, into=into)
    _move_on_drafts(topic, into, by)
    Topic.objects.filter(after=topic).exclude(pk=into.pk).update(after=into)
    Topic.objects.filter(merged_into=topic).update(merged_into=into)
    topic.state, topic.merged_into, topic.after = Topic.State.MERGED, into, None
    topic.decided_at, topic.decided_by = clock.now(), by if isinstance(by, User) else None
    topic.save_if_unchanged(version=None, fields=["state", "merged_into", "after", "decided_at", "decided_by"])
    activity.record("topic.merged", on=topic.microconference, by=by, subject=topic.title, after=before)
    return into


def refuse(topic, into):
    """Raise Refusal if a topic cannot become part of the other."""
    if topic.pk == into.pk:
        raise Refusal(
            _("“%(title)s” cannot be merged into itself. Choose another topic.") % {"title": topic}, field="into"
        )
    if topic.microconference_id != into.microconference_id:
        raise Refusal(_("“%(title)s” belongs to another microconference.") % {"title": into}, field="into")
    if topic.state == Topic.State.MERGED:
        raise Refusal(
            _("“%(title)s” was merged into “%(into)s” already.") % {"title": topic, "into": topic.merged_into}
        )
    if into.state in (Topic.State.MERGED, Topic.State.WITHDRAWN):
        raise Refusal(
            _("“%(title)s” is %(state)s. Choose a topic that is still there, or reopen it first.")
            % {"title": into, "state": into.get_state_display()},
            field="into",
        )
    joined_problem(topic, into)


def joined_problem(topic, into):
    """Both problem texts, the merged one under a heading with its title. Raises Refusal if that is too long."""
    if not topic.problem.strip():
        return into.problem
    text = f"{into.problem.rstrip()}\n\n# {topic.title}\n\n{topic.problem.strip()}".strip()
    refuse_long(
        text, limits.MARKDOWN, _("The problem of “%(a)s” and “%(b)s” together") % {"a": into, "b": topic}, "into"
    )
    return text


def _after(topic, into):
    """What the joined topic comes after, once all that waited for the merged one wait for it."""
    after = dict(Topic.objects.filter(microconference=topic.microconference_id).values_list("pk", "after_id"))
    wanted = topic.after_id if into.after_id == topic.pk else into.after_id
    after = {pk: into.pk if before == topic.pk else before for pk, before in after.items()}
    return None if is_circle(into.pk, wanted, after) else wanted


def _move_people(rows, to):
    """Move proposers or key people; who is there already stays, with the note of either."""
    there = {each.person_id: each for each in to.all()}
    last = max((each.position for each in there.values()), default=-1)
    for row in rows.all():
        same = there.get(row.person_id)
        if same is None:
            last += 1
            row.topic, row.position = to.instance, last
            row.save(update_fields=["topic", "position"])
            continue
        if getattr(row, "note", "") and not same.note:
            same.note = row.note
            same.save(update_fields=["note"])
        row.delete()


def _move_links(topic, into):
    there = {(each.label, each.url) for each in into.links.all()}
    last = max((each.position for each in into.links.all()), default=-1)
    for link in topic.links.all():
        if (link.label, link.url) in there:
            link.delete()
            continue
        last += 1
        link.topic, link.position = into, last
        link.save(update_fields=["topic", "position"])


def _move_on_drafts(topic, into, by):
    """Where only the merged topic is placed, the other takes its place if it may be placed at all."""
    if into.state in (Topic.State.ACCEPTED, Topic.State.IF_TIME):
        drafts = {draft.pk: draft for draft in lock_drafts(topic)}
        taken = set(AgendaItem.objects.filter(topic=into).values_list("draft_id", flat=True))
        free = AgendaItem.objects.filter(topic=topic).exclude(draft__in=taken)
        changed = [drafts[pk] for pk in free.values_list("draft_id", flat=True)]
        free.update(topic=into)
        for draft in changed:
            touch(draft, by=by)
    take_off_drafts(topic=topic, by=by)


def consequences(*, topic, into):
    """Say exactly what merging would do, without doing it. Raises Refusal as merge() would."""
    refuse(topic, into)
    names = {"title": topic.title, "into": into.title}
    found = []
    if topic.problem.strip():
        found.append(_("The problem of “%(title)s” is put under that of “%(into)s”, with a heading.") % names)
    for rows, there, one, many in (
        (topic.proposers, into.proposers, _("%(n)d proposer moves"), _("%(n)d proposers move")),
        (topic.key_people, into.key_people, _("%(n)d key person moves"), _("%(n)d key people move")),
    ):
        count = rows.exclude(person__in=there.values("person")).count()
        if count:
            found.append(_("%(what)s to “%(into)s”.") % {"what": (one if count == 1 else many) % {"n": count}, **names})
    if count := topic.links.count():
        found.append(
            ngettext("%(n)d link moves to “%(into)s”.", "%(n)d links move to “%(into)s”.", count)
            % {"n": count, **names}
        )
    if count := topic.interests.count():
        found.append(
            ngettext(
                "The interest of %(n)d person counts for “%(into)s”; if they said something of both, the firmer word.",
                "The interests of %(n)d people count for “%(into)s”; who said something of both keeps the firmer word.",
                count,
            )
            % {"n": count, **names}
        )
    if count := topic.outcomes.count():
        found.append(
            ngettext(
                "%(n)d outcome stays with it and is shown with “%(into)s”.",
                "%(n)d outcomes stay with it and are shown with “%(into)s”.",
                count,
            )
            % {"n": count, **names}
        )
    found += _agenda_consequences(topic, into, names)
    found.append(_("The minutes of “%(into)s” stay as they are: %(minutes)d.") % {"minutes": into.minutes, **names})
    found.append(_("The address of “%(title)s” leads to “%(into)s” from then on. This cannot be undone.") % names)
    return found


def _agenda_consequences(topic, into, names):
    found = []
    taken = set(AgendaItem.objects.filter(topic=into).values_list("draft__name", flat=True))
    placeable = into.state in (Topic.State.ACCEPTED, Topic.State.IF_TIME)
    for draft in AgendaItem.objects.filter(topic=topic).values_list("draft__name", flat=True):
        if placeable and draft not in taken:
            found.append(_("On draft %(draft)s, “%(into)s” takes its place.") % {"draft": draft, **names})
        else:
            found.append(_("It is taken off draft %(draft)s.") % {"draft": draft})
    return found
