"""What came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from topics.models import Topic
from uconf.lib import clock, limits
from uconf.lib.links import LinkKind
from uconf.models import Identified, Microconference, Person, Versioned


class Outcome(Identified, Versioned):
    """One thing that came of a microconference: merged, agreed, to be followed up, or dropped."""

    class Kind(models.TextChoices):
        MERGED = "merged", _("merged")
        POSTED = "posted", _("posted")
        AGREED = "agreed", _("agreed")
        FOLLOW_UP = "follow_up", _("follow-up")
        NOT_A_PROBLEM = "not_a_problem", _("not a problem")
        NOT_FEASIBLE = "not_feasible", _("not feasible")
        DROPPED = "dropped", _("dropped")

    microconference = models.ForeignKey(Microconference, on_delete=models.PROTECT, related_name="outcomes")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="outcomes")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices, default=Kind.AGREED)
    text = models.TextField(_("what came of it"))
    people = models.ManyToManyField(Person, blank=True, related_name="outcomes")
    happened_on = models.DateField(_("when"), null=True, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="owned_outcomes")
    due = models.DateField(_("due"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="outcome_says_something"),
            *limits.at_most("outcome", text=limits.MARKDOWN),
        ]

    def __str__(self):
        return self.text if len(self.text) < 60 else f"{self.text[:57]}…"


class OutcomeLink(models.Model):
    """Where an outcome can be seen."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=limits.LABEL)
    url = models.CharField(_("address"), max_length=limits.URL, blank=True)
    kind = models.CharField(max_length=15, choices=LinkKind.choices, default=LinkKind.OTHER)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = limits.at_most("outcomelink", label=limits.LABEL, url=limits.URL)

    def __str__(self):
        return self.label
