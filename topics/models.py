"""Topics and what belongs to them; sessions, drafts, agenda items and releases."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from uconf.lib import clock, limits
from uconf.lib.links import LinkKind
from uconf.models import Identified, Microconference, Person, Room, Versioned


class TopicQuerySet(models.QuerySet):
    def placeable(self):
        """Topics that may stand on the agenda."""
        return self.filter(state__in=[Topic.State.ACCEPTED, Topic.State.IF_TIME])

    def accepted(self):
        return self.filter(state=Topic.State.ACCEPTED)

    def alive(self):
        """Topics that count: neither withdrawn nor merged away."""
        return self.exclude(state__in=[Topic.State.WITHDRAWN, Topic.State.MERGED])

    def public(self):
        """Topics that readers of an accepted microconference may see."""
        return self.filter(state__in=Topic.PUBLIC_STATES, microconference__state__in=Microconference.PUBLIC_STATES)


class Topic(Identified, Versioned):
    """Something to settle: proposed, then accepted or not by the leads."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        IF_TIME = "if_time", _("if time allows")
        NOT_NOW = "not_now", _("not this time")
        WITHDRAWN = "withdrawn", _("withdrawn")
        MERGED = "merged", _("merged")

    class Result(models.TextChoices):
        DISCUSSED = "discussed", _("discussed")
        PARTLY = "partly", _("partly discussed")
        NOT_REACHED = "not_reached", _("not reached")
        ABSENT = "absent", _("proposer absent")
        HALLWAY = "hallway", _("moved to the hallway")

    PUBLIC_STATES = (State.ACCEPTED, State.IF_TIME)

    microconference = models.ForeignKey(Microconference, on_delete=models.PROTECT, related_name="topics")
    title = models.CharField(_("title"), max_length=limits.TITLE)
    problem = models.TextField(_("the problem"), blank=True)
    group = models.CharField(_("group"), max_length=limits.TITLE, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    position = models.PositiveIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=20, validators=[MinValueValidator(1), MaxValueValidator(limits.MINUTES)]
    )
    presenting_minutes = models.PositiveSmallIntegerField(
        _("of which presenting"), default=5, validators=[MaxValueValidator(limits.MINUTES)]
    )
    after = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="before", verbose_name=_("after")
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")
    carried_over_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_over_to"
    )
    external_id = models.CharField(_("number in the conference's system"), max_length=40, blank=True)
    external_url = models.CharField(_("address in the conference's system"), max_length=limits.URL, blank=True)
    result = models.CharField(_("how it went"), max_length=12, choices=Result.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=limits.MINUTES),
                name="topic_takes_1_to_240_minutes",
            ),
            models.CheckConstraint(
                condition=Q(presenting_minutes__lte=F("minutes")),
                name="topic_presenting_fits_into_its_minutes",
                violation_error_message=_("Presenting takes longer than the topic itself."),
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="topic_merged_says_into_what",
            ),
            models.CheckConstraint(condition=~Q(after=F("id")), name="topic_is_not_after_itself"),
            *limits.at_most("topic", title=limits.TITLE, problem=limits.MARKDOWN, external_url=limits.URL),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The topic's public page."""
        mc = self.microconference
        return reverse("topics:detail", args=[mc.conference.slug, mc.slug, self.public_id])


class Proposer(models.Model):
    """Who brought a topic up; whether they present it, or stand in for who does."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="proposers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposed")
    position = models.PositiveSmallIntegerField(default=0)
    presents = models.BooleanField(default=True)
    stand_in = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "person"], name="proposer_is_named_once_per_topic"),
        ]

    def __str__(self):
        return f"{self.person}: {self.topic}"


class KeyPerson(models.Model):
    """Somebody without whom a topic can't be settled, and why."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="key_people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="key_for")
    note = models.CharField(_("why"), max_length=limits.LABEL, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "key people"
        constraints = [
            models.UniqueConstraint(fields=["topic", "person"], name="key_person_is_named_once_per_topic"),
            *limits.at_most("keyperson", note=limits.LABEL),
        ]

    def __str__(self):
        return f"{self.person}: {self.topic}"


class TopicLink(Identified):
    """Something to read about a topic. The address may be missing; the lead is told."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=limits.LABEL)
    url = models.CharField(_("address"), max_length=limits.URL, blank=True)
    kind = models.CharField(max_length=15, choices=LinkKind.choices, default=LinkKind.OTHER)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = limits.at_most("topiclink", label=limits.LABEL, url=limits.URL)

    def __str__(self):
        return self.label


class Session(Identified, Versioned):
    """A block of time in a room, in which one microconference meets."""

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_message=_("The session ends before it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def minutes(self):
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))


class Draft(Identified, Versioned):
    """A working agenda. Its version counts every edit, so that two leads cannot overwrite each other unseen."""

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="drafts")
    name = models.CharField(_("name"), max_length=limits.LABEL, default="A")
    is_current = models.BooleanField(default=True)
    edited_at = models.DateTimeField(default=clock.now)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # The number of the last edit that holds, and how many after it are undone.
    step = models.PositiveIntegerField(default=0, editable=False)
    undone = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["microconference", "name"], name="draft_name_is_unique_in_its_mc"),
            models.UniqueConstraint(
                fields=["microconference"], condition=Q(is_current=True), name="draft_is_current_once_per_mc"
            ),
            *limits.at_most("draft", name=limits.LABEL),
        ]

    def __str__(self):
        return self.name


class AgendaItem(Identified):
    """One thing on a draft's agenda. When it starts follows from its position and the minutes before it."""

    class Kind(models.TextChoices):
        TOPIC = "topic", _("topic")
        BREAK = "break", _("break")
        OPENING = "opening", _("opening")
        WRAP_UP = "wrap_up", _("wrap-up")
        OPEN = "open", _("open discussion")

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="items")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items")
    minutes = models.PositiveSmallIntegerField()
    # None: as many as its topic says.
    presenting_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(limits.MINUTES)]
    )
    pinned = models.BooleanField(default=False)
    # Where it is pinned to, from its session's start: the pin moves along when the session does.
    pinned_minute = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["session__starts_at", "session_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "topic"], condition=Q(topic__isnull=False), name="agenda_item_topic_is_placed_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="topic", topic__isnull=False) | (~Q(kind="topic") & Q(topic__isnull=True)),
                name="agenda_item_has_a_topic_if_it_is_one",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=limits.MINUTES), name="agenda_item_takes_1_to_240_minutes"
            ),
            models.CheckConstraint(
                condition=Q(presenting_minutes=None) | Q(presenting_minutes__lte=F("minutes")),
                name="agenda_item_presenting_fits_into_its_minutes",
            ),
            models.CheckConstraint(
                condition=Q(pinned=True) | Q(pinned_minute=None), name="agenda_item_has_a_pinned_minute_if_pinned"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self):
        """What the item is called: its topic's title, or what kind of pause or talk it is."""
        return self.topic.title if self.topic_id else str(self.Kind(self.kind).label).capitalize()


class AgendaEdit(models.Model):
    """One step of a draft's undo history: the whole agenda before and after it, so that either can be had exactly.

    Steps up to the draft's ``step`` hold; later ones were undone and can be done again, until somebody edits on.
    The lists are rows as topics.agenda.history writes them.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20)
    subject = models.CharField(max_length=limits.TITLE, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="agenda_edit_number_is_unique_in_its_draft"),
            *limits.at_most("agendaedit", subject=limits.TITLE),
        ]

    def __str__(self):
        return f"{self.number}: {self.act} {self.subject}"


class WarningAcknowledgement(Identified):
    """That a lead knows of a warning, and why it may stand: quiet until what it rests on is another."""

    microconference = models.ForeignKey(
        Microconference, on_delete=models.CASCADE, related_name="warning_acknowledgements"
    )
    key = models.CharField(max_length=limits.LABEL)
    rests_on = models.CharField(max_length=32)  # a digest of the facts
    reason = models.CharField(_("why it may stand"), max_length=limits.NOTE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["microconference", "key", "rests_on"], name="warning_is_acknowledged_once_as_it_stands"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="warning_acknowledgement_says_why"),
            *limits.at_most("warningacknowledgement", key=limits.LABEL, reason=limits.NOTE),
        ]

    def __str__(self):
        return self.key


class Release(Identified):
    """A published agenda: numbered, and never changed. Its content holds person ids, never names."""

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=limits.NOTE, blank=True)
    content = models.JSONField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["microconference", "number"], name="release_number_is_unique_in_its_mc"),
            *limits.at_most("release", note=limits.NOTE),
        ]

    def __str__(self):
        return f"release {self.number}"


class TimetableEntry(models.Model):
    """What a lead last entered into the conference's own timetable for one thing of the agenda.

    ``values`` is None once it was removed there; ``before`` is what stood before the last tick, so that it can be
    undone.
    """

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="timetable_entries")
    key = models.CharField(max_length=40)  # see topics.agenda.transfer: a topic, or the nth pause of a kind
    values = models.JSONField(null=True)
    before = models.JSONField(null=True)
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "timetable entries"
        constraints = [
            models.UniqueConstraint(fields=["microconference", "key"], name="timetable_entry_is_one_per_thing"),
        ]

    def __str__(self):
        return self.key
