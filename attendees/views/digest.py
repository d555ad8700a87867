"""Switching the daily digest off and on: by the link in it, or in one's account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from attendees.actions import links
from attendees.outreach import digest
from attendees.views.links import SeeOther, nothing_here, private


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """The link in a digest: one button. A mail program's own button (RFC 8058) posts here and gets a plain 200."""
    user = links.user_of_digest(token)
    if user is None:
        return nothing_here(request)
    if request.method == "POST":
        digest.set_wanted(user=user, wanted=request.POST.get("do") == "resume")
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return private(HttpResponse(_("No more digests will come."), content_type="text/plain; charset=utf-8"))
        return private(SeeOther(request.path))
    return private(render(request, "attendees/digest_stop.html", {"wanted": user.wants_digest}))


@require_POST
def switch(request):
    """The switch in one's account."""
    wanted = request.POST.get("do") == "resume"
    digest.set_wanted(user=request.user, wanted=wanted)
    messages.success(
        request,
        _("You get a digest on days on which something happened.") if wanted else _("No more digests will come."),
    )
    return redirect("account_email")
