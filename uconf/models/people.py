from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from uconf.lib import addresses, clock, keys, limits
from uconf.models.base import Identified


class PersonQuerySet(models.QuerySet):
    def at(self, address):
        """The person of an address, however it is spelled."""
        return self.filter(address=address.strip().casefold()).exclude(address="")

    def named(self, name):
        """People of a name, whatever its capitals and spaces."""
        return self.filter(search_name=fold(name), erased_at=None)


def fold(name):
    """A name as it is compared: case and spacing do not matter. (SQLite's own LIKE folds ASCII only.)"""
    return " ".join(name.casefold().split())


class Person(Identified):
    """A human being, one row across years and microconferences, with or without an address."""

    class Basis(models.TextChoices):
        """Why we may write to them (Art. 6 GDPR); nobody is written to without one."""

        ASKED_US = "asked_us", _("wrote to us or joined")
        PUBLIC_LIST = "public_list", _("named in public, as a developer of the subject")
        EARLIER = "earlier", _("took part in an earlier edition")
        CONSENT = "consent", _("agreed")

    name = models.CharField(_("name"), max_length=limits.NAME)
    search_name = models.CharField(max_length=limits.NAME, editable=False, db_index=True)
    address = models.CharField(_("mail address"), max_length=limits.ADDRESS, blank=True)
    affiliation = models.CharField(_("affiliation"), max_length=limits.NAME, blank=True)
    timezone = models.CharField(_("time zone"), max_length=60, blank=True)
    basis = models.CharField(max_length=20, choices=Basis.choices, default=Basis.PUBLIC_LIST)
    source = models.CharField(
        max_length=limits.NOTE, help_text=_("where the name comes from, as the person may read it")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now, editable=False)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=limits.NOTE, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=~Q(address=""),
                name="person_address_is_unique_where_given",
                violation_error_message=_("Somebody else has this address."),
            ),
            models.CheckConstraint(condition=~Q(source="") & ~Q(basis=""), name="person_has_a_basis_and_a_source"),
            *limits.at_most(
                "person", name=limits.NAME, address=limits.ADDRESS, affiliation=limits.NAME, source=limits.NOTE
            ),
        ]

    def __str__(self):
        return self.name or str(_("somebody erased"))

    def save(self, *args, **kwargs):
        self.search_name = fold(self.name)
        if kwargs.get("update_fields") is not None and "name" in kwargs["update_fields"]:
            kwargs["update_fields"] = [*kwargs["update_fields"], "search_name"]
        super().save(*args, **kwargs)

    @property
    def first_name(self):
        return self.name.split()[0] if self.name.split() else str(self)


class SuppressionQuerySet(models.QuerySet):
    def holds(self, address):
        """Whether an address must not be written to."""
        return self.filter(address_hash=Suppression.hash_of(address)).exists()

    def among(self, candidates):
        """Those of many addresses that must not be written to, in one query."""
        by_hash = {Suppression.hash_of(address): address for address in candidates}
        held = self.filter(address_hash__in=by_hash).values_list("address_hash", flat=True)
        return {by_hash[each] for each in held}


class Suppression(models.Model):
    """An address that asked not to be written to, kept as a keyed hash only."""

    address_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=limits.NOTE, blank=True)
    since = models.DateTimeField(default=clock.now)

    objects = SuppressionQuerySet.as_manager()

    def __str__(self):
        return f"{self.address_hash[:8]}…"

    @staticmethod
    def hash_of(address):
        return keys.keyed_hash("suppression", addresses.one_line(address).casefold())
