"""Attendees: where each stands, what they care about, and when they cannot."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from topics.models import Topic
from uconf.lib import clock, limits
from uconf.models import Identified, Membership, Microconference, Person


class Mode(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    REMOTE = "remote", _("remotely")


class Status(models.TextChoices):
    """Where somebody stands. It follows from the ledger; nobody sets it by hand."""

    NOT_ASKED = "not_asked", _("not asked yet")
    PENDING = "pending", _("response pending")
    INTERESTED = "interested", _("interested")
    NOT_SURE = "not_sure", _("not sure yet")
    COMING = "coming", _("coming")
    REMOTE = "remote", _("coming remotely")
    CANT = "cant", _("can't this time")
    BOUNCES = "bounces", _("mail bounces")


class AttendeeQuerySet(models.QuerySet):
    def coming(self):
        return self.filter(status__in=[Status.COMING, Status.REMOTE])

    def pending(self):
        return self.filter(status=Status.PENDING)

    def nameable(self):
        """Those who agreed to be named in public and have not said that they can't."""
        return self.filter(listed=True, person__erased_at=None).exclude(status=Status.CANT)


class Attendee(Identified):
    """A person on a microconference's list: somebody it needs, or who would like to take part."""

    # The constraint below begins with it, and serves as its index.
    microconference = models.ForeignKey(
        Microconference, on_delete=models.CASCADE, related_name="attendees", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attendances")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.NOT_ASKED, editable=False)
    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True, editable=False)
    listed = models.BooleanField(_("may be named in public"), default=False)
    reason = models.CharField(_("why they are needed"), max_length=limits.NOTE, blank=True)
    asked_by = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="asks", verbose_name=_("asked by")
    )
    contacted_at = models.DateTimeField(null=True, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    letters_stopped_at = models.DateTimeField(null=True, blank=True)  # their own wish; only they can take it back
    # How persistently this one person is asked. None: by the round's cadence; []: no reminders.
    cadence = models.JSONField(_("reminders after, in days"), null=True, blank=True)
    cadence_set_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(_("no letters before"), null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)  # a lead stopped their letters, until a lead lets them go on
    added_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering = ["person__search_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["microconference", "person"],
                name="attendee_is_on_a_list_once",
                violation_error_message=_("This person is on the list already."),
            ),
            *limits.at_most("attendee", reason=limits.NOTE),
        ]
        indexes = [models.Index(fields=["microconference", "status"])]

    def __str__(self):
        return str(self.person)


class Interest(models.Model):
    """What somebody said about a topic. No row means unknown, and unknown is never shown as no."""

    class Level(models.TextChoices):
        NEED_ME = "need_me", _("need me there")
        WOULD_LIKE = "would_like", _("would like to")
        NOT_FOR_ME = "not_for_me", _("not for me")

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="interests")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="interests")
    level = models.CharField(max_length=12, choices=Level.choices)
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attendee", "topic"], name="interest_is_one_per_attendee_and_topic"),
        ]

    def __str__(self):
        return f"{self.attendee}: {self.topic}: {self.get_level_display()}"


class Availability(models.Model):
    """That somebody said something about their times. No row means unknown."""

    attendee = models.OneToOneField(Attendee, on_delete=models.CASCADE, related_name="availability")
    all_free = models.BooleanField(_("free for all of it"), default=False)
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "availabilities"

    def __str__(self):
        return f"{self.attendee}: {'free' if self.all_free else 'times they cannot'}"


class TimeTheyCannot(models.Model):
    """A stretch of time in which somebody cannot be there. Instants in UTC."""

    availability = models.ForeignKey(Availability, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        verbose_name_plural = "times they cannot"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="time_they_cannot_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return f"{self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M} UTC"
