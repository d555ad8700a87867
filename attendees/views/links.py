"""Letting in whoever holds a personal link, and nobody who guesses."""

import logging
from functools import wraps

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from attendees.actions import links
from uconf.lib import throttle

log = logging.getLogger(__name__)
BAD_A_MINUTE = 30  # from one network
ALARM_A_MINUTE = 300  # from all together


class SeeOther(HttpResponseRedirect):
    """After a POST: look there with a GET."""

    status_code = 303


def private(response):
    """A page whose address is a key: nobody keeps it, lists it, or is told where a reader came from."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def by_link(kind):
    """Let whoever holds a good link of a kind in, as its person; anybody else gets the same page as for no link.

    Only bad links are counted: a good one opens its page whatever else is tried from the same network.
    """

    def decorate(view):
        @csrf_exempt
        @login_not_required
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def checked(request, token):
            link = links.find(token=token, kind=kind)
            if link is None or not links.is_good(link):
                return nothing_here(request)
            return private(view(request, link.person))

        return checked

    return decorate


def nothing_here(request):
    """What a bad link opens; after many of them from one network only that it was too often."""
    if throttle.count("bad-link-site", "all", seconds=60) == ALARM_A_MINUTE:
        log.warning("More than %s links a minute open nothing: somebody is guessing.", ALARM_A_MINUTE)
    if throttle.count("bad-link", network_of(request), seconds=60) > BAD_A_MINUTE:
        response = render(request, "attendees/answer_too_often.html", status=429)
        response["Retry-After"] = "60"
        return private(response)
    return private(render(request, "attendees/answer_gone.html", status=404))


def network_of(request):
    """Whom a request comes from; headers count only where a proxy of ours has written them."""
    return get_adapter().get_client_ip(request)
