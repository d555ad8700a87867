"""How people sign in: by a code or a password (django-allauth), and what a first sign-in brings them."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from uconf.actions import sign_in, team

log = logging.getLogger(__name__)


def sign_in_url(user):
    """The whole address of a new sign-in link for a user, valid once and for a day."""
    token = sign_in.new_token(user=user)
    return settings.BASE_URL + reverse("uconf:sign_in_link", args=[user.pk, token])


class AccountAdapter(DefaultAccountAdapter):
    """Our rules for accounts: an address is one spelling, and an invitation waits for its address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account was closed. Ask whoever runs this site."),
        "email_password_mismatch": _(
            "This address and this password do not belong together. Check both, or let us send you a code."
        ),
        "enter_current_password": _("This is not your present password. Type it again."),
        "incorrect_code": _("This is not the code that we sent. Check it, or ask for a new one."),
        "incorrect_password": _("This is not your password. Type it again."),
        "too_many_login_attempts": _("That was wrong too often. Wait five minutes, then try again."),
        "rate_limited": _("That was too often in a short time. Wait a minute, then try again."),
    }

    def clean_email(self, email):
        return super().clean_email(email).casefold()

    def post_login(self, request, user, **kwargs):
        team.claim_memberships(user=user)
        return super().post_login(request, user, **kwargs)

    def send_mail(self, template_prefix, email, context):
        # Addresses in mail are made from BASE_URL, never from what a request calls its host.
        links = {
            "base_url": settings.BASE_URL,
            "signup_url": settings.BASE_URL + reverse("account_signup"),
            "login_url": settings.BASE_URL + reverse("account_login"),
        }
        try:
            super().send_mail(template_prefix, email, {**context, **links})
        except (OSError, SMTPException) as down:
            log.error("A letter of signing in could not be sent: %s", type(down).__name__)
            page = render(self.request, "account/mail_down.html", status=503)
            page["Retry-After"] = "300"
            raise ImmediateHttpResponse(page) from down

    def is_safe_url(self, url):
        try:
            return super().is_safe_url(url)
        except ValueError:  # such as http://[
            return False

    def get_password_change_redirect_url(self, request):
        return reverse("account_email")
