"""Letters that ask nobody anything: an invitation to lead, a new link, a confirmation. Free of the 7-day rule."""

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.models import Letter, LetterReason
from attendees.outreach import compose
from uconf.actions import people
from uconf.lib import addresses, clock, limits
from uconf.lib.races import looks_again
from uconf.lib.refusals import Refusal
from uconf.models import User


@transaction.atomic
@looks_again
def queue_note(
    *, kind, to_person=None, to_user=None, to_address="", subject, body, microconference=None, dedupe_key, by,
    asked_by=None, mail=None,
):  # fmt: skip
    """Queue a letter that goes at once: an invitation, a link, a confirmation. The same key never makes two.

    ``body`` may hold ``{answer_link}`` and ``{stop_link}`` if it goes to a person; they are filled in when it is
    sent. ``asked_by`` is the lead in whose name it goes, ``mail`` the one that it answers or passes on. ``by`` is
    who gets the answers to a decision.
    Raises Refusal without an address, and for an invitation to somebody who asked not to be written to.
    """
    known = LetterReason.objects.filter(dedupe_key=dedupe_key).select_related("letter").first()
    if known:
        return known.letter
    address = (to_person and to_person.address) or (to_user and to_user.email) or to_address
    if not address:
        raise Refusal(_("%(name)s has no mail address here. Add it first.") % {"name": to_person or to_user})
    address = people.clean_address(address)
    if kind == Letter.Kind.INVITATION:
        people.refuse_suppressed(address)
    now = clock.now()
    lead = asked_by
    if lead is None and microconference is not None and by is not None:
        lead = microconference.memberships.filter(user_id=getattr(by, "pk", None)).first()
    letter = Letter(
        microconference=microconference, to_person=to_person, to_user=to_user if to_person is None else None,
        to_address=address if to_person is None and to_user is None else "",
        kind=kind, subject=addresses.one_line(subject)[: limits.SUBJECT],
        body=compose.clean_text(body)[: limits.LETTER],
        state=Letter.State.QUEUED, asked_by=lead, by_robot=True, due_at=now, next_try_at=now,
        mail=mail, in_reply_to=mail.message_id if mail else "",
        approved_by=by if kind == Letter.Kind.DECISION and isinstance(by, User) else None,
    )  # fmt: skip
    letter.message_id = compose.new_message_id(letter)
    letter.save()
    LetterReason.objects.create(letter=letter, person=to_person, dedupe_key=dedupe_key)
    return letter
