"""A pasted list, or a table: first looked at (nothing is stored), then saved in one transaction."""

from dataclasses import dataclass, field, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from attendees import csvlist, pasted
from attendees.actions import people, wishes
from attendees.models import Attendee, Interest
from uconf.actions import activity
from uconf.lib.refusals import Refusal
from uconf.models import Person, Suppression, User
from uconf.models.people import fold

NEW, KNOWN, DOUBTFUL, LISTED, SUPPRESSED = "new", "known", "doubtful", "listed", "suppressed"
SOMEBODY_ELSE = "new"  # the choice at a doubtful name, beside the known people's public ids


@dataclass(frozen=True)
class Line:
    """One person of the list: who they are here, and what will become of them."""

    entry: pasted.Entry
    what: str
    person: Person | None = None
    attendee: Attendee | None = None
    candidates: tuple = ()
    interests: tuple = ()  # (topic, level)
    left_out: tuple = ()  # sentences: what of this line is not taken


@dataclass
class Plan:
    """What saving a pasted list would do."""

    lines: list[Line] = field(default_factory=list)
    unread: list = field(default_factory=list)
    doubles: list = field(default_factory=list)
    ignored: list = field(default_factory=list)  # columns of a table that mean nothing here

    def of(self, what):
        return [line for line in self.lines if line.what == what]

    @property
    def to_add(self):
        """Those who will be put on the list; a doubtful one too, as one person or another."""
        return [line for line in self.lines if line.what in (NEW, KNOWN, DOUBTFUL)]


def look(*, microconference, text, by):
    """Read a pasted list, or a table, against who is known. Stores nothing; seven queries for any number of lines.

    Raises Refusal if the text is empty or too long.
    """
    try:
        reading = csvlist.read(text) if csvlist.is_table(text) else pasted.read(text)
    except ValueError as refusal:
        raise Refusal(str(refusal), field="text") from None
    if not (reading.entries or reading.unread or reading.doubles):
        raise Refusal(_("Nobody is in it yet. Paste names as you have them, one a line."), field="text")
    given = {entry.address for entry in reading.entries if entry.address}
    by_address = _by_address(given)
    banned = _banned(given)
    listed = {
        each.person_id: each
        for each in Attendee.objects.filter(microconference=microconference).select_related("person")
    }
    same_name = people.namesakes(
        microconference=microconference, names={fold(entry.name) for entry in reading.entries}, by=by
    )
    topics = {fold(each.title): each for each in microconference.topics.alive()}
    plan = Plan(unread=reading.unread, doubles=reading.doubles, ignored=reading.ignored)
    for entry in reading.entries:
        plan.lines.append(_with_details(_line(entry, by_address, banned, listed, same_name), topics))
    return plan


def _by_address(given):
    found = {}
    for some in _in_parts(given):
        found |= {person.address: person for person in Person.objects.filter(address__in=some, erased_at=None)}
    return found


def _banned(given):
    found = set()
    for some in _in_parts(given):
        found |= Suppression.objects.among(set(some))
    return found


def _in_parts(values, size=2_000):
    """A large set in parts that every database takes as the parameters of one query."""
    values = sorted(values)
    return [values[at : at + size] for at in range(0, len(values), size)]


def _with_details(line, topics):
    """A line with what a table says besides: topics as interests, and what cannot be taken."""
    entry, interests, left_out = line.entry, [], []
    for level, titles in ((Interest.Level.NEED_ME, entry.needed), (Interest.Level.WOULD_LIKE, entry.topics)):
        for title in titles:
            topic = topics.get(fold(title))
            if topic is None:
                left_out.append(_("no topic “%(title)s” here") % {"title": title[:80]})
            elif topic not in [known for known, _level in interests]:
                interests.append((topic, level))
    if entry.note and entry.status in ("none", "pending"):
        left_out.append(_("the note: it goes with an answer, and there is none"))
    return replace(line, interests=tuple(interests), left_out=tuple(left_out))


def _line(entry, by_address, banned, listed, same_name):
    known = by_address.get(entry.address) if entry.address else None
    if known is not None and known.pk in listed:
        return Line(entry, LISTED, known, listed[known.pk])
    if entry.address in banned:
        return Line(entry, SUPPRESSED)
    if known is not None:
        return Line(entry, KNOWN, known)
    candidates = [] if entry.name_is_guessed else same_name.get(fold(entry.name), [])
    here = [each for each in candidates if each.pk in listed]
    if here and not entry.address and len(candidates) == 1:
        return Line(entry, LISTED, here[0], listed[here[0].pk])
    if candidates:
        return Line(entry, DOUBTFUL, candidates=tuple(candidates))
    return Line(entry, NEW)


@transaction.atomic
def save(*, microconference, text, choices, asked_by=None, by):
    """Put everybody of a pasted list or table on the list, with the status and topics it says. Sends nothing.

    ``choices`` says who a doubtful name is: ``{entry number: a known person's public id, or "new"}``. Lines
    that are not readable or suppressed are left out. Returns those who are on the list now.
    Raises Refusal if a doubtful name is undecided, or if somebody else puts the same people on a list just now.
    """
    plan = look(microconference=microconference, text=text, by=by)
    who = {line.entry.number: line.person or _chosen(line, choices, by) for line in plan.to_add}
    new = [line for line in plan.to_add if who[line.entry.number] is None]
    try:
        with transaction.atomic():
            added = _add_new(microconference, new, asked_by, by)
    except IntegrityError:
        raise Refusal(
            _("Somebody put people of this list on a list at the same moment. Look at it again, then save."),
            field="text",
        ) from None
    for line in plan.to_add:
        person, entry = who[line.entry.number], line.entry
        if person is None:
            attendee = added[entry.number]
            if entry.status == "none" and not line.interests:
                continue
        else:
            if entry.address and not person.address:
                people.refuse_foreign_address(person=person, by=by)
                people.people.correct(person=person, address=entry.address, by=by)
            attendee = people.add_attendee(
                microconference=microconference, person=person, reason=entry.reason, asked_by=asked_by, by=by
            )
            added[entry.number] = attendee
        _with_what_it_says(line, attendee, asked_by, by)
    return [added[line.entry.number] for line in plan.to_add]


def _add_new(microconference, lines, asked_by, by):
    """Put people on the list of whom nothing is known here; a few queries for any number. By their entry's number."""
    source = _("a list that a lead of “%(mc)s” pasted") % {"mc": microconference}
    persons = [
        Person(
            name=line.entry.name, search_name=fold(line.entry.name), address=line.entry.address, source=source,
            affiliation=line.entry.affiliation, added_by=by if isinstance(by, User) else None,
        )
        for line in lines
    ]  # fmt: skip
    Person.objects.bulk_create(persons, batch_size=500)
    attendees = [
        Attendee(microconference=microconference, person=person, asked_by=asked_by, reason=line.entry.reason)
        for person, line in zip(persons, lines, strict=True)
    ]
    Attendee.objects.bulk_create(attendees, batch_size=500)
    activity.record_of_each("attendee.added", on=microconference, by=by, people=persons)
    return {line.entry.number: attendee for line, attendee in zip(lines, attendees, strict=True)}


def _with_what_it_says(line, attendee, asked_by, by):
    """The status and topics of a line; who has said something here already keeps what they said."""
    entry = line.entry
    people.import_attendee(
        microconference=attendee.microconference, person=attendee.person, status=entry.status, note=entry.note,
        asked_by=asked_by, by=by,
    )  # fmt: skip
    if line.interests and not attendee.interests.exists():
        wishes.set_interests(attendee=attendee, levels=dict(line.interests), by=by)


def _chosen(line, choices, by):
    """The known person whom a lead says a doubtful name is; None for somebody else."""
    if line.what != DOUBTFUL:
        return None
    choice = choices.get(line.entry.number, "")
    if choice == SOMEBODY_ELSE:
        return None
    for candidate in line.candidates:
        if candidate.public_id == choice:
            return candidate
    raise Refusal(
        _("Line %(line)s: say whether “%(name)s” is somebody known or somebody else.")
        % {"line": line.entry.line, "name": line.entry.name}
    )
