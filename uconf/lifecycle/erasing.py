"""Erasing somebody: from the lists, the letters, the topics, the outcomes and the log, in one transaction."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from attendees.actions import erasing as attendees_erasing
from attendees.models import Attendee
from topics.actions import erasing as topics_erasing
from topics.models import KeyPerson, Proposer
from uconf.actions import activity, committee, people, team
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.lifecycle import redacting
from uconf.models import Conference, Membership, Microconference, Person, User

OVER = (
    Microconference.State.HELD, Microconference.State.REPORTED,
    Microconference.State.DECLINED, Microconference.State.MERGED,
)  # fmt: skip


def account_of(person):
    """The account of a person: of their address, or of a place that they have taken on a team; None without one."""
    seats = Membership.objects.filter(person=person, user__isnull=False).values("user")
    same = Q(pk__in=seats)
    if person.address:
        same |= Q(email=person.address)
    return User.objects.filter(same).order_by("pk").first()


def live_seats(person):
    """What somebody still runs: (places on teams, conferences of whose committee they are)."""
    user = account_of(person)
    who = Q(person=person) | Q(user=user) if user else Q(person=person)
    seats = Membership.objects.filter(who).exclude(microconference__conference=None)
    seats = seats.exclude(microconference__state__in=OVER).select_related("microconference__conference", "person")
    boards = Conference.objects.filter(committee=user, ends_on__gte=clock.today("UTC")) if user else ()
    return list(seats), list(boards)


def refuse_with_seats(person):
    """Raise Refusal while somebody runs a microconference or sits on a committee: first they hand that over."""
    seats, boards = live_seats(person)
    if not seats and not boards:
        return
    names = [f"“{each.microconference}”" for each in seats] + [f"“{each}”" for each in boards]
    raise Refusal(
        _("%(name)s still helps to run %(what)s. Leave that team or committee first; then everything can be erased.")
        % {"name": person, "what": ", ".join(names)}
    )


@transaction.atomic
def erase_person(*, person, by, suppress=True):
    """Erase somebody for good. Being erased already is harmless.

    Gone are their name, address and affiliation, places on lists, answers, letters, links and account; where a
    topic, an outcome, a team of the past or the log needs somebody in their place, it is “somebody erased”.
    ``suppress`` keeps a keyed hash of the address, so that nobody can add it again. ``by`` is a User (a lead), the
    Person themselves, or None (a command or the clean-up). Raises Refusal if they still run something; a command
    takes them off teams and committees, unless they are the last one there.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.erased_at:
        return person
    if by is None:
        _give_up_seats(person)
    else:
        refuse_with_seats(person)
    lists = Microconference.objects.filter(
        Q(attendees__person=person)
        | Q(topics__proposers__person=person)
        | Q(topics__key_people__person=person)
        | Q(memberships__person=person)
    )
    lists, address = list(lists.distinct()), person.address
    redacting.redact([forget(person=person)])
    if suppress:
        people.suppress(address=address, reason="erased")
    for each in lists:
        activity.record("person.erased", on=each, by=by if isinstance(by, User) else None)
    return person


@transaction.atomic
def forget(*, person):
    """Delete what is theirs and blank their row, without looking for texts that mention them.

    Gives the words to look for: (name, addresses).
    """
    user = account_of(person)
    words = person.name, {person.address, user.email if user else ""} - {""}
    attendees_erasing.forget(person=person)
    topics_erasing.forget(person=person)
    people.blank(person=person)
    if user is not None:
        user.delete()
    return words


def _give_up_seats(person):
    seats, boards = live_seats(person)
    for membership in seats:
        team.remove_member(membership=membership, by=None)
    for conference in boards:
        committee.leave(conference=conference, user=account_of(person), by=None)


def is_known_elsewhere(attendee):
    """Whether somebody has to do with more than this one list: then they are not one lead's to erase."""
    person, mc = attendee.person, attendee.microconference
    elsewhere = (
        Attendee.objects.filter(person=person),
        Membership.objects.filter(person=person),
        person.outcomes.all(),
        person.owned_outcomes.all(),
    )
    if any(rows.exclude(microconference=mc).exists() for rows in elsewhere):
        return True
    if any(rows.filter(person=person).exclude(topic__microconference=mc).exists()
           for rows in (Proposer.objects, KeyPerson.objects)):  # fmt: skip
        return True
    return mc.memberships.filter(person=person).exists() or account_of(person) is not None


@transaction.atomic
def erase_from_list(*, attendee, suppress=False, by):
    """Erase somebody as their lead: altogether if they are on no other list, else all that is about this one.

    Gives True if they are erased altogether. ``suppress`` is for who asked for it.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=attendee.person_id)
    attendee.person = person
    if not is_known_elsewhere(attendee):
        erase_person(person=person, by=by, suppress=suppress)
        return True
    attendees_erasing.forget_place(attendee=attendee)
    activity.record("person.erased", on=attendee.microconference, by=by)
    return False
