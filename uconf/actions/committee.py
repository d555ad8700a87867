"""Who is on a conference's committee."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from uconf.actions import accounts, activity
from uconf.lib import addresses
from uconf.lib.refusals import Refusal
from uconf.models import Conference, Person


@transaction.atomic
def join(*, conference, user, by):
    """Put a user on a conference's committee. Being on it already is harmless."""
    if not conference.committee.filter(pk=user.pk).exists():
        conference.committee.add(user)
        activity.record("committee.joined", on=conference, by=by, person=_person_of(user))
    return conference


@transaction.atomic
def add_by_address(*, conference, address, by):
    """Put whoever has an address on a conference's committee and return their user. Twice is harmless.

    Only for an address that somebody vouches for: it counts as proven to be theirs.
    """
    try:
        address = addresses.clean(address)
    except ValueError as refusal:
        raise Refusal(str(refusal), field="address") from None
    user = accounts.account_at(address=address)
    EmailAddress.objects.update_or_create(user=user, email=address, defaults={"verified": True, "primary": True})
    join(conference=conference, user=user, by=by)
    return user


@transaction.atomic
def leave(*, conference, user, by):
    """Take a user off a conference's committee. Raises Refusal for the last one."""
    Conference.objects.select_for_update(of=("self",)).get(pk=conference.pk)
    if not conference.committee.filter(pk=user.pk).exists():
        return conference
    if not conference.committee.exclude(pk=user.pk).exists():
        raise Refusal(
            _("%(name)s is the last committee member of “%(conference)s” and cannot leave. Add another one first.")
            % {"name": user, "conference": conference}
        )
    conference.committee.remove(user)
    activity.record("committee.left", on=conference, by=by, person=_person_of(user))
    return conference


def _person_of(user):
    return Person.objects.at(user.email).first()
