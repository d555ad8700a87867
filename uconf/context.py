"""What every template may use."""

from django.conf import settings


def site(request):
    """Whether this is a development server (the mailbox page is there only then)."""
    return {"debug_mailbox": settings.DEBUG and settings.MAIL.kind == "mailbox"}
