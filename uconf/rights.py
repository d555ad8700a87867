"""The one policy: who may see and do what. What somebody may not see does not exist for them (404)."""

from django.http import Http404

from uconf.lib.prepared import PreparedObjects
from uconf.models import Conference, Membership, Microconference

# Asked by every page of the lead's side.
_memberships = PreparedObjects(
    lambda user, conference, mc: Membership.objects.filter(
        user_id=user, microconference__slug=mc, microconference__conference__slug=conference
    ).select_related("person", "microconference__conference", "microconference__series"),
    "user", texts=("conference", "mc"),
)  # fmt: skip


def membership_of(user, microconference):
    """A user's place on the team, or None."""
    if not user.is_authenticated:
        return None
    return Membership.objects.select_related("person").filter(microconference=microconference, user=user).first()


def get_microconference(user, conference, mc, *, lead=False):
    """The microconference at two slugs, for its leads and helpers; ``lead=True`` leaves helpers out.

    Sets ``microconference.me`` to the user's membership. Raises Http404 alike for missing and foreign.
    """
    found = next(iter(_memberships(user=user.pk, conference=conference, mc=mc)), None)
    if found is None or (lead and found.role != Membership.Role.LEAD):
        raise Http404
    microconference = found.microconference
    microconference.me = found
    return microconference


def get_public_microconference(conference, mc):
    """An accepted microconference, for anybody."""
    found = (
        Microconference.objects.public()
        .select_related("conference", "series", "room")
        .filter(slug=mc, conference__slug=conference)
        .first()
    )
    if found is None:
        raise Http404
    return found


def get_committee_conference(user, conference):
    """A conference, for its committee only."""
    found = Conference.objects.of_committee(user).filter(slug=conference).first()
    if found is None:
        raise Http404
    return found
