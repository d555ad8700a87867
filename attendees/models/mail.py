"""Mail that came in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from uconf.lib import clock, limits
from uconf.models import Identified, Membership, Microconference, Person


class InboundMailQuerySet(models.QuerySet):
    def unread(self):
        """What waits for a person to read it."""
        return self.filter(state=InboundMail.State.WAITING)

    def unread_replies(self):
        """What people on the list wrote and nobody has read: until then no robot reminds them."""
        return self.unread().filter(kind__in=(InboundMail.Kind.UNCLEAR, InboundMail.Kind.LIST), person__isnull=False)


class InboundMail(Identified):
    """One mail as it came, and what was made of it. Stored first, read afterwards; never answered twice."""

    class Kind(models.TextChoices):
        """What it was read as."""

        UNREAD = "", _("not read yet")
        ANSWER = "answer", _("an answer")
        UNCLEAR = "unclear", _("to be read")
        LIST = "list", _("also sent to others")
        AUTOMATIC = "automatic", _("automatic reply")
        BOUNCE = "bounce", _("came back")
        DELAY = "delay", _("could not be delivered yet")
        OURS = "ours", _("our own letter")
        OWN_MAIL = "own_mail", _("a lead's own mail")
        SENT_COPY = "sent_copy", _("a letter sent from a lead's own program")
        TEXT = "text", _("a text with topics or answers")

    class State(models.TextChoices):
        STORED = "stored", _("stored")
        WAITING = "waiting", _("to be read")
        DONE = "done", _("done")

    class Why(models.TextChoices):
        """Why a person has to read it."""

        NOTHING = "", ""
        MORE = "more", _("it is no clear answer, or says more than one")
        EMPTY = "empty", _("it has no text of its own")
        LONG = "long", _("it is long")
        QUESTION = "question", _("it asks something")
        UNCLEAR = "unclear", _("it does not say which answer is meant")
        BOTH = "both", _("it says two different things")
        INTERLEAVED = "interleaved", _("the answers stand between what is quoted")
        COPY = "copy", _("others are in To or Cc, so nothing was interpreted")
        SENDER = "sender", _("it is from another address than the letter went to")
        STRANGER = "stranger", _("nobody on the list has this address")
        ROUND = "round", _("nothing is asked of them at the moment")
        ODD = "odd", _("it could not be read")
        REPORT = "report", _("it reports on an address that is not the letter's")
        CONFIRM = "confirm", _("it says that it is from a lead, and nothing proves it")
        SUGGESTIONS = "suggestions", _("it went to people who are not on the list")
        REVIEW = "review", _("there may be topics or answers in it")

    microconference = models.ForeignKey(Microconference, on_delete=models.CASCADE, related_name="mails")
    letter = models.ForeignKey(
        "attendees.Letter", on_delete=models.SET_NULL, null=True, blank=True, related_name="replies"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="mails")
    lead = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails")
    # Whether it came to the letter's own address, which nobody can guess.
    to_letter = models.BooleanField(default=False)
    raw = models.BinaryField(blank=True)
    size = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, editable=False)  # of what stays the same however it travels
    from_address = models.CharField(max_length=limits.ADDRESS, blank=True)
    from_name = models.CharField(max_length=limits.NAME, blank=True)
    subject = models.CharField(max_length=limits.SUBJECT, blank=True)
    message_id = models.CharField(max_length=limits.LABEL, blank=True)
    dated_at = models.DateTimeField(null=True, blank=True)  # as it says itself
    received_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)  # how often reading it went wrong
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.UNREAD, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    why = models.CharField(max_length=12, choices=Why.choices, default=Why.NOTHING, blank=True)
    text = models.TextField(blank=True)  # what is new in it
    quoted = models.TextField(blank=True)
    # [name, address] of who is not on the list; of all it went to, while nobody has said that it is a lead's own mail.
    suggestions = models.JSONField(default=list, blank=True)
    topics = models.JSONField(null=True, blank=True)  # {title, problem} found in it; None: nobody has looked yet
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["microconference", "state"]),
            models.Index(fields=["message_id"]),
            models.Index(fields=["state", "received_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["microconference", "fingerprint"], name="inbound_mail_is_kept_once_per_microconference"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(decided_at__isnull=False), name="inbound_mail_done_says_when"
            ),
            *limits.at_most(
                "inboundmail", subject=limits.SUBJECT, text=limits.LETTER, quoted=limits.LETTER,
                from_name=limits.NAME, from_address=limits.ADDRESS, message_id=limits.LABEL,
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.subject or str(_("without a subject"))
