"""“I would like to take part”: somebody puts themselves on a list, once their address is confirmed."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from attendees.actions import answers, rounds, status, tickets, wishes
from attendees.actions.people import add_attendee
from attendees.models import Answer, Attendee, Letter, Round
from attendees.outreach.notes import queue_note
from uconf.actions import activity, people
from uconf.lib import addresses, clock, keys, limits
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, Person, Suppression


@transaction.atomic
def ask_to_join(*, microconference, name, address):
    """Send a letter with a link that puts its reader on the list. Nothing else is stored, and nobody is told.

    Who is on the list already gets their own page's link instead; an address that must not be written to gets
    nothing. The same letter goes once within ten minutes. Raises Refusal for a name or an address that is none.
    """
    _refuse_closed(microconference)
    name, address = addresses.one_line(name)[: limits.NAME], people.clean_address(address)
    if not name:
        raise Refusal(_("Write your name, so that the leads know who would like to take part."), field="name")
    if Suppression.objects.holds(address):
        return None
    attendee = Attendee.objects.filter(microconference=microconference, person__address=address).first()
    if attendee is not None:
        body = render_to_string(
            "attendees/join_known_letter.txt",
            {"mc": microconference, "person": attendee.person, "page": "{answer_link}"},
        )
        to = {"to_person": attendee.person}
    else:
        token = tickets.ticket("join", mc=microconference.public_id, name=name, address=address)
        link = settings.BASE_URL + reverse("attendees:join_confirm", args=[token])
        body = render_to_string("attendees/join_letter.txt", {"mc": microconference, "link": link})
        to = {"to_address": address}
    return queue_note(
        kind=Letter.Kind.LINK, subject=_("%(mc)s: you would like to take part") % {"mc": microconference},
        body=body.strip() + "\n", microconference=microconference, by=None,
        dedupe_key=f"join:{microconference.pk}:{once_in_ten_minutes(address)}", **to,
    )  # fmt: skip


@transaction.atomic
def join(*, microconference, name, address, listed):
    """Put somebody on the list who has confirmed their address. Twice is harmless. Gives the attendee.

    They count as interested; what they said before stays. Raises Refusal once nobody can take part any more.
    """
    microconference = Microconference.objects.select_for_update(of=("self",)).get(pk=microconference.pk)
    _refuse_closed(microconference)
    person = people.find_or_add(
        name=name, address=address, basis=Person.Basis.ASKED_US, they_wrote=True,
        source=_("joined on the page of “%(mc)s”") % {"mc": microconference},
    )  # fmt: skip
    if not Attendee.objects.filter(microconference=microconference, person=person).exists():
        activity.record("attendee.joined", on=microconference, by=person, person=person)
        Attendee.objects.create(microconference=microconference, person=person)
    attendee = add_attendee(microconference=microconference, person=person, by=person)
    if not status.standing(attendee.answers.all()):
        answers.record_answer(
            attendee=attendee, answer=Answer.Choice.INTERESTED, source=Answer.Source.JOINED, by=person,
            round=rounds.of_question(microconference=microconference, question=Round.Question.INTEREST, by=person),
        )  # fmt: skip
    wishes.set_listed(attendee=attendee, listed=listed, by=person)
    return attendee


def _refuse_closed(microconference):
    if not (microconference.is_public and microconference.takes_letters):
        raise Refusal(_("“%(mc)s” is over, so nobody can join any more.") % {"mc": microconference})


def once_in_ten_minutes(address):
    """A word for an address that changes every ten minutes, and that nobody can read it from."""
    return f"{keys.keyed_hash('letter', address)[:24]}:{int(clock.now().timestamp() // 600)}"
