"""Persons: one row for one human being, found again by address, or by name when somebody confirms it."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from uconf.lib import addresses, clock, limits
from uconf.lib.races import looks_again
from uconf.lib.refusals import Refusal
from uconf.models import Membership, Person, Suppression


@transaction.atomic
@looks_again
def find_or_add(*, name, address="", affiliation="", source, basis=Person.Basis.PUBLIC_LIST, by=None, they_wrote=False):
    """The person of an address, or a new one. Without an address it is always a new person.

    Names match a known person only with the address, or when a lead confirms it: give that person then.
    ``they_wrote`` is for what people send in themselves: then an address that must not be written to is taken
    (it still gets no letter, and nobody learns from a refusal that it is known).
    Raises Refusal if the address is none, or belongs to somebody who asked not to be written to.
    """
    name = addresses.one_line(name)[: limits.NAME]
    if not name:
        raise Refusal(_("A person needs a name. Write one before the address."), field="name")
    if address:
        address = clean_address(address)
        known = Person.objects.at(address).first()
        if known:
            return known
        if not they_wrote:
            refuse_suppressed(address)
    return Person.objects.create(
        name=name,
        address=address,
        affiliation=addresses.one_line(affiliation)[: limits.NAME],
        source=source,
        basis=basis,
        added_by=by,
    )


def clean_address(address):
    """An address in its one spelling; raises Refusal with a sentence."""
    try:
        return addresses.clean(address)
    except ValueError as refusal:
        raise Refusal(str(refusal), field="address") from None


def refuse_suppressed(address):
    """Raise Refusal if somebody asked not to be written to at this address."""
    if Suppression.objects.holds(address):
        raise Refusal(
            _(
                "Whoever has the address %(address)s asked not to be written to. "
                "Leave it out, or talk to them in person."
            )
            % {"address": address},
            field="address",
        )


@transaction.atomic
def correct(*, person, name=None, address=None, affiliation=None, by):
    """Set a person right. A new address clears the old one's bounce. Raises Refusal."""
    fields = []
    if name is not None and addresses.one_line(name) != person.name:
        person.name = addresses.one_line(name)[: limits.NAME] or person.name
        fields.append("name")
    if affiliation is not None:
        person.affiliation = addresses.one_line(affiliation)[: limits.NAME]
        fields.append("affiliation")
    if address is not None:
        address = clean_address(address) if address.strip() else ""
        if address != person.address:
            if address:
                refuse_suppressed(address)
                _refuse_taken(person, address)
            person.address, person.bounced_at, person.bounce_reason = address, None, ""
            fields += ["address", "bounced_at", "bounce_reason"]
    if fields:
        try:
            with transaction.atomic():
                person.save(update_fields=fields)
        except IntegrityError:  # somebody else took the address since the look above
            _refuse_taken(person, person.address)
            raise
    return person


def _refuse_taken(person, address):
    if Person.objects.at(address).exclude(pk=person.pk).exists():
        raise Refusal(
            _("%(address)s belongs to somebody else already. Check the spelling.") % {"address": address},
            field="address",
        )


@transaction.atomic
def suppress(*, address, reason):
    """Never write to an address again. Twice is harmless."""
    if address:
        Suppression.objects.get_or_create(address_hash=Suppression.hash_of(address), defaults={"reason": reason})


@transaction.atomic
def lift_suppression(*, address):
    """Let an address be written to again: only for whoever reads its mail, by their own link."""
    if address:
        Suppression.objects.filter(address_hash=Suppression.hash_of(address)).delete()


@transaction.atomic
def blank(*, person):
    """Take from a person's row all that says who they are. Rows that need somebody in that place keep it."""
    for name in ("name", "address", "affiliation", "timezone", "bounce_reason"):
        setattr(person, name, "")
    person.source, person.added_by, person.bounced_at = "erased", None, None
    person.erased_at = person.erased_at or clock.now()
    person.save()
    Membership.objects.filter(person=person).update(affiliation="", user=None)
    return person
