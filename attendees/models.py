"""Attendees, the rounds that ask them, the ledger of answers, personal links and letters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendees.incoming import InboundMail
from topics.models import Release, Topic
from uconf.lib import clock, keys, limits
from uconf.models import Identified, Membership, Microconference, Person, Versioned


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


class Round(Identified, Versioned):
    """One question to the attendees, with its own deadline and cadence."""

    class Question(models.TextChoices):
        INTEREST = "interest", _("If this is accepted, would you take part?")
        COMING = "coming", _("Will you be there?")

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="rounds")
    question = models.CharField(max_length=10, choices=Question.choices)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answer_by = models.DateField(_("answer by"), null=True, blank=True)
    # Days between a letter and the next reminder: [10] is one reminder after ten days; [] is none.
    cadence = models.JSONField(_("reminders after, in days"), default=list, blank=True)
    # A reminder is never late because of a cadence that was only set afterwards.
    cadence_set_at = models.DateTimeField(default=clock.now)
    imported = models.BooleanField(default=False)

    class Meta:
        ordering = ["-question"]  # “interest” comes before “coming” in time; see Round.in_order
        constraints = [
            models.UniqueConstraint(
                fields=["microconference", "question"], name="round_asks_a_question_once_per_microconference"
            ),
        ]

    def __str__(self):
        return str(self.get_question_display())

    @property
    def order(self):
        """1 for the round before acceptance, 2 for the one after it."""
        return 1 if self.question == self.Question.INTEREST else 2


class Asking(models.Model):
    """That somebody was asked in a round: by a letter of ours, by a lead's own mail, or before the import."""

    class How(models.TextChoices):
        LETTER = "letter", _("by letter")
        OWN_MAIL = "own_mail", _("by a lead's own mail")
        IMPORT = "import", _("before the import")

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="askings", db_index=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="askings")
    how = models.CharField(max_length=10, choices=How.choices)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attendee", "round"], name="asking_is_one_per_attendee_and_round"),
        ]

    def __str__(self):
        return f"{self.attendee}: {self.round}"


class Answer(models.Model):
    """One answer in the ledger. Rows are only added: a change of mind is another row."""

    class Choice(models.TextChoices):
        INTERESTED = "interested", _("interested")
        COMING = "coming", _("coming")
        NOT_SURE = "not_sure", _("not sure yet")
        CANT = "cant", _("can't this time")

    class Source(models.TextChoices):
        LINK = "link", _("by link")
        REPLY = "reply", _("by reply")
        ON_BEHALF = "on_behalf", _("told a lead")
        JOINED = "joined", _("joined")
        IMPORT = "import", _("as the import says")
        UNDO = "undo", _("undone")

    # What may be said to each question; “coming” cannot be said before acceptance.
    ALLOWED = {
        Round.Question.INTEREST: (Choice.INTERESTED, Choice.NOT_SURE, Choice.CANT),
        Round.Question.COMING: (Choice.COMING, Choice.NOT_SURE, Choice.CANT),
    }

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="answers")
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="answers")
    answer = models.CharField(max_length=12, choices=Choice.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True)
    note = models.CharField(_("note"), max_length=limits.NOTE, blank=True)
    instead = models.CharField(_("somebody better"), max_length=limits.NAME, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    source_note = models.CharField(_("where it came from"), max_length=limits.LABEL, blank=True)
    mail = models.ForeignKey(InboundMail, on_delete=models.SET_NULL, null=True, blank=True, related_name="answers")
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(answer="coming") & ~Q(mode="")) | (~Q(answer="coming") & Q(mode="")),
                name="answer_says_how_if_coming",
            ),
            *limits.at_most("answer", note=limits.NOTE, instead=limits.NAME, source_note=limits.LABEL),
        ]

    def __str__(self):
        return f"{self.attendee}: {self.words}"

    @property
    def status(self):
        """The status that this answer alone amounts to."""
        if self.answer == self.Choice.COMING:
            return Status.REMOTE if self.mode == Mode.REMOTE else Status.COMING
        return Status(self.answer)

    @property
    def words(self):
        return self.status.label


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


class LetterText(Versioned):
    """A microconference's own wording of a kind of letter; without a row the built-in one is used."""

    class Kind(models.TextChoices):
        FIRST_INTEREST = "first_interest", _("letter of the first round")
        REMINDER_INTEREST = "reminder_interest", _("reminder of the first round")
        FIRST_COMING = "first_coming", _("letter of the second round")
        REMINDER_COMING = "reminder_coming", _("reminder of the second round")
        THANKS = "thanks", _("thank-you letter")

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="letter_texts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(_("subject"), max_length=limits.SUBJECT)
    body = models.TextField(_("text"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["microconference", "kind"], name="letter_text_is_one_per_kind"),
            *limits.at_most("lettertext", subject=limits.SUBJECT, body=limits.LETTER),
        ]

    def __str__(self):
        return self.get_kind_display()


class LetterQuerySet(models.QuerySet):
    def waiting(self):
        """Letters that are on their way but not gone."""
        return self.filter(state__in=Letter.ON_THE_WAY)

    def final(self):
        return self.filter(state__in=Letter.FINAL)


class Letter(Identified, Versioned):
    """One mail to one person. This table is the queue; Celery only rings the bell."""

    class Kind(models.TextChoices):
        FIRST = "first", _("first letter")
        REMINDER = "reminder", _("reminder")
        LINK = "link", _("new link")
        INVITATION = "invitation", _("invitation to lead")
        STOPPED = "stopped", _("confirmation")
        DIGEST = "digest", _("digest")
        TEST = "test", _("test letter")
        THANKS = "thanks", _("thank-you letter")
        RELEASE = "release", _("news of the agenda")
        PROPOSER = "proposer", _("a week before")
        UNDERSTOOD = "understood", _("how a reply was understood")
        FORWARD = "forward", _("a reply, passed on")
        DECISION = "decision", _("decision of the committee")

    class State(models.TextChoices):
        WRITTEN = "written", _("written")
        APPROVED = "approved", _("approved")
        QUEUED = "queued", _("waiting")
        CLAIMED = "claimed", _("being sent")
        TRANSMITTING = "transmitting", _("being handed over")
        SENT = "sent", _("sent")
        DEFERRED = "deferred", _("put off")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")
        CANCELLED = "cancelled", _("cancelled")
        MISSED = "missed", _("missed")
        TAKEN = "taken", _("taken along")  # a lead sends it from their own mail program

    ON_THE_WAY = (State.APPROVED, State.QUEUED, State.CLAIMED, State.TRANSMITTING, State.DEFERRED)
    FINAL = (State.SENT, State.FAILED, State.UNCERTAIN, State.CANCELLED, State.MISSED)

    microconference = models.ForeignKey(
        Microconference, on_delete=models.CASCADE, null=True, blank=True, related_name="letters"
    )
    # No index holds what changes while a letter is sent, not even as its condition: PostgreSQL then writes the row in
    # place (a “heap-only tuple”) instead of all the indexes with it. And only what is looked up has one (see Meta).
    to_person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="letters", db_index=False
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, db_index=False
    )
    to_address = models.CharField(max_length=limits.ADDRESS, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    subject = models.CharField(_("subject"), max_length=limits.SUBJECT)
    body = models.TextField(_("text"))
    # Calendar files that go with it: {"name", "method" (RFC 5546), "text"}.
    attachments = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WRITTEN)
    asked_by = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="letters", db_index=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    by_robot = models.BooleanField(default=False)  # written by the cadence: carries the headers of automatic mail
    due_at = models.DateTimeField(null=True, blank=True)  # the first moment at which it may go, in UTC
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)  # how often it was sent again by itself after a crash
    claimed_by = models.CharField(max_length=60, blank=True)  # a sender, see Lease
    message_id = models.CharField(max_length=limits.LABEL, blank=True)
    in_reply_to = models.CharField(max_length=limits.LABEL, blank=True)
    dated_at = models.DateTimeField(null=True, blank=True)  # its Date header: the same in every try
    sent_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)  # uncertain, and a lead decided to leave it at that
    mail = models.ForeignKey(
        InboundMail, on_delete=models.SET_NULL, null=True, blank=True, related_name="letters", db_index=False
    )
    reply = models.CharField(max_length=limits.NOTE, blank=True)  # what the mail server said last
    written_at = models.DateTimeField(default=clock.now)
    # The mail itself, made when the letter is queued, without the reader's own links; gone once the letter has ended.
    rendered = models.BinaryField(null=True, editable=False)
    rendered_from = models.CharField(max_length=64, blank=True, editable=False)  # what it was made from, as a hash

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(next_try_at__isnull=False), name="letter_waits"),
            models.Index(fields=["to_person", "kind"], name="letter_to_person"),
            models.Index(fields=["mail"], condition=Q(mail__isnull=False), name="letter_about_mail"),
            models.Index(fields=["to_user"], condition=Q(to_user__isnull=False), name="letter_to_user"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_person__isnull=False, to_user=None, to_address="")
                | Q(to_person=None, to_user__isnull=False, to_address="")
                | (Q(to_person=None, to_user=None) & ~Q(to_address="")),
                name="letter_goes_to_one_person_user_or_address",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="letter_sent_says_when"),
            *limits.at_most("letter", subject=limits.SUBJECT, body=limits.LETTER),
        ]

    def __str__(self):
        return self.subject


class LetterReason(models.Model):
    """Why a letter exists. The key is the intent: the same reason never makes two letters."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="reasons")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="letter_reasons")
    attendee = models.ForeignKey(
        Attendee, on_delete=models.CASCADE, null=True, blank=True, related_name="letter_reasons"
    )
    round = models.ForeignKey(Round, on_delete=models.CASCADE, null=True, blank=True, related_name="letter_reasons")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # A letter of a release tells what changed since this one, the last that its reader had heard of; None: nothing.
    since = models.ForeignKey(Release, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    step = models.PositiveSmallIntegerField(default=0)  # 0 is the first letter, 1 the first reminder
    dedupe_key = models.CharField(max_length=120, unique=True)

    def __str__(self):
        return self.dedupe_key
