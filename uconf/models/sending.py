"""Whether letters go at all, and how many a minute: what all senders of the site hold to, so it is kept in rows."""

from django.conf import settings
from django.db import models

from uconf.lib import clock, limits
from uconf.models.microconferences import Microconference


class Sending(models.Model):
    """The one row that says whether the site sends letters; without it, it does."""

    THE_ONE = "letters"

    name = models.CharField(max_length=20, primary_key=True, default=THE_ONE)
    paused_at = models.DateTimeField(null=True, blank=True)
    # None: an operator at the command line, or sending itself after too many failures.
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_itself = models.BooleanField(default=False)
    why = models.CharField(max_length=limits.NOTE, blank=True)
    failures = models.PositiveIntegerField(default=0)  # of the mail server, in a row
    tried_at = models.DateTimeField(null=True, blank=True)  # when one letter last tried whether it works again

    class Meta:
        verbose_name_plural = "sending"
        constraints = limits.at_most("sending", why=limits.NOTE)

    def __str__(self):
        return f"paused: {self.why}" if self.paused_at else "goes on"


class Lease(models.Model):
    """Until when a sender holds the letters it claimed; its heartbeat renews this. After that they are released."""

    sender = models.CharField(max_length=limits.LABEL, unique=True)
    until = models.DateTimeField()

    class Meta:
        constraints = limits.at_most("lease", sender=limits.LABEL)

    def __str__(self):
        return f"{self.sender} until {self.until:%H:%M:%S}"


class LettersPause(models.Model):
    """That a lead paused the letters of a microconference. No row: they go."""

    microconference = models.OneToOneField(Microconference, on_delete=models.CASCADE, related_name="letters_pause")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self):
        return f"{self.microconference}: {self.at:%Y-%m-%d}"


class Pace(models.Model):
    """How many letters may still go now: to one domain, or (no domain) at all. A bucket that fills steadily."""

    domain = models.CharField(max_length=limits.ADDRESS, unique=True)
    left = models.FloatField(default=0)
    at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)  # up to when places are given to letters that wait

    class Meta:
        constraints = limits.at_most("pace", domain=limits.ADDRESS)

    def __str__(self):
        return f"{self.domain or 'all'}: {self.left:.1f}"
