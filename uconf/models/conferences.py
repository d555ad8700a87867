from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from uconf.lib import clock, limits
from uconf.models.base import Identified, Versioned

RESERVED_SLUGS = frozenset(
    ["a", "api", "series", "organize", "accounts", "admin", "static", "healthz", "readyz", "privacy", "new"]
)

# Words that stand where a microconference's own address would: /organize/<conference>/<word>/, and the names of
# its rooms, which would hide /organize/<conference>/committee/<mc>/.
RESERVED_MC_SLUGS = frozenset(
    ["committee", "propose", "import", "settings", "new", "topics", "people", "letters", "agenda", "outcomes",
     "proposal", "activity"]
)  # fmt: skip


class ConferenceQuerySet(models.QuerySet):
    def of_committee(self, user):
        """Conferences whose committee a user belongs to."""
        return self.filter(committee=user)


class Conference(Identified, Versioned):
    """The big conference that microconferences are part of: its days, zone, rooms and habits."""

    name = models.CharField(_("name"), max_length=limits.NAME)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    timezone = models.CharField(_("time zone"), max_length=60, default="UTC")
    venue = models.CharField(_("venue"), max_length=limits.NAME, blank=True)
    website = models.URLField(_("website"), max_length=limits.URL, blank=True)
    policy_url = models.URLField(_("conduct policy"), max_length=limits.URL, blank=True)
    official_schedule_url = models.URLField(_("official timetable"), max_length=limits.URL, blank=True)
    session_minutes = models.PositiveSmallIntegerField(
        _("usual session, minutes"), default=210, validators=[MinValueValidator(15), MaxValueValidator(720)]
    )
    break_minutes = models.PositiveSmallIntegerField(
        _("usual break, minutes"), default=30, validators=[MaxValueValidator(limits.MINUTES)]
    )
    quiet_days = models.JSONField(_("quiet days"), default=list, blank=True)  # ISO dates: no letters then
    committee = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="committees", blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="conference_ends_on_or_after_its_first_day",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
                name="conference_slug_is_not_reserved",
                violation_error_message=_("This address is used by the site itself. Choose another."),
            ),
            *limits.at_most("conference", name=limits.NAME, venue=limits.NAME, website=limits.URL),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("uconf:conference", args=[self.slug])

    @property
    def year(self):
        return self.starts_on.year

    @property
    def zone(self):
        return ZoneInfo(self.timezone)


class Room(Identified, Versioned):
    """A room of the conference, and whether people can take part in it from afar."""

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=limits.NAME)
    remote_capable = models.BooleanField(_("people can take part remotely"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "name"],
                name="room_name_is_unique_in_its_conference",
                violation_error_message=_("There is a room of this name already."),
            ),
            *limits.at_most("room", name=limits.NAME),
        ]

    def __str__(self):
        return self.name
