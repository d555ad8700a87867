"""Topics: written, changed, proposed by anybody, deleted while nothing hangs on them."""

from django.db import transaction
from django.db.models import Max
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outcomes.models import Outcome
from topics.models import AgendaItem, Proposer, Topic
from uconf.actions import activity, people
from uconf.lib import addresses, clock, limits
from uconf.lib.links import is_web_address
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, Person, User

EDITABLE = (
    "title", "problem", "minutes", "presenting_minutes", "group", "after", "external_id", "external_url",
)  # fmt: skip


@transaction.atomic
def add_topic(
    *, microconference, title, problem="", minutes=20, presenting_minutes=5, group="", after=None,
    external_id="", external_url="", state=Topic.State.PROPOSED, by,
):  # fmt: skip
    """Put a topic at the end of the list. Raises Refusal for an empty title or impossible minutes."""
    Microconference.objects.select_for_update(of=("self",)).get(pk=microconference.pk)  # positions stay apart
    topic = Topic(microconference=microconference, state=state, position=next_position(microconference))
    _fill(
        topic, title=title, problem=problem, minutes=minutes, presenting_minutes=presenting_minutes, group=group,
        after=after, external_id=external_id, external_url=external_url,
    )  # fmt: skip
    if state != Topic.State.PROPOSED:
        topic.decided_at = clock.now()
        topic.decided_by = by if isinstance(by, User) else None
    topic.save()
    activity.record("topic.added", on=microconference, by=by, subject=topic.title, after={"state": topic.state})
    return topic


@transaction.atomic
def edit_topic(*, topic, version, by, **values):
    """Change what is given of a topic: any of EDITABLE. Saving what is there already changes nothing.

    Raises EditConflict if somebody saved it since ``version`` was shown, Refusal for what cannot be.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"A topic has no {', '.join(sorted(unknown))} to edit.")
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    refuse_merged(topic)
    before = {name: _logged(getattr(topic, name)) for name in values}
    _fill(topic, **values)
    after = {name: _logged(getattr(topic, name)) for name in values}
    changed = [name for name in values if before[name] != after[name]]
    if changed:
        topic.save_if_unchanged(version=version, fields=changed)
        activity.record(
            "topic.edited", on=topic.microconference, by=by, subject=topic.title,
            before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip
    return topic


def _fill(topic, **values):
    """Set values on a topic in memory, each in its one form; raises Refusal."""
    for name, value in values.items():
        if name in ("title", "group", "external_id", "external_url"):
            value = addresses.one_line(value)
        elif name == "problem":
            value = value.replace("\r\n", "\n").strip()
        setattr(topic, name, value)
    if not topic.title:
        raise Refusal(_("A topic needs a title. Say in a few words what it would settle."), field="title")
    refuse_long(topic.title, limits.TITLE, _("The title"), "title")
    refuse_long(topic.group, limits.TITLE, _("The group’s name"), "group")
    refuse_long(topic.problem, limits.MARKDOWN, _("The problem"), "problem")
    refuse_long(topic.external_id, 40, _("The number in the conference’s system"), "external_id")
    refuse_long(topic.external_url, limits.URL, _("The address in the conference’s system"), "external_url")
    if topic.external_url and not is_web_address(topic.external_url):
        raise Refusal(
            _("“%(url)s” is not a web address. Write it with https:// in front.") % {"url": topic.external_url[:80]},
            field="external_url",
        )
    if not 1 <= topic.minutes <= limits.MINUTES:
        raise Refusal(
            _("“%(title)s” can take 1 to %(most)d minutes, not %(minutes)d.")
            % {"title": topic.title, "most": limits.MINUTES, "minutes": topic.minutes},
            field="minutes",
        )
    if not 0 <= topic.presenting_minutes <= topic.minutes:
        raise Refusal(
            _("Presenting takes %(presenting)d of %(minutes)d minutes: longer than the topic itself. Shorten it.")
            % {"presenting": topic.presenting_minutes, "minutes": topic.minutes},
            field="presenting_minutes",
        )
    if topic.after is not None:
        _refuse_circle(topic)


def _refuse_circle(topic):
    """A topic comes after another one, and that one must not wait for it in turn."""
    if topic.after.microconference_id != topic.microconference_id:
        raise Refusal(_("“%(title)s” belongs to another microconference.") % {"title": topic.after}, field="after")
    after = dict(Topic.objects.filter(microconference=topic.microconference_id).values_list("pk", "after_id"))
    if is_circle(topic.pk, topic.after_id, after):
        raise Refusal(
            _("“%(other)s” waits for “%(title)s” already. Choose another one, or none.")
            % {"other": topic.after, "title": topic},
            field="after",
        )


def is_circle(pk, after_pk, after):
    """Whether a topic that comes after another would wait for itself; ``after`` says who waits for whom."""
    seen = set()
    while after_pk is not None and after_pk not in seen:
        if after_pk == pk:
            return True
        seen.add(after_pk)
        after_pk = after.get(after_pk)
    return False


def refuse_long(text, most, what, field):
    """Refuse a text that is longer than the database takes."""
    if len(text) > most:
        raise Refusal(
            _("%(what)s has %(length)d characters; %(most)d fit. Shorten it.")
            % {"what": what, "length": len(text), "most": most},
            field=field,
        )


def refuse_merged(topic):
    """What was merged away stays as it was."""
    if topic.state == Topic.State.MERGED:
        raise Refusal(
            _("“%(title)s” was merged into “%(into)s”. Change that one instead.")
            % {"title": topic, "into": topic.merged_into}
        )


def _logged(value):
    return value.title if isinstance(value, Topic) else value


def next_position(microconference):
    last = microconference.topics.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def propose_topic(*, microconference, title, problem, name, address, by=None):
    """Take a topic that somebody proposes on the public page; it waits for the leads.

    The proposer is found by their address, or new; who they are is never told back. An address that must not
    be written to is no hindrance: they wrote to us, and still get no letter. The same proposal twice is one.
    Raises Refusal if the call for topics is closed.
    """
    today = clock.today(microconference.timezone)
    if not microconference.takes_topics_on(today):
        raise Refusal(_("“%(mc)s” takes no topics at the moment.") % {"mc": microconference})
    person = people.find_or_add(
        name=name,
        address=address,
        basis=Person.Basis.ASKED_US,
        source=_("proposed a topic for “%(mc)s” on %(day)s")
        % {"mc": microconference, "day": formats.date_format(today, "j F Y")},
        by=by if isinstance(by, User) else None,
        they_wrote=True,
    )
    title = addresses.one_line(title)
    same = microconference.topics.filter(title=title, state=Topic.State.PROPOSED, proposers__person=person).first()
    if same is not None:
        return same
    topic = add_topic(microconference=microconference, title=title, problem=problem, by=by or person)
    Proposer.objects.create(topic=topic, person=person)
    return topic


@transaction.atomic
def delete_topic(*, topic, by):
    """Delete a topic on which nothing hangs. Raises Refusal that says what does, and what to do instead."""
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if refusal := refusal_to_delete(topic):
        raise refusal
    activity.record("topic.deleted", on=topic.microconference, by=by, subject=topic.title)
    topic.delete()


def refusal_to_delete(topic):
    """The refusal that deleting a topic would meet; None if nothing hangs on it."""
    hanging = what_hangs_on(topic)
    if not hanging:
        return None
    return Refusal(
        _("“%(title)s” cannot be deleted: it has %(hanging)s. Withdraw it instead.")
        % {"title": topic, "hanging": _and(hanging)}
    )


def what_hangs_on(topic):
    """What would be lost with a topic, in words: interests, agenda items, outcomes, releases, merged topics."""
    found = []
    if count := topic.interests.count():
        found.append(ngettext("interest of %(n)d person", "interests of %(n)d people", count) % {"n": count})
    if AgendaItem.objects.filter(topic=topic).exists():
        found.append(_("a place on the agenda"))
    if count := Outcome.objects.filter(topic=topic).count():
        found.append(ngettext("%(n)d outcome", "%(n)d outcomes", count) % {"n": count})
    releases = topic.microconference.releases.order_by("number").values_list("number", "content")
    numbers = [number for number, content in releases if topic.public_id in topics_of(content)]
    if numbers:
        found.append(
            ngettext("a place in release %(numbers)s", "a place in releases %(numbers)s", len(numbers))
            % {"numbers": ", ".join(map(str, numbers))}
        )
    if count := topic.merged_from.count():
        found.append(ngettext("%(n)d topic merged into it", "%(n)d topics merged into it", count) % {"n": count})
    if count := topic.carried_over_to.count():
        found.append(ngettext("%(n)d later topic", "%(n)d later topics", count) % {"n": count})
    return found


def topics_of(content):
    """The topics that a release's content names, by their public ids."""
    placed = {item.get("topic") for session in content.get("sessions", ()) for item in session.get("items", ())}
    return (placed | {each.get("topic") for each in content.get("if_time", ())}) - {None}


def _and(parts):
    return parts[0] if len(parts) == 1 else _("%(first)s and %(last)s") % {
        "first": ", ".join(parts[:-1]), "last": parts[-1],
    }  # fmt: skip
