"""Ways in: the sign-in link, one's own account, and in development the local mailbox."""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from uconf.actions import sign_in
from uconf.lib import mailbox as local_mailbox
from uconf.lib.refusals import Refusal
from uconf.views.csrf import csrf_protect_without_referrer

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


@login_not_required
@never_cache
@csrf_protect_without_referrer
def sign_in_link(request, user, token):
    """A sign-in link: GET shows one button and changes nothing, POST signs in, once."""
    user_id = int(user) if user.isdecimal() and len(user) < 19 else 0
    if request.method == "POST":
        try:
            found = sign_in.redeem(user_id=user_id, token=token)
        except Refusal:
            found = None
        else:
            auth.login(request, found)
            return _private(redirect("uconf:organize"))
    else:
        found = sign_in.user_of(user_id=user_id, token=token)
    page = render(request, "uconf/sign_in_link.html", {"who": found}, status=200 if found else 410)
    return _private(page)


def _private(response):
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@never_cache
@require_safe
def account(request):
    """One's own account: who one is here, and the password."""
    return render(request, "account/account.html")


@login_not_required
@never_cache
@require_safe
def mailbox(request):
    """Letters that went to the local mailbox, newest first. Development only: no mail server is needed there."""
    if not (settings.DEBUG and settings.MAIL.kind == "mailbox"):
        raise Http404
    letters = [_shown(mail.message) for mail in local_mailbox.letters()]
    return render(request, "uconf/mailbox.html", {"letters": letters})


def _shown(message):
    body = message.get_body(preferencelist=("plain",))
    text = body.get_content() if body is not None else ""
    return {
        "to": message.get("To", ""),
        "sender": parseaddr(message.get("From", ""))[0] or message.get("From", ""),
        "subject": message.get("Subject", ""),
        "date": message["Date"].datetime if message["Date"] is not None else None,
        "body": _with_links(text),
    }


def _with_links(text):
    """A letter's text, escaped, its web addresses made into links. Our own lead within the site on any host."""
    parts, end = [], 0
    for found in WEB_ADDRESS.finditer(text):
        parts.append((text[end : found.start()], "", ""))
        parts.append(("", _local(found.group()), found.group()))
        end = found.end()
    parts.append((text[end:], "", ""))
    return format_html_join(
        "", "{}{}", ((plain, format_html('<a href="{}">{}</a>', url, url_text) if url else "")
                     for plain, url, url_text in parts),
    )  # fmt: skip


def _local(url):
    """The path of an address of this site, so that it works by whatever name the server is reached."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != settings.BASE_URL:
        return url
    return parts._replace(scheme="", netloc="").geturl() or "/"
