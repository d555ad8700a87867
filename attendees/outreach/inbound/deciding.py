"""What leads decide about mail that waits for them. Each is harmless twice, and each refuses in a sentence."""

from django.db import transaction
from django.utils.translation import gettext as _

from attendees.actions import answers, people, rounds
from attendees.models import Answer, InboundMail
from attendees.outreach.inbound import mime, own_mail, storing
from attendees.outreach.inbound.settling import Kind, State, Why, end, wait
from uconf.actions import activity
from uconf.lib.refusals import Refusal
from uconf.models import Membership, Person


@transaction.atomic
def record(*, mail, answer, mode="", by):
    """Record what a mail says, on its writer's behalf and with the mail as its source. Nothing is sent.

    Raises Refusal if nobody knows whose mail it is, or as ``record_answer`` does.
    """
    mail = _locked(mail)
    mc = mail.microconference
    attendee = mc.attendees.filter(person=mail.person).first() if mail.person_id else None
    if attendee is None:
        raise Refusal(_("Say first whose mail it is; then what they answered."))
    if not (mc.takes_letters or mc.is_over):
        raise Refusal(_("“%(mc)s” asks nobody any more. Nothing was recorded.") % {"mc": mc})
    recorded = answers.record_answer(
        attendee=attendee, round=rounds.current_or_imported(microconference=mc, by=by), answer=answer, mode=mode,
        source=Answer.Source.REPLY, by=by, mail=mail,
    )  # fmt: skip
    end(mail, Kind.ANSWER, by=by)
    return recorded


@transaction.atomic
def nothing(*, mail, by):
    """There is nothing to record: it is read, and that is all."""
    mail = _locked(mail)
    if mail.state != State.DONE:
        end(mail, mail.kind or Kind.UNCLEAR, by=by)
        activity.record("mail.decided", on=mail.microconference, by=by, person=mail.person)
    return mail


@transaction.atomic
def assign(*, mail, attendee, by):
    """Say whose mail it is. It still waits: now for what it says."""
    mail = _locked(mail)
    if attendee.microconference_id != mail.microconference_id:
        raise Refusal(_("This person is on another list. Open the page again."))
    if mail.person_id == attendee.person_id:
        return mail
    mail.person = attendee.person
    wait(mail, mail.kind, why=Why.UNCLEAR)
    activity.record("mail.assigned", on=mail.microconference, by=by, person=attendee.person)
    return mail


@transaction.atomic
def confirm_own(*, mail, by):
    """A lead says that a mail in their name was theirs: whom it went to counts as asked. Only they can say so."""
    mail = _locked(mail)
    if mail.kind != Kind.OWN_MAIL or mail.lead is None or mail.lead.user_id != by.pk:
        raise Refusal(_("Only whoever wrote this mail can say that it was theirs."))
    if mail.why != Why.CONFIRM or mail.state == State.DONE:
        return mail
    own_mail.take_in(mail, mime.parse(bytes(mail.raw)), trusted=True, by=by)
    activity.record("mail.confirmed", on=mail.microconference, by=by)
    return mail


@transaction.atomic
def add_suggested(*, mail, addresses, by):
    """Put people to whom a lead's own mail went on the list, and note that they were asked by it.

    Who is not chosen is left out for good. Gives the attendees. Raises Refusal for an address that must not be
    written to; then nothing is stored.
    """
    mail = _locked(mail)
    if mail.why == Why.CONFIRM:
        raise Refusal(_("Say first whether this mail was yours; then whom of its readers to put on the list."))
    chosen = [each for each in mail.suggestions if each[1] in addresses]
    added = []
    for name, address in chosen:
        added.append(
            people.add_by_name(
                microconference=mail.microconference, name=name or address.partition("@")[0], address=address,
                asked_by=mail.lead, source=_("a lead of “%(mc)s” wrote to them") % {"mc": mail.microconference},
                basis=Person.Basis.PUBLIC_LIST, by=by,
            )
        )  # fmt: skip
    own_mail.ask(mail, added)
    mail.suggestions = []
    if mail.state != State.DONE:
        end(mail, Kind.OWN_MAIL, by=by)
    return added


@transaction.atomic
def upload(*, microconference, mails, by):
    """Keep mails (bytes) that somebody of the team uploads; what is in them waits for review. Gives their rows."""
    kept = [storing.store_text(microconference=microconference, raw=each, by=by) for each in mails]
    activity.record("mail.uploaded", on=microconference, by=by, after={"count": len(kept)})
    return kept


def is_writer(mail, member: Membership):
    """Whether a member of the team is who a mail says it is from."""
    return mail.lead_id is not None and mail.lead_id == member.pk


def _locked(mail):
    rows = InboundMail.objects.select_for_update(of=("self",))
    return rows.select_related("microconference__conference", "lead", "person", "letter").get(pk=mail.pk)


__all__ = ["add_suggested", "assign", "confirm_own", "is_writer", "nothing", "record", "upload"]
