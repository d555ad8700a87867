"""Who is on the list: put people on it, set them right, take them off."""

import zlib
from collections import defaultdict

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from attendees.actions import answers, rounds, status
from attendees.models import Answer, Asking, Attendee, Letter, Mode, Round
from attendees.outreach import stopping
from uconf.actions import activity, people
from uconf.lib import addresses, limits
from uconf.lib.refusals import EditConflict, Refusal
from uconf.models import Membership, Microconference, Person, Suppression, User

GONE = (Letter.State.CLAIMED, Letter.State.TRANSMITTING, Letter.State.SENT, Letter.State.UNCERTAIN)

UNCHANGED = object()

# What an import may say, as an answer of the round that it belongs to.
IMPORTED = {
    "interested": Answer.Choice.INTERESTED,
    "coming": Answer.Choice.COMING,
    "remote": Answer.Choice.COMING,
    "maybe": Answer.Choice.NOT_SURE,
    "declined": Answer.Choice.CANT,
}


@transaction.atomic
def add_attendee(*, microconference, person, reason="", asked_by=None, by):
    """Put a person on the list. Being on it already is harmless: nothing changes."""
    attendee, added = Attendee.objects.get_or_create(
        microconference=microconference,
        person=person,
        defaults={"reason": addresses.one_line(reason)[: limits.NOTE], "asked_by": asked_by},
    )
    if added:
        activity.record("attendee.added", on=microconference, by=by, person=person)
    return attendee


@transaction.atomic
def add_by_name(
    *, microconference, name, address="", affiliation="", reason="", asked_by=None, person=None,
    source="", basis=Person.Basis.PUBLIC_LIST, by,
):  # fmt: skip
    """Put somebody on the list by name; with ``person`` it is somebody known, as a lead confirmed.

    The same address is the same person. Raises Refusal for an address that is none, that is somebody's who
    asked not to be written to, or that is another's than the confirmed person's.
    """
    if address:
        address = people.clean_address(address)
        if not Attendee.objects.filter(microconference=microconference, person__address=address).exists():
            people.refuse_suppressed(address)
    if person is None:
        who = by if isinstance(by, User) else None
        source = source or _("a lead of “%(mc)s” wrote the name down") % {"mc": microconference}
        person = people.find_or_add(
            name=name, address=address, affiliation=affiliation, source=source, basis=basis, by=who
        )
    elif address and person.address and person.address != address:
        raise Refusal(
            _("%(name)s is known with another address. Leave the address out, or choose “somebody else”.")
            % {"name": person.name},
            field="address",
        )
    elif address and not person.address:
        refuse_foreign_address(person=person, by=by)
        people.correct(person=person, address=address, by=by)
    return add_attendee(microconference=microconference, person=person, reason=reason, asked_by=asked_by, by=by)


def namesakes(*, microconference, names, by):
    """Known people of the given names, ``{folded name: [person, …]}``: only those whom ``by`` may see anyway.

    That is whoever has to do with a microconference of theirs, or with another year of this one that they may look
    into; and whoever led this one in public. Two queries.
    """
    mine = Q(pk=microconference.pk) | Q(pk__in=editions_open_to(microconference=microconference, by=by).values("pk"))
    if isinstance(by, User):
        mine |= Q(memberships__user=by)
    mcs = Microconference.objects.filter(mine).values("pk")
    on_one = (
        Q(attendances__microconference__in=mcs)
        | Q(memberships__microconference__in=mcs)
        | Q(memberships__in=leads_in_public(microconference).values("pk"))
        | Q(proposed__topic__microconference__in=mcs)
        | Q(key_for__topic__microconference__in=mcs)
    )
    rows = Person.objects.filter(search_name__in=names, erased_at=None)
    rows = rows.filter(pk__in=Person.objects.filter(on_one, search_name__in=names).values("pk"))
    found = {}
    for person in rows.order_by("pk"):
        found.setdefault(person.search_name, []).append(person)
    return found


def namesakes_of_mine(*, names, by):
    """Known people of the given names on the lists and teams of ``by``'s own microconferences, and of earlier
    editions of their series; ``seen_in`` says on which. Three queries."""
    mine = Microconference.objects.filter(memberships__user=by)
    mcs = Microconference.objects.filter(Q(pk__in=mine) | Q(series__in=mine.values("series"), conference=None))
    seen = defaultdict(dict)
    for related in ("attendees", "memberships"):
        rows = mcs.filter(**{f"{related}__person__search_name__in": names}).order_by("-year", "pk")
        for each in rows.annotate(whose=F(f"{related}__person_id")):
            seen[each.whose][each.pk] = each
    found = {}
    for person in Person.objects.filter(pk__in=seen, search_name__in=names, erased_at=None).order_by("pk"):
        person.seen_in = list(seen[person.pk].values())
        found.setdefault(person.search_name, []).append(person)
    return found


def editions_open_to(*, microconference, by):
    """The other editions of a series into whose lists somebody may look: those they ran, and those of a year alone."""
    mine = Q(conference=None)
    if isinstance(by, User):
        mine |= Q(pk__in=Membership.objects.filter(user=by).values("microconference"))
    others = Microconference.objects.filter(mine, series=microconference.series_id)
    return others.exclude(pk=microconference.pk).exclude(state=Microconference.State.MERGED)


def leads_in_public(microconference):
    """Who led another edition of a series that everybody may see: their names stand on its page."""
    editions = Microconference.objects.public().filter(series=microconference.series_id)
    return Membership.objects.in_public().filter(microconference__in=editions.exclude(pk=microconference.pk))


@transaction.atomic
def import_attendee(*, microconference, person, status="none", note="", reason="", asked_by=None, by):
    """Put a person on the list with the status that a text gives them: one of none, pending, interested,
    coming, remote, maybe, declined.

    Somebody who asked or answered here already keeps what they said: an import knows less than they do.
    “Coming” counts as interested before acceptance, and “interested” belongs to the first round after it.
    """
    attendee = add_attendee(microconference=microconference, person=person, reason=reason, asked_by=asked_by, by=by)
    if status == "none" or attendee.answers.exists() or attendee.askings.exists():
        return attendee
    accepted = rounds.question_now(microconference) == Round.Question.COMING
    if status == "pending":
        round = rounds.current_or_imported(microconference=microconference, by=by)
        rounds.asked(attendees=[attendee], round=round, how=Asking.How.IMPORT, by=by)
        return attendee
    answer = IMPORTED[status]
    if answer == Answer.Choice.COMING and not accepted:
        answer = Answer.Choice.INTERESTED
    question = Round.Question.INTEREST if answer == Answer.Choice.INTERESTED else rounds.question_now(microconference)
    answers.record_answer(
        attendee=attendee,
        round=rounds.of_question(microconference=microconference, question=question, by=by),
        answer=answer,
        mode=Mode.REMOTE if status == "remote" and answer == Answer.Choice.COMING else "",
        note=note,
        source=Answer.Source.IMPORT,
        by=by,
    )
    return attendee


def version_of(attendee):
    """A checksum of what a lead can correct about somebody: another one means that somebody else did so."""
    who = attendee.person
    said = (who.name, who.address, who.affiliation, attendee.reason, attendee.asked_by_id)
    return zlib.crc32(repr(said).encode())


@transaction.atomic
def correct_attendee(
    *, attendee, name=None, address=None, affiliation=None, reason=None, asked_by=UNCHANGED, version=None, by
):
    """Set right who somebody is, why they are needed and who asks them. Raises Refusal.

    An address is a key to a person's own page. So a lead cannot change it for somebody who is on a list, or
    has a seat on a team, that is not theirs.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=attendee.person_id)
    stored = Attendee.objects.select_for_update(of=("self",)).select_related("person").get(pk=attendee.pk)
    if version is not None and version != version_of(stored):
        raise EditConflict(
            _("Somebody changed “%(name)s” while you were editing it.") % {"name": stored}, theirs=stored
        )
    if address is not None:
        address = people.clean_address(address) if address.strip() else ""
        if address != person.address:
            refuse_foreign_address(person=person, by=by)
    renamed = name is not None and addresses.one_line(name) != person.name
    if renamed or (affiliation is not None and addresses.one_line(affiliation) != person.affiliation):
        _refuse_renaming_others(person, by)
    before = (person.name, person.address, person.affiliation)
    people.correct(person=person, name=name, address=address, affiliation=affiliation, by=by)
    fields = []
    if reason is not None and addresses.one_line(reason)[: limits.NOTE] != attendee.reason:
        attendee.reason = addresses.one_line(reason)[: limits.NOTE]
        fields.append("reason")
    if asked_by is not UNCHANGED and asked_by != attendee.asked_by:
        attendee.asked_by = asked_by
        fields.append("asked_by")
    if fields:
        attendee.save(update_fields=fields)
    changed = fields + [
        each
        for each, was, now in zip(
            ("name", "address", "affiliation"), before, (person.name, person.address, person.affiliation), strict=True
        )
        if was != now
    ]
    if "address" in changed:
        status.refresh(*Attendee.objects.filter(pk=attendee.pk).select_related("microconference"))
    if changed:
        activity.record(
            "attendee.corrected", on=attendee.microconference, by=by, person=person, after={"changed": sorted(changed)}
        )
    return attendee


def _refuse_renaming_others(person, by):
    """Whoever runs another microconference stands on its public page: their name is theirs and that team's."""
    if not isinstance(by, User):
        return
    mine = Membership.objects.filter(user=by).values("microconference")
    elsewhere = person.memberships.exclude(microconference__in=mine).exclude(microconference__conference=None)
    if elsewhere.exists():
        raise Refusal(
            _("%(name)s runs another microconference, so their name is not yours to change. Leave it as it is.")
            % {"name": person.name},
            field="name",
        )


def refuse_foreign_address(*, person, by):
    """Raise Refusal if a person's address is not ``by``'s alone to set: it opens their page and their seats.

    A committee may set it for whoever runs a microconference of its own conference.
    """
    if not isinstance(by, User):
        return
    theirs = Membership.objects.filter(user=by)
    lists = Microconference.objects.filter(Q(attendees__person=person) | Q(memberships__person=person))
    foreign = lists.exclude(conference=None).exclude(conference__committee=by)
    foreign = foreign.exclude(pk__in=theirs.values("microconference"))
    seats = person.memberships.filter(user=None).exclude(microconference__conference=None)
    seats = seats.exclude(microconference__conference__committee=by)
    seats = seats.exclude(microconference__in=theirs.leads().values("microconference"))
    if foreign.exists() or seats.exists():
        raise Refusal(
            _(
                "%(name)s is on the list or the team of another microconference too, so the address is not yours "
                "alone to change. Take them off this list and add them with the new address instead."
            )
            % {"name": person.name},
            field="address",
        )


@transaction.atomic
def replace_person(*, microconference, person, known):
    """Let what a list holds of a person belong to the known one whom they turned out to be. Raises Refusal."""
    mine = Attendee.objects.filter(microconference=microconference, person=person).first()
    if mine is None:
        return
    if Attendee.objects.filter(microconference=microconference, person=known).exists():
        raise Refusal(
            _("%(name)s is on the list twice, with and without the address. Take one of them off the list first.")
            % {"name": known},
            field="address",
        )
    mine.person = known
    mine.save(update_fields=["person"])


@transaction.atomic
def remove_attendee(*, attendee, by):
    """Take somebody off the list. Raises Refusal once they were asked or said anything."""
    attendee = (
        Attendee.objects.select_for_update(of=("self",)).select_related("person", "microconference").get(pk=attendee.pk)
    )
    refuse_removal(attendee)
    stopping.stopped(attendee=attendee)
    activity.record("attendee.removed", on=attendee.microconference, by=by, person=attendee.person)
    attendee.delete()


def refuse_removal(attendee):
    """Raise Refusal if somebody cannot be taken off the list any more."""
    said = attendee.answers.exists() or attendee.interests.exists()
    said = said or attendee.listed or hasattr(attendee, "availability")
    if said or attendee.askings.exists() or attendee.letter_reasons.filter(letter__state__in=GONE).exists():
        raise Refusal(
            (
                _("%(name)s has answered and stays on the list, so that nothing they said is lost.")
                if said
                else _("%(name)s was asked and stays on the list, so that an answer still finds its place.")
            )
            % {"name": attendee.person}
            + " "
            + _("Record “can’t this time” instead.")
        )


def is_suppressed(person):
    """Whether the person's address must not be written to."""
    return bool(person.address) and Suppression.objects.holds(person.address)


@transaction.atomic
def assign(*, microconference, attendees, to, by):
    """Say who of the team asks people: their next letters go in that name. ``to`` is a membership, or None.

    Letters that are written already keep theirs. Raises Refusal for somebody who is not on the team. Returns those
    for whom it changed.
    """
    if to is not None and to.microconference_id != microconference.pk:
        raise Refusal(_("%(name)s is not on the team. Choose somebody who is.") % {"name": to.person})
    rows = Attendee.objects.select_for_update(of=("self",)).filter(
        microconference=microconference, pk__in=[each.pk for each in attendees]
    )
    changed = [each for each in rows.order_by("pk") if each.asked_by_id != (to.pk if to else None)]
    Attendee.objects.filter(pk__in=[each.pk for each in changed]).update(asked_by=to)
    if changed:
        activity.record("people.assigned", on=microconference, by=by, after={"count": len(changed)})
    return changed
