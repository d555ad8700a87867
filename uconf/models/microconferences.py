from datetime import date
from functools import lru_cache

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from uconf.lib import clock, limits
from uconf.models.base import Identified, Versioned
from uconf.models.conferences import RESERVED_MC_SLUGS, Conference, Room
from uconf.models.people import Person


class Series(Identified):
    """A microconference across the years."""

    name = models.CharField(_("name"), max_length=limits.TITLE)
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "series"
        constraints = limits.at_most("series", name=limits.TITLE)

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("uconf:series", args=[self.slug])


class MicroconferenceQuerySet(models.QuerySet):
    def held_or_accepted(self):
        """Those whose state is public."""
        return self.filter(state__in=Microconference.PUBLIC_STATES)

    def public(self):
        """Those that anybody may see: accepted by the committee, or held.

        An earlier edition of which only the year is known came with somebody's text: it is shown once a committee
        has accepted a microconference of its series, and so vouches for it.
        """
        vouched = Microconference.objects.filter(
            series=models.OuterRef("series"), conference__isnull=False, state__in=Microconference.PUBLIC_STATES
        )
        return self.held_or_accepted().filter(Q(conference__isnull=False) | models.Exists(vouched))

    def led_by(self, user):
        """Those whose private side a user may see: leads and helpers only."""
        return self.filter(memberships__user=user).distinct()


@lru_cache(maxsize=4096)
def _address(_prefix, name, *args):
    """As reverse gives it; a page of the lead's side has some twenty of the same few."""
    return reverse(name, args=args)


class Microconference(Identified, Versioned):
    """One edition of a series: from a draft to its reported outcomes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        MERGED = "merged", _("merged")
        SCHEDULED = "scheduled", _("scheduled")
        HELD = "held", _("held")
        REPORTED = "reported", _("reported")

    class Kind(models.TextChoices):
        FULL = "full", _("full")
        SHORT = "short", _("short")
        NO_AV = "no_av", _("without audio and video")

    # Which state may follow which; nothing else is allowed (uconf.lifecycle moves them).
    MOVES = {
        State.DRAFT: {State.SUBMITTED, State.MERGED},
        State.SUBMITTED: {State.DRAFT, State.ACCEPTED, State.DECLINED, State.MERGED},
        State.ACCEPTED: {State.DECLINED, State.MERGED, State.SCHEDULED, State.HELD},
        State.DECLINED: {State.SUBMITTED, State.ACCEPTED},
        State.MERGED: set(),
        State.SCHEDULED: {State.HELD, State.DECLINED, State.MERGED},
        State.HELD: {State.REPORTED, State.SCHEDULED},
        State.REPORTED: {State.HELD},
    }
    PUBLIC_STATES = (State.ACCEPTED, State.SCHEDULED, State.HELD, State.REPORTED)
    AFTER_ACCEPTANCE = PUBLIC_STATES

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="editions")
    conference = models.ForeignKey(
        Conference, on_delete=models.PROTECT, related_name="microconferences", null=True, blank=True
    )
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=limits.TITLE)
    slug = models.SlugField(_("address"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.FULL)
    summary = models.TextField(_("summary"), blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    decline_reason = models.CharField(_("why it was declined"), max_length=limits.NOTE, blank=True, editable=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    topics_url = models.URLField(_("where topics are proposed, if not here"), max_length=limits.URL, blank=True)
    topics_open_here = models.BooleanField(_("topics can be proposed here"), default=False)
    topics_close_on = models.DateField(_("call for topics closes"), null=True, blank=True)
    publish_by = models.DateField(_("publish the agenda by"), null=True, blank=True)
    session_classification = models.CharField(max_length=limits.TITLE, blank=True)
    track_classification = models.CharField(max_length=limits.TITLE, blank=True)
    attendee_list_public = models.BooleanField(_("name those who agreed on the public page"), default=True)
    policy_agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    policy_agreed_at = models.DateTimeField(null=True, blank=True)
    notes_url = models.URLField(_("shared notes"), max_length=limits.URL, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = MicroconferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "slug"],
                name="microconference_slug_is_unique_in_its_conference",
                violation_error_message=_("There is a microconference at this address already."),
            ),
            models.UniqueConstraint(
                fields=["series", "year"],
                condition=Q(conference=None),
                name="microconference_of_a_year_alone_is_unique_in_its_series",
            ),
            models.CheckConstraint(
                condition=Q(policy_agreed_by=None, policy_agreed_at=None)
                | Q(policy_agreed_by__isnull=False, policy_agreed_at__isnull=False),
                name="microconference_policy_agreed_by_and_at_go_together",
            ),
            models.CheckConstraint(
                condition=Q(topics_url="") | Q(topics_open_here=False),
                name="microconference_calls_for_topics_here_or_elsewhere",
                violation_error_message=_("Topics are proposed here or at the other address, not in both places."),
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="microconference_merged_says_into_what",
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_MC_SLUGS)),
                name="microconference_slug_is_not_reserved",
                violation_error_message=_("This address is used by the site itself. Choose another."),
            ),
            *limits.at_most(
                "microconference",
                title=limits.TITLE,
                summary=limits.MARKDOWN,
                notes_url=limits.URL,
                decline_reason=limits.NOTE,
            ),  # fmt: skip
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.conference_id is None:
            return reverse("uconf:edition", args=[self.series.slug, self.year])
        return reverse("uconf:microconference", args=[self.conference.slug, self.slug])

    def organize_url(self, name="uconf:overview", *args):
        """A page of the lead's side by its URL name, such as ``"topics:list"``."""
        return _address(get_script_prefix(), name, self.conference.slug, self.slug, *args)

    def organize_counts(self):
        """How much is in each room: topics that count, people, letters, outcomes. Four queries."""
        return {
            "topics": self.topics.exclude(state__in=["withdrawn", "merged"]).count(),
            "people": self.attendees.count(),
            "letters": self.letters.count(),
            "outcomes": self.outcomes.count(),
        }

    @property
    def is_public(self):
        return self.state in self.PUBLIC_STATES

    @property
    def is_over(self):
        return self.state in (self.State.HELD, self.State.REPORTED)

    @property
    def takes_letters(self):
        """Whether anybody may still be asked: not once it is declined, merged or over."""
        return self.state in (self.State.DRAFT, self.State.SUBMITTED, self.State.ACCEPTED, self.State.SCHEDULED)

    @property
    def timezone(self):
        return self.conference.timezone if self.conference_id else "UTC"

    def takes_topics_on(self, day: date):
        """Whether the public form for topics is open on a day."""
        open_state = self.state in (self.State.ACCEPTED, self.State.SCHEDULED)
        return self.topics_open_here and open_state and (self.topics_close_on is None or day <= self.topics_close_on)


class MembershipQuerySet(models.QuerySet):
    def leads(self):
        return self.filter(role=Membership.Role.LEAD)

    def in_public(self):
        """Leads whom a public page names: who came here, so not somebody who is only invited or written down.

        An earlier edition of which only the year is known was published elsewhere; its leads are named as there.
        """
        here = Q(user__isnull=False) | Q(microconference__conference=None)
        return self.leads().filter(here, person__erased_at=None)


class Membership(Versioned):
    """Somebody who runs a microconference. The user is empty until they sign in with their address."""

    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        HELPER = "helper", _("helper")

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.LEAD)
    is_primary = models.BooleanField(default=False)
    affiliation = models.CharField(_("affiliation"), max_length=limits.NAME, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    invited_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["microconference", "person"],
                name="membership_is_one_per_person_and_microconference",
                violation_error_message=_("This person is on the team already."),
            ),
            models.UniqueConstraint(
                fields=["microconference", "user"],
                condition=Q(user__isnull=False),
                name="membership_is_one_per_user_and_microconference",
            ),
            *limits.at_most("membership", affiliation=limits.NAME),
        ]

    def __str__(self):
        return f"{self.person} ({self.get_role_display()})"


class MicroconferenceLink(models.Model):
    """An address that belongs to an edition: its schedule elsewhere, a blog post, a wiki page."""

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=limits.LABEL)
    url = models.CharField(_("address"), max_length=limits.URL, blank=True)
    kind = models.CharField(max_length=15, default="other")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = limits.at_most("microconferencelink", label=limits.LABEL, url=limits.URL)

    def __str__(self):
        return self.label
