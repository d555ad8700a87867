from django.conf import settings
from django.db import models

from uconf.lib import clock
from uconf.models.microconferences import Microconference


class ProposalSource(models.Model):
    """A proposal's text as it came, which span became what, and what was left over. Never changed.

    ``spans`` point into ``text``; ``original`` is kept beside it where the two differ (HTML, before conversion).
    """

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="sources")
    text = models.TextField()
    original = models.TextField(blank=True)
    kind = models.CharField(max_length=10, default="text")
    spans = models.JSONField(default=list)
    not_understood = models.JSONField(default=list)
    imported_at = models.DateTimeField(default=clock.now)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self):
        return f"proposal of {self.microconference}"
