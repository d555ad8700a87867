"""Inviting leads and helpers, which the committee and the leads do on pages of their own."""

from django.contrib import messages
from django.utils.translation import gettext as _

from uconf.forms.team import InviteForm
from uconf.lib.refusals import Refusal
from uconf.lifecycle import inviting


def invited(request, microconference):
    """Invite whom the form names, and say so in a message. Gives the form; where it was refused, it is not valid."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            membership = inviting.invite_lead(microconference=microconference, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, said_of(membership))
    return form


def said_of(membership):
    """What an invitation did, in one sentence."""
    names = {"name": membership.person}
    if membership.letter is not None:
        return _("A letter to %(name)s goes out now; it says how to sign in.") % names
    if membership.user_id:
        return _("%(name)s is on the team already and has signed in; no letter goes.") % names
    return _("%(name)s was invited less than a day ago; no second letter goes yet.") % names
