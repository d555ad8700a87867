"""Personal links."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from uconf.lib import clock, keys
from uconf.models import Person


class PersonalLink(models.Model):
    """A capability in an address: one person, one purpose. Only a hash of its token is stored."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer")
        CALENDAR = "calendar", _("calendar")
        STOP = "stop", _("stop")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    generation = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "generation"], name="personal_link_generation_is_unique"),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(revoked_at=None), name="personal_link_is_valid_once_per_kind"
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.kind} {self.generation}"

    @property
    def token(self):
        """The token itself, made anew each time: it is stored nowhere, so a reminder can carry the same link."""
        return keys.token("personal-link", f"{self.person_id}:{self.kind}:{self.generation}")
