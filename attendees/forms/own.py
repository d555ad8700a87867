"""Forms by which people join, ask for a new link, and set their own entry right."""

from django import forms
from django.utils.translation import gettext_lazy as _

from uconf.forms import PlainForm
from uconf.lib import limits


class LostForm(PlainForm):
    """The address that a new link is sent to."""

    address = forms.EmailField(
        label=_("Your mail address"),
        max_length=limits.ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The one that our letters come to."),
    )


class JoinForm(PlainForm):
    """Who would like to take part."""

    name = forms.CharField(
        label=_("Your name"), max_length=limits.NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    address = forms.EmailField(
        label=_("Your mail address"),
        max_length=limits.ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("A letter with a link goes there. It is never shown in public."),
    )


class OwnForm(PlainForm):
    """What is noted about oneself."""

    name = forms.CharField(label=_("Name"), max_length=limits.NAME)
    affiliation = forms.CharField(
        label=_("Affiliation"), max_length=limits.NAME, required=False, help_text=_("Where you work, if you like.")
    )
    address = forms.EmailField(
        label=_("Mail address"),
        max_length=limits.ADDRESS,
        required=False,
        help_text=_("A new one counts once you have opened the letter that goes to it."),
    )
