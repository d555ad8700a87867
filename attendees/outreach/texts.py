"""A microconference's own wordings of its letters."""

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.models import LetterText
from attendees.outreach import compose, placeholders
from uconf.actions import activity
from uconf.lib import addresses
from uconf.lib.races import looks_again
from uconf.lib.refusals import EditConflict


@transaction.atomic
@looks_again
def save_text(*, microconference, kind, subject, body, version=None, by):
    """Keep a microconference's own wording of a kind of letter. Empty texts bring the built-in one back.

    Raises Refusal for unknown placeholders, EditConflict if somebody else saved first.
    """
    subject, body = addresses.one_line(subject), compose.clean_text(body)
    placeholders.check(subject, field="subject")
    placeholders.check(body, field="body")
    compose.refuse_too_long(body)
    own = LetterText.objects.select_for_update().filter(microconference=microconference, kind=kind).first()
    before = {"subject": own.subject} if own else None
    if not subject or not body:
        if own:
            own.delete()
            activity.record("letters.text_reset", on=microconference, by=by, subject=LetterText.Kind(kind).label)
        return None
    if own is None:
        if version:
            raise EditConflict(
                _("Somebody brought the built-in text back while you were editing this one."),
                theirs=LetterText(microconference=microconference, kind=kind, version=0),
            )
        own = LetterText.objects.create(microconference=microconference, kind=kind, subject=subject, body=body)
    else:
        own.subject, own.body = subject, body
        own.save_if_unchanged(version=version, fields=["subject", "body"])
    activity.record(
        "letters.text_changed", on=microconference, by=by, subject=LetterText.Kind(kind).label,
        before=before, after={"subject": subject},
    )  # fmt: skip
    return own
