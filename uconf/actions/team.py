"""Who runs a microconference: leads and helpers."""

from django.db import transaction
from django.utils.translation import gettext as _

from uconf.actions import activity, changes
from uconf.lib import addresses, clock, limits
from uconf.lib.refusals import Refusal
from uconf.models import Membership, Microconference


@transaction.atomic
def add_member(*, microconference, person, role=Membership.Role.LEAD, user=None, affiliation="", is_primary=False, by):
    """Put a person on the team. Being on it already is harmless: nothing changes."""
    membership, created = Membership.objects.get_or_create(
        microconference=microconference,
        person=person,
        defaults={
            "role": role,
            "user": user,
            "is_primary": is_primary,
            "affiliation": addresses.one_line(affiliation)[: limits.NAME],
            "position": microconference.memberships.count(),
        },
    )
    if created:
        if user is not None:
            _name(user, person)
        activity.record("team.joined", on=microconference, by=by, person=person, after={"role": role})
    return membership


@transaction.atomic
def change_member(*, membership, version, role, affiliation, is_primary, by):
    """Set what somebody is on the team, and how the proposal names them.

    Raises Refusal for the last lead, EditConflict if somebody else saved first.
    """
    microconference = _locked(membership)
    if role != membership.role:
        _refuse_last_lead(membership, microconference)
    affiliation = addresses.one_line(affiliation)[: limits.NAME]
    before, after = changes.apply(
        membership, {"role": role, "affiliation": affiliation, "is_primary": bool(is_primary)}
    )
    if after:
        membership.save_if_unchanged(version=version, fields=list(after))
        activity.record("team.changed", on=microconference, by=by, person=membership.person, before=before, after=after)
    return membership


@transaction.atomic
def move_member(*, membership, up, by):
    """Let somebody be named one place earlier or later. At the end of the list nothing happens."""
    microconference = _locked(membership)
    order = list(microconference.memberships.all())
    at = next(place for place, each in enumerate(order) if each.pk == membership.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        return membership
    order[at], order[other] = order[other], order[at]
    for position, each in enumerate(order):
        each.position = position
    Membership.objects.bulk_update(order, ["position"])
    activity.record(
        "team.reordered", on=microconference, by=by, person=membership.person,
        before={"place": at + 1}, after={"place": other + 1},
    )  # fmt: skip
    return membership


@transaction.atomic
def remove_member(*, membership, by):
    """Take somebody off the team, or let them leave. Raises Refusal for the last lead."""
    microconference = _locked(membership)
    _refuse_last_lead(membership, microconference)
    activity.record("team.left", on=microconference, by=by, person=membership.person, before={"role": membership.role})
    membership.delete()


@transaction.atomic
def set_person(*, membership, person):
    """Let a place on the team belong to the known person whom it turned out to be."""
    microconference = _locked(membership)
    if microconference.policy_agreed_by_id == membership.person_id:
        microconference.policy_agreed_by = person
        microconference.save_if_unchanged(version=None, fields=["policy_agreed_by"])
    membership.person = person
    membership.save(update_fields=["person"])
    return membership


def _locked(membership):
    return Microconference.objects.select_for_update(of=("self",)).get(pk=membership.microconference_id)


def _refuse_last_lead(membership, microconference):
    """A microconference keeps a lead; if one is signed in, it keeps one who is."""
    if membership.role != Membership.Role.LEAD:
        return
    others = microconference.memberships.leads().exclude(pk=membership.pk)
    names = {"name": membership.person, "mc": microconference}
    if not others.exists():
        raise Refusal(
            _("%(name)s is the last lead of “%(mc)s”, and it needs one. Invite another lead first.") % names,
            field="role",
        )
    if membership.user_id and not others.filter(user__isnull=False).exists():
        raise Refusal(
            _("%(name)s is the only lead of “%(mc)s” who has signed in yet. Wait until another invited lead is here.")
            % names,
            field="role",
        )


@transaction.atomic
def claim_memberships(*, user):
    """Give a user the places that wait for their address. Only for an address they have proven to be theirs."""
    waiting = Membership.objects.filter(user=None, person__address=user.email).exclude(person__address="")
    for membership in waiting.select_related("microconference", "person"):
        if Membership.objects.filter(microconference=membership.microconference, user=user).exists():
            continue
        membership.user = user
        membership.save(update_fields=["user"])
        _name(user, membership.person)
        activity.record(
            "team.claimed", on=membership.microconference, by=user, person=membership.person,
            after={"at": clock.now().isoformat()},
        )  # fmt: skip


def _name(user, person):
    """A user who gave no name has the one of their first place on a team."""
    if not user.name:
        user.name = person.name
        user.save(update_fields=["name"])
