"""The letters of a release: whom it concerns, and what changed for each of them since they last heard of it.

A letter waits a quarter of an hour before it goes. A further release in that time replaces it by one that tells the
sum of both; if nothing is left to tell, it is called off. So small corrections make one letter.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from attendees.models import Letter
from attendees.outreach import about_agenda, compose, placeholders
from attendees.outreach.actions import lead_for
from topics.agenda import calendar_files, changes
from topics.agenda.wording import harmless, item_words, zone_in_words
from topics.models import KeyPerson, Proposer, Release, Topic
from uconf.actions import activity
from uconf.lib import clock
from uconf.models import Person

ONE_LETTER_WITHIN = timedelta(minutes=15)
PRESENTS, NEEDED = "presents", "needed"


@dataclass(frozen=True)
class Telling:
    """One person's letter of a release. ``since`` is the release that they last heard of, or None."""

    reader: about_agenda.Reader
    changes: tuple[changes.Change, ...]
    since: Release | None
    replaces: Letter | None
    letter: Letter

    @property
    def text(self):
        """As its reader will see it, their own links hidden."""
        return compose.preview(self.letter)

    @property
    def heading(self):
        return compose.heading(self.letter)


@dataclass
class Plan:
    """What a release would write, replace and leave alone."""

    letters: list = field(default_factory=list)  # Telling
    called_off: list = field(default_factory=list)  # letters that wait and have nothing to tell any more
    left_out: list = field(default_factory=list)  # sentences

    @property
    def replacing(self):
        """How many of the letters take the place of one that waits; these go whatever the lead says."""
        return sum(each.replaces is not None for each in self.letters)


@dataclass(frozen=True)
class Facts:
    """A release, there already or not, and what its letters say beside the changes."""

    microconference: object
    content: dict
    previous: Release | None
    number: int
    note: str = ""
    with_calendar: bool = False


def plan(facts, *, tell=True, by=None):
    """Whom the letters of a release would go to, and each letter. Reads only; the same queries for any agenda.

    ``tell=False`` writes to nobody new; what waits from the release before is set right all the same, since it
    would tell a time that does not hold any more.
    """
    mc = facts.microconference
    last = about_agenda.last_letters(mc)
    known = _releases_known(last.values(), facts.previous)
    concerned = _concerned(mc, [facts.content, *(each.content for each in known.values())])
    people = Person.objects.in_bulk({*concerned, *(pk for pk, each in last.items() if about_agenda.waits(each))})
    readers = about_agenda.readers(mc, people.values())
    between = {pk: tuple(changes.between(each.content, facts.content)) for pk, each in known.items()}
    between[None] = tuple(changes.between(None, facts.content))
    lead, found = lead_for(mc, user=by), Plan()
    for pk, person in sorted(people.items(), key=lambda each: (each[1].search_name, each[0])):
        reason, roles = last.get(pk), concerned.get(pk, {})
        waiting = reason.letter if about_agenda.waits(reason) else None
        touched = concerning(between[facts.previous and facts.previous.pk], roles, person)
        if not waiting and not (tell and touched):
            continue
        since = _since(reason, facts.previous)
        mine = concerning(between[since], roles, person)
        if readers[pk].why_not and mine:
            found.left_out.append(readers[pk].why_not)
        if readers[pk].why_not or not mine:
            found.called_off += [waiting] if waiting else []
            continue
        since = known.get(since)
        wording = _worded(facts, readers[pk], mine, roles, lead)
        letter = about_agenda.new_letter(
            kind=Letter.Kind.RELEASE, microconference=mc, reader=readers[pk], wording=wording, lead=lead
        )
        found.letters.append(Telling(readers[pk], mine, since, waiting, letter))
    return found


def write(facts, release, *, tell=True, by=None):
    """Put the letters of a release on the list, in the transaction that publishes it. Gives the plan it followed."""
    done, go_at = plan(facts, tell=tell, by=by), clock.now() + ONE_LETTER_WITHIN
    names = {"number": release.number}
    for each in done.called_off:
        about_agenda.replace(letter=each, why=_("Release %(number)s left nothing to tell.") % names)
    for each in done.letters:
        since = each.since
        if each.replaces is not None:
            why = _("Replaced by the letter of release %(number)s, which tells both.") % names
            if not about_agenda.replace(letter=each.replaces, why=why):
                since = facts.previous  # it went while this was prepared: this one tells the rest
        about_agenda.queue(
            letter=each.letter, reader=each.reader, go_at=go_at, release=release, since=since,
            dedupe_key=f"release:{release.pk}:person:{each.reader.person.pk}",
        )  # fmt: skip
    if done.letters:
        activity.record("agenda.told", on=facts.microconference, by=by, after={"count": len(done.letters)})
    return done


def _since(reason, previous):
    """The primary key of the release that somebody last heard of.

    Who was never written to knows what was published before; who missed a letter knows what they knew before it.
    """
    if reason is None:
        return previous.pk if previous else None
    return reason.release_id if reason.letter.state in about_agenda.TOLD else reason.since_id


def _releases_known(reasons, previous):
    """The releases that somebody may have heard of last, by primary key. One query."""
    wanted = {pk for pk in (_since(each, previous) for each in reasons) if pk}
    found = Release.objects.in_bulk(wanted - ({previous.pk} if previous else set()))
    return found | ({previous.pk: previous} if previous else {})


def _concerned(microconference, contents):
    """{person: {topic: role}} for the topics of some releases: who presents one, and who it needs. Three queries.

    Where a topic is gone or merged away, those whom the releases name as its proposers.
    """
    named = {}
    for content in contents:
        for session in content["sessions"]:
            for item in session["items"]:
                if item["topic"]:
                    named.setdefault(item["topic"], set()).update(item["people"])
    there = Topic.objects.filter(microconference=microconference, public_id__in=named)
    there = set(there.exclude(state=Topic.State.MERGED).values_list("public_id", flat=True))
    found = {}
    keys = KeyPerson.objects.filter(topic__public_id__in=there).values_list("person", "topic__public_id")
    presenting = Proposer.objects.filter(topic__public_id__in=there, presents=True)
    presenting = presenting.values_list("person", "topic__public_id")
    for role, rows in ((NEEDED, keys), (PRESENTS, presenting)):
        for person, topic in rows:
            found.setdefault(person, {})[topic] = role
    gone = {public_id: topic for topic in set(named) - there for public_id in named[topic]}
    if gone:
        for pk, public_id in Person.objects.filter(public_id__in=gone).values_list("pk", "public_id"):
            for topic in set(named) - there:
                if public_id in named[topic]:
                    found.setdefault(pk, {}).setdefault(topic, PRESENTS)
    return found


def concerning(differences, roles, person):
    """Those of some changes that somebody is told of: their topics, if added, moved or cancelled.

    A topic that they were put on is new to them, wherever it stands.
    """
    mine = [_as_told(each, person) for each in differences if each.stand.topic in roles and _has_a_time(each)]
    mine = [each for each in mine if each.what != changes.CHANGED]
    return tuple(sorted(mine, key=lambda each: (each.stand.starts_at or each.was.starts_at, each.stand.title)))


def _has_a_time(change):
    """Whether a change puts something on the agenda or takes it off; a list “if time allows” tells nobody a time."""
    return any(stand is not None and stand.starts_at for stand in (change.was, change.now))


def _as_told(change, person):
    was, now = change.was, change.now
    joined = was and now and person.public_id in now.people and person.public_id not in was.people
    return changes.Change(changes.NEW, None, now) if joined and now.starts_at else change


def _worded(facts, reader, mine, roles, lead):
    """One person's subject, text and calendar files."""
    mc, zone = facts.microconference, facts.content["timezone"]
    schedule = settings.BASE_URL + reverse("topics:schedule", args=[mc.conference.slug, mc.slug])
    words = {
        "first_name": harmless(reader.person.first_name),
        "mc": harmless(placeholders.short_title(mc)),
        "conference": harmless(mc.conference.name),
        "first": facts.previous is None,
        "number": facts.number,
        "items": [item_words(each, zone, roles.get(each.stand.topic) == PRESENTS) for each in mine],
        "zone": zone_in_words(zone, mine[0].stand.starts_at or mine[0].was.starts_at),
        "note": harmless(facts.note.strip()),
        "schedule": schedule,
        "answer": "{answer_link}",
        "lead": harmless(lead.person.first_name) if lead else harmless(str(mc)),
    }
    body = render_to_string("topics/letters/release.txt", words)
    files = calendar_files.of(facts, reader, mine, schedule) if facts.with_calendar else []
    return about_agenda.Wording(_subject(mc, mine), body.strip() + "\n", files)


def _subject(mc, mine):
    names = {"mc": placeholders.short_title(mc), "title": mine[0].stand.title, "count": len(mine)}
    if len(mine) > 1:
        return _("%(mc)s MC: the agenda, and %(count)s of your topics") % names
    if mine[0].what == changes.CANCELLED:
        return _('%(mc)s MC: "%(title)s" is off the agenda') % names
    if mine[0].what == changes.MOVED:
        return _('%(mc)s MC: "%(title)s" has moved') % names
    return _('%(mc)s MC: "%(title)s" is on the agenda') % names
