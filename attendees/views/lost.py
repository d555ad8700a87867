"""“Lost your link?”: the same answer for every address, known or not."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from attendees import tasks
from attendees.actions import own
from attendees.forms.own import LostForm
from attendees.views.links import network_of, private
from uconf.lib import throttle
from uconf.lib.refusals import Refusal

AN_HOUR_TO_ONE_ADDRESS = 3
AN_HOUR_FROM_ONE_NETWORK = 10


@csrf_exempt  # no cookie: whoever forges this sends nothing that they could not type themselves
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request):
    """Ask for a new link. Nobody learns here whether an address is known."""
    if request.method != "POST":
        form = None if "sent" in request.GET else LostForm()
        return private(render(request, "attendees/lost.html", {"form": form}))
    form, status = LostForm(request.POST), 422
    if form.is_valid():
        if throttle.count("lost", network_of(request), seconds=3600) > AN_HOUR_FROM_ONE_NETWORK:
            form.add_error(None, _("Many links were asked for from your network within the hour. Try again later."))
            status = 429
        else:
            try:
                _send(form.cleaned_data["address"])
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                return private(redirect(request.path + "?sent=1"))
    return private(render(request, "attendees/lost.html", {"form": form}, status=status))


def _send(address):
    """Send it, unless this address was sent one often already: then its reader has enough of them."""
    if throttle.count("lost-to", address.strip().casefold(), seconds=3600) <= AN_HOUR_TO_ONE_ADDRESS:
        own.send_new_link(address=address)
        tasks.deliver_waiting.delay_on_commit()
