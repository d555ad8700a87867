"""The rounds that ask, who was asked in them, and the ledger of answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendees.models.attendees import Attendee, Mode, Status
from attendees.models.mail import InboundMail
from uconf.lib import clock, limits
from uconf.models import Identified, Microconference, Versioned


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
