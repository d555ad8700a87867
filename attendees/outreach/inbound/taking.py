"""Letters taken along: an mbox of drafts, sent from a lead's own mail program instead of from here.

A letter that was taken is not sent from here as well; it is sent once its copy comes in (copies.py), or once the lead
says so. Until then it can be put back.
"""

import re
from email.message import EmailMessage
from email.utils import format_datetime

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.models import Letter
from attendees.outreach import actions, cadence, compose, rules
from attendees.outreach.inbound import addressing, copies, matching
from uconf.actions import activity
from uconf.lib import addresses, clock
from uconf.lib.refusals import Refusal

MOST = 200
MAY_BE_TAKEN = (Letter.State.WRITTEN, *actions.NOT_GONE)


@transaction.atomic
def take_along(*, microconference, letters, by):
    """Give first letters of one's own as an mbox; from now on they are not sent from here. All of them or none.

    They hold their readers' personal links, as any letter does: so only whoever asks gets them, and the log says who
    took them. Raises Refusal, with a sentence for each letter that cannot go now.
    """
    me = microconference.memberships.leads().filter(user=by).select_related("person", "user").first()
    rows = Letter.objects.filter(microconference=microconference, pk__in=[each.pk for each in letters])
    rows = list(
        rows.select_for_update(of=("self",))
        .select_related("microconference__conference", "to_person__added_by", "asked_by__person", "asked_by__user")
        .prefetch_related("reasons__attendee__person", "reasons__attendee__answers", "reasons__round")
        .order_by("to_person__search_name", "pk")[:MOST]
    )
    _refuse_some(rows, me)
    now = clock.now()
    for letter in rows:
        letter.state, letter.approved_by, letter.approved_at = Letter.State.TAKEN, by, now
        letter.message_id = letter.message_id or compose.new_message_id(letter)
        letter.due_at, letter.next_try_at, letter.dated_at = now, None, now
        letter.save_if_unchanged(
            version=letter.version,
            fields=["state", "approved_by", "approved_at", "message_id", "due_at", "next_try_at", "dated_at"],
        )
    Letter.objects.filter(pk__in=[each.pk for each in rows]).update(**actions.IN_NO_HANDS)
    activity.record("letters.taken_along", on=microconference, by=by, after={"count": len(rows)})
    return b"".join(_as_mbox(_draft(letter, me), now) for letter in rows)


def _refuse_some(rows, me):
    if me is None or not matching.address_of(me):
        raise Refusal(_("Only a lead with a mail address of their own can take letters along."))
    if not rows:
        raise Refusal(_("No letter is chosen. Tick at least one."))
    suppressed = rules.suppressed_among([reason.attendee for row in rows for reason in row.reasons.all()])
    times = rules.letters_at([each.to_person_id for each in rows], leaving_out=[each.pk for each in rows])
    now, refused = clock.now(), []
    for letter in rows:
        sentence = actions.why_not_now(letter, suppressed)
        if letter.kind != Letter.Kind.FIRST or letter.asked_by_id != me.pk:
            sentence = _("The letter to %(name)s is not a first letter of yours; it is sent from here.")
        elif letter.state not in MAY_BE_TAKEN:
            sentence = _("The letter to %(name)s is not here any more: it was sent or taken.")
        elif not sentence and cadence.free_at(now, times.get(letter.to_person_id, ())) > now:
            sentence = _("%(name)s was asked within the last 7 days. Send the letter from here; it waits its turn.")
        if sentence:
            refused.append(sentence.replace("%(name)s", str(letter.to_person)))
    if refused:
        raise Refusal(" ".join(refused))


def _draft(letter, me):
    """The mail as the lead sends it: from their own address, with ours in Bcc, so that we hear of it."""
    message = EmailMessage(policy=compose.POLICY)
    message["From"] = compose.as_address(me.person.name, matching.address_of(me))
    message["To"] = compose.recipient(letter)
    message["Bcc"] = addressing.of_microconference(letter.microconference)
    message["Reply-To"] = compose.reply_to(letter)
    message["Subject"] = addresses.one_line(letter.subject)
    message["Date"] = format_datetime(letter.dated_at.astimezone(letter.microconference.conference.zone))
    message["Message-ID"] = letter.message_id
    message[copies.HEADER] = addressing.of_letter(letter)
    text = compose.as_text(letter, **compose.links_for(letter))
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    return message.as_bytes(policy=compose.POLICY.clone(linesep="\n"))


def _as_mbox(data, now):
    """One message in the mboxrd format."""
    escaped = re.sub(rb"(?m)^(>*From )", rb">\1", data)
    return b"From MAILER-DAEMON " + now.strftime("%a %b %e %H:%M:%S %Y").encode() + b"\n" + escaped.strip() + b"\n\n"


@transaction.atomic
def put_back(*, letters, by):
    """Letters that were taken along and not sent wait here again. Twice is harmless; gives how many."""
    back = {
        "state": Letter.State.WRITTEN, "approved_by": None, "approved_at": None, "due_at": None, "dated_at": None,
        "tries": 0,
    }  # fmt: skip
    rows = Letter.objects.filter(pk__in=[each.pk for each in letters], state=Letter.State.TAKEN)
    microconference = getattr(rows.select_related("microconference").first(), "microconference", None)
    count = rows.update(**back)
    if count:
        activity.record("letters.put_back", on=microconference, by=by, after={"count": count})
    return count


@transaction.atomic
def sent_by_hand(*, letter, by):
    """A lead says that a letter they took along is sent, though no copy of it came in. Twice is harmless."""
    now = clock.now()
    rows = Letter.objects.filter(pk=letter.pk, state=Letter.State.TAKEN)
    if rows.update(state=Letter.State.SENT, sent_at=now, dated_at=now):
        for reason in letter.reasons.filter(attendee__isnull=False).select_related(
            "attendee__microconference", "round"
        ):
            rules.note_asked(reason=reason, at=now, by=by)
        activity.record("letter.came_as_copy", on=letter.microconference, by=by, person=letter.to_person)
    return letter
