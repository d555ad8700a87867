"""Every address of the site; design rule: they are fixed, people bookmark and paste them."""

from django.urls import include, path

from uconf.admin import site
from uconf.views import accounts

urlpatterns = [
    # Before allauth's: an account has one address here, the one that invitations wait for.
    path("accounts/email/", accounts.account, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("admin/", site.urls),
    path("", include("attendees.urls")),
    path("", include("topics.urls")),
    path("", include("outcomes.urls")),
    path("", include("uconf.pages")),
]
