"""Letters, why each exists, and their wordings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendees.models.attendees import Attendee
from attendees.models.mail import InboundMail
from attendees.models.rounds import Round
from topics.models import Release
from uconf.lib import clock, limits
from uconf.models import Identified, Membership, Microconference, Person, Versioned


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
