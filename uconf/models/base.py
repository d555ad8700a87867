"""What many tables share: a public identifier, and a version for what two people edit."""

from django.db import models
from django.db.models import F

from uconf.lib.ids import LENGTH, new_public_id
from uconf.lib.refusals import EditConflict


class Identified(models.Model):
    """Has a short public identifier that stays the same for good; addresses and exports use it."""

    public_id = models.CharField(max_length=LENGTH, unique=True, default=new_public_id, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """Counts its saves, so that two people who edit the same thing cannot overwrite each other unseen."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_if_unchanged(self, *, version, fields):
        """Save the named fields if the row still has ``version``; else raise EditConflict with what is stored.

        ``version=None`` is for acts that look at nothing first, such as a state change: it only counts on.
        """
        rows = type(self)._base_manager.filter(pk=self.pk)
        if version is not None:
            rows = rows.filter(version=version)
        values = {name: getattr(self, name) for name in fields}
        if not rows.update(version=F("version") + 1, **values):
            theirs = type(self)._base_manager.filter(pk=self.pk).first()
            if theirs is None:
                raise type(self).DoesNotExist(f"{self} was deleted meanwhile.")
            raise EditConflict(f"Somebody changed “{theirs}” while you were editing it.", theirs=theirs)
        self.version = type(self)._base_manager.values_list("version", flat=True).get(pk=self.pk)
