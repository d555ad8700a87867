"""What people do with their own entry, by their own link: a new link, a correction, another address."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from attendees.actions import links, status, tickets
from attendees.actions.joining import once_in_ten_minutes
from attendees.models import Attendee, Letter, LetterReason, PersonalLink
from attendees.outreach.notes import queue_note
from uconf.actions import activity, people
from uconf.lib import addresses, keys
from uconf.lib.refusals import Refusal
from uconf.models import Person, Suppression


@transaction.atomic
def send_new_link(*, address):
    """Send whoever has an address a new link to their page; the old one stops, and “no more letters” goes on.

    Nobody is told whether the address is known. Within ten minutes it is the same letter. Raises Refusal for an
    address that is none.
    """
    address = people.clean_address(address)
    person = Person.objects.at(address).filter(erased_at=None).first()
    if person is None:
        return None
    key = f"link:{person.pk}:{once_in_ten_minutes(address)}"
    if LetterReason.objects.filter(dedupe_key=key).exists():
        return None
    links.renew(person=person, kind=PersonalLink.Kind.ANSWER)
    body = render_to_string(
        "attendees/lost_letter.txt", {"person": person, "page": "{answer_link}", "stop": "{stop_link}"}
    )
    return queue_note(
        kind=Letter.Kind.LINK, to_person=person, subject=_("Your new link"), body=body.strip() + "\n",
        dedupe_key=key, by=None,
    )  # fmt: skip


@transaction.atomic
def correct(*, person, name, affiliation, address, by):
    """Set one's own name and affiliation right at once; a new address once a letter to it is answered.

    Gives the letter that asks for that, or None. Raises Refusal for an address that is none; whether somebody else
    has it is told to its owner alone.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not addresses.one_line(name):
        raise Refusal(
            _("Without a name nobody knows whom they ask. Write one, or have everything erased."), field="name"
        )
    before = (person.name, person.affiliation)
    people.correct(person=person, name=name, affiliation=affiliation, by=by)
    changed = [
        each
        for each, was, now in zip(("name", "affiliation"), before, (person.name, person.affiliation), strict=True)
        if was != now
    ]
    if changed:
        _record(person, by, changed)
    address = people.clean_address(address) if address.strip() else person.address
    if address == person.address or Suppression.objects.holds(address):
        return None  # whoever reads a suppressed address wants no letter, not even this one
    return _ask_to_confirm(person, address)


def _ask_to_confirm(person, address):
    token = tickets.ticket("address", person=person.public_id, address=address, now=_now(person))
    link = settings.BASE_URL + reverse("attendees:confirm_address", args=[token])
    body = render_to_string("attendees/own_address_letter.txt", {"person": person, "link": link})
    letter = queue_note(
        kind=Letter.Kind.LINK, to_address=address, subject=_("Is this your new address?"), body=body.strip() + "\n",
        dedupe_key=f"address:{person.pk}:{once_in_ten_minutes(address)}", by=None,
    )  # fmt: skip
    # The letter goes to an address that is nobody's yet, but it is about this person: what erases them finds it.
    letter.reasons.update(person=person)
    return letter


@transaction.atomic
def confirm_address(*, token, by=None):
    """Let the address count to which a letter went. Gives the person, whose page has a new link from now on.

    Raises Refusal if it was confirmed already, is too old, or belongs to somebody else meanwhile.
    """
    found = asked_address(token=token)
    if found is None:
        raise Refusal(_("This was confirmed already, or it is older than a week. Ask for it again on your page."))
    person, address = found
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    other = Person.objects.at(address).exclude(pk=person.pk).first()
    if other is not None:
        raise Refusal(
            _("This address is on another entry here already. Open that one with “Lost your link?”, or erase it first.")
        )
    people.lift_suppression(address=address)  # only its owner can have pressed this
    people.correct(person=person, address=address, by=by)
    links.renew(person=person, kind=PersonalLink.Kind.ANSWER)
    for attendee in Attendee.objects.filter(person=person).select_related("microconference"):
        status.refresh(attendee)
    _record(person, person, ["address"])
    return person


def asked_address(*, token):
    """(person, address) of a letter that asks for confirmation; None if it counts no longer."""
    facts = tickets.read("address", token)
    if facts is None:
        return None
    person = Person.objects.filter(public_id=facts["person"], erased_at=None).first()
    return (person, facts["address"]) if person is not None and _now(person) == facts["now"] else None


def _now(person):
    """Changes with the address, so that a letter confirms once, and only what was asked last counts."""
    return keys.keyed_hash("address", f"{person.pk}:{person.address}")[:24]


def _record(person, by, changed):
    for attendee in Attendee.objects.filter(person=person).select_related("microconference"):
        activity.record(
            "person.corrected", on=attendee.microconference, by=by, person=person, after={"changed": sorted(changed)}
        )
