"""Who runs a microconference: invitations, and what somebody is on the team."""

from django import forms
from django.utils.translation import gettext_lazy as _

from uconf.forms.base import PlainForm, VersionedForm
from uconf.lib import limits
from uconf.models import Membership


def address_field(**kwargs):
    return forms.EmailField(
        label=_("Mail address"),
        max_length=limits.ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        **kwargs,
    )


class InviteForm(PlainForm):
    """Invite somebody to the team by their address."""

    prefix = "invite"

    name = forms.CharField(label=_("Name"), max_length=limits.NAME)
    address = address_field()
    role = forms.ChoiceField(label=_("As"), choices=Membership.Role.choices, initial=Membership.Role.LEAD)


class InviteMemberForm(PlainForm):
    """Invite somebody who stands on the team already."""

    prefix = "invite"

    address = address_field()


class MemberForm(VersionedForm):
    """What somebody is on the team, and how the proposal names them."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        help_text=_(
            "Helpers edit topics, people, the agenda and outcomes. Letters, publishing and settings are leads’."
        ),
    )
    affiliation = forms.CharField(label=_("Affiliation"), required=False, max_length=limits.NAME)
    is_primary = forms.BooleanField(label=_("Primary author of the proposal"), required=False)

    def __init__(self, *args, membership, **kwargs):
        super().__init__(*args, initial=self.initial_of(membership), **kwargs)

    @staticmethod
    def initial_of(membership):
        """What the form shows before anybody types."""
        return {name: getattr(membership, name) for name in ("role", "affiliation", "is_primary", "version")}
