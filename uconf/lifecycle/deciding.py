"""Submitting a microconference to the committee, and what the committee decides."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from attendees.models import Letter
from attendees.outreach import actions as outreach
from attendees.outreach import stopping
from uconf.actions import states
from uconf.lib import limits
from uconf.lib.refusals import Refusal
from uconf.models import Microconference, Series, Suppression

State = Microconference.State


def missing_for_submission(microconference):
    """What stands between a draft and the committee, as (settings field, sentence); empty if nothing does."""
    missing = []
    if not microconference.title.strip():
        missing.append(("title", _("It has no title. Write one in the settings.")))
    if not microconference.summary.strip():
        missing.append(("summary", _("It has no summary. Say in the settings what it is for.")))
    if microconference.conference.policy_url and microconference.policy_agreed_at is None:
        missing.append(("policy", _("Nobody has agreed to the conference’s conduct policy. Read it and agree.")))
    return missing


@transaction.atomic
def submit(*, microconference, by):
    """Hand a draft, or one that was declined, to the committee. Raises Refusal with what is missing."""
    missing = missing_for_submission(microconference)
    if missing:
        field, sentence = missing[0]
        raise Refusal(_("“%(mc)s” was not submitted. %(why)s") % {"mc": microconference, "why": sentence}, field=field)
    return states.move_state(microconference=microconference, to=State.SUBMITTED, by=by)


@transaction.atomic
def take_back(*, microconference, by):
    """Make a submitted microconference a draft again. Raises Refusal once the committee has decided."""
    return states.move_state(microconference=microconference, to=State.DRAFT, by=by)


@transaction.atomic
def accept(*, microconference, by):
    """Accept a microconference: it becomes public, and people may be asked whether they come.

    It joins the series of its title, if there is one: the committee vouches that it is the same.
    """
    microconference = states.move_state(microconference=microconference, to=State.ACCEPTED, by=by)
    stopping.question_changed(microconference=microconference)
    known = Series.objects.filter(name__iexact=microconference.title).exclude(pk=microconference.series_id)
    known = known.order_by("pk").first()
    if known is not None and known.pk < microconference.series_id:
        own = microconference.series
        years = set(known.editions.values_list("year", flat=True))
        own.editions.filter(conference=None).exclude(year__in=years).update(series=known)
        microconference.series = known
        microconference.save_if_unchanged(version=None, fields=["series"])
    _tell_leads(microconference, _("“%(mc)s” is accepted"), by)
    return microconference


@transaction.atomic
def decline(*, microconference, reason, by):
    """Decline a microconference and tell its leads why. Nobody on its list is written to any more."""
    reason = reason.strip()[: limits.NOTE]
    if not reason:
        raise Refusal(
            _("“%(mc)s” was not declined. Say why in a sentence; its leads will read it.") % {"mc": microconference},
            field="reason",
        )
    microconference = states.move_state(microconference=microconference, to=State.DECLINED, by=by, reason=reason)
    stopping.microconference_ended(microconference=microconference)
    _tell_leads(microconference, _("“%(mc)s” is not accepted this time"), by)
    return microconference


def _tell_leads(microconference, subject, by):
    """Queue a short letter about the decision to each lead who can be reached, but for whoever decided."""
    leads = microconference.memberships.leads().select_related("person", "user")
    for each in leads.filter(person__erased_at=None):
        address = each.person.address or (each.user.email if each.user else "")
        if not address or (each.user_id and each.user_id == getattr(by, "pk", None)):
            continue
        if Suppression.objects.holds(address):
            continue
        values = {
            "mc": microconference, "to": each.person, "by": by, "base_url": settings.BASE_URL,
            "organize_url": settings.BASE_URL + microconference.organize_url(),
            "public_url": settings.BASE_URL + microconference.get_absolute_url(),
        }  # fmt: skip
        outreach.queue_note(
            kind=Letter.Kind.DECISION, microconference=microconference, by=by,
            subject=subject % {"mc": microconference},
            body=render_to_string("uconf/letters/decision.txt", values).strip() + "\n",
            dedupe_key=f"decision:{microconference.pk}:{each.pk}:{microconference.version}",
            **({"to_person": each.person} if each.person.address else {"to_user": each.user}),
        )  # fmt: skip
