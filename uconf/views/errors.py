"""Pages for what went wrong, each with a next step."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    """A form that came back without its token: a cookie was blocked, or the page was open for long."""
    return render(request, "403_csrf.html", status=403)
