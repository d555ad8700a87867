from django.conf import settings
from django.db import models

from uconf.lib import clock, limits
from uconf.models.conferences import Conference
from uconf.models.microconferences import Microconference
from uconf.models.people import Person


class ActivityEntry(models.Model):
    """Who did what, when, and what it was before and after. Written by the actions, never changed.

    People are referred to by their row, not by their name, so that an erased person is erased here too.
    """

    microconference = models.ForeignKey(
        Microconference, on_delete=models.CASCADE, null=True, blank=True, related_name="activity"
    )
    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, null=True, blank=True, related_name="activity")
    at = models.DateTimeField(default=clock.now, db_index=True)
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=40)  # a key of uconf.activity.SENTENCES
    subject = models.CharField(max_length=limits.TITLE, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["microconference", "-at"])]
        verbose_name_plural = "activity entries"

    def __str__(self):
        return f"{self.what} {self.subject}"


class Heartbeat(models.Model):
    """When the worker and beat were last seen alive; /readyz reads it."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return self.name
