"""Invitations: to help run a microconference, or to sit on a conference's committee."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from attendees.actions import people as attendees
from attendees.models import Letter
from attendees.outreach import actions as outreach
from outcomes.actions import moving as outcomes
from topics.actions import people as topic_people
from uconf.actions import accounts, activity, committee, people, team
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import Membership, Person, User
from uconf.models.people import fold

ONCE_MORE_AFTER = timedelta(days=1)


@transaction.atomic
def invite_lead(*, microconference, address, name, role=Membership.Role.LEAD, by):
    """Invite somebody to run a microconference: they are on its team, and a letter tells them how to sign in.

    Invited again within a day, no second letter goes; who is here already gets none. Gives their membership, with
    ``letter`` set to the letter that goes now, or None. Raises Refusal.
    """
    address = people.clean_address(address)
    people.refuse_suppressed(address)
    known = microconference.memberships.filter(person__address=address).select_related("person").first()
    if known is None:
        _refuse_second_row(microconference, name)
        person = people.find_or_add(
            name=name, address=address, source=_("invited to run “%(mc)s”") % {"mc": microconference}, by=_user(by)
        )
        known = team.add_member(microconference=microconference, person=person, role=role, by=by)
    return _invite(known, by)


@transaction.atomic
def invite_member(*, membership, address, by):
    """Invite somebody who stands on the team already, because the proposal names them. Raises Refusal."""
    address = people.clean_address(address)
    people.refuse_suppressed(address)
    known = Person.objects.at(address).first()
    same_name = known is not None and known.search_name == membership.person.search_name
    on_team = known is not None and membership.microconference.memberships.filter(person=known).exists()
    if same_name and not on_team and not membership.person.address:
        # The lead who gives this address to this name says by it that the two are one person, wherever they occur here.
        both = {"microconference": membership.microconference, "person": membership.person, "known": known}
        attendees.replace_person(**both)
        topic_people.replace_person(**both)
        outcomes.replace_person(**both)
        team.set_person(membership=membership, person=known)
    else:
        attendees.refuse_foreign_address(person=membership.person, by=by)
        people.correct(person=membership.person, address=address, by=by)
    return _invite(membership, by)


def _refuse_second_row(microconference, name):
    namesakes = microconference.memberships.filter(person__search_name=fold(name), person__address="")
    if namesakes.exists():
        raise Refusal(
            _("%(name)s is on the team already, without an address. Write the address there instead.")
            % {"name": namesakes[0].person},
            field="name",
        )


def _invite(membership, by):
    """Give a member their place, at once if they have an account already, and write to them."""
    membership.letter = None
    if membership.user_id:
        return membership
    microconference, person = membership.microconference, membership.person
    user = _user_at(person.address, person.name)
    if _has_proven(user):
        team.claim_memberships(user=user)
        membership.refresh_from_db()
    now = clock.now()
    if membership.invited_at is not None and now - membership.invited_at < ONCE_MORE_AFTER:
        return membership
    membership.invited_at = now
    membership.save(update_fields=["invited_at"])
    membership.letter = _write(
        "invitation", _("Would you run “%(title)s” with us?") % {"title": microconference.title},
        key=f"invitation:{membership.pk}:{now:%Y%m%dT%H%M%S}", by=by, to_person=person,
        microconference=microconference, membership=membership, conference=microconference.conference,
        page=settings.BASE_URL + microconference.organize_url(),
    )  # fmt: skip
    activity.record("team.invited", on=microconference, by=by, person=person, after={"role": membership.role})
    return membership


@transaction.atomic
def invite_committee_member(*, conference, address, name, by):
    """Put somebody on a conference's committee, and tell them by letter how to sign in. Gives their user.

    Who is on it already gets no letter. Raises Refusal.
    """
    address = people.clean_address(address)
    people.refuse_suppressed(address)
    user = _user_at(address, name.strip())
    if conference.committee.filter(pk=user.pk).exists():
        return user
    # The log names people by their row, so that they can be erased there too.
    people.find_or_add(
        name=name, address=address, source=_("on the committee of %(conference)s") % {"conference": conference},
        by=_user(by),
    )  # fmt: skip
    committee.join(conference=conference, user=user, by=by)
    _write(
        "committee_invitation", _("You are on the committee of %(conference)s") % {"conference": conference},
        key=f"committee:{conference.pk}:{user.pk}:{clock.now():%Y%m%dT%H%M%S}", by=by, to_user=user,
        conference=conference, page=settings.BASE_URL + reverse("uconf:committee", args=[conference.slug]),
    )  # fmt: skip
    return user


def _user_at(address, name):
    """The account of an address; a new one can sign in by code at once, and proves the address by that."""
    user = accounts.account_at(address=address, name=name)
    EmailAddress.objects.get_or_create(
        user=user, email=address, defaults={"primary": not user.emailaddress_set.exists(), "verified": False}
    )
    return user


def _has_proven(user):
    return user.is_active and user.emailaddress_set.filter(email=user.email, verified=True).exists()


def _user(by):
    return by if isinstance(by, User) else None


def _write(template, subject, *, key, by, to_person=None, to_user=None, microconference=None, page, **context):
    body = render_to_string(
        f"uconf/letters/{template}.txt",
        {**context, "microconference": microconference, "page": page, "by": by, "base_url": settings.BASE_URL,
         "to": to_person or to_user},
    )  # fmt: skip
    return outreach.queue_note(
        kind=Letter.Kind.INVITATION, to_person=to_person, to_user=to_user, subject=subject, body=body.strip() + "\n",
        microconference=microconference, dedupe_key=key, by=by,
    )  # fmt: skip
