"""What every request passes through."""

import re

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.shortcuts import render
from django.utils.translation import gettext as _

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# These must answer while the database is away; they only read.
WITHOUT_DATABASE = frozenset({"/healthz", "/readyz"})
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})


class RefuseOddInput:
    """What no browser sends and no table can hold is refused in a sentence, before anything reads it.

    That is text with a NUL or half a surrogate pair in it (in the path, a query, a field or a cookie), and a form in
    another encoding than UTF-8.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.content_params.get("charset", "utf-8").lower() not in CHARSETS:
            return self._refused(request, _("The form is not encoded as UTF-8, which every browser sends."), status=400)
        if UNSTORABLE.search(request.path_info):
            return self._refused(request, _("The address holds a character that is no text."), status=400)
        for status, values in ((400, request.GET), (422, request.POST)):
            if (name := _odd_field(values)) is not None:
                sentence = _("“%(field)s” holds a character that is no text and cannot be kept. Take it out.")
                return self._refused(request, sentence % {"field": UNSTORABLE.sub("?", name)[:40]}, status=status)
        for name in [name for name, value in request.COOKIES.items() if UNSTORABLE.search(name + value)]:
            del request.COOKIES[name]  # whoever made it up is simply not known
        return self.get_response(request)

    def _refused(self, request, sentence, *, status):
        request.user = AnonymousUser()  # the page is for everybody; who asks has not been looked at yet
        return render(request, "400.html", {"sentence": sentence}, status=status)


def _odd_field(values):
    """The name of the first field that holds what cannot be stored, or None."""
    for name, each in values.lists():
        if UNSTORABLE.search(name) or any(UNSTORABLE.search(value) for value in each):
            return name
    return None


class RefusedFormsSaySo:
    """A refused form of the sign-in pages is answered with 422 like every other; allauth itself says 200."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_template_response(self, request, response):
        match = request.resolver_match
        form = (response.context_data or {}).get("form")
        ours = match is not None and match.view_name.startswith("account_")
        if ours and request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response


class SafeMethodsAreReadOnly:
    """A GET changes nothing, and the database holds us to it (mail scanners follow links).

    PostgreSQL: a read-only transaction, rolled back at the end. SQLite: ``PRAGMA query_only``.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in SAFE_METHODS or request.path_info in WITHOUT_DATABASE:
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # An outdated session is flushed while it is read: that write is Django's own and has to come first.
            request.user.is_authenticated  # noqa: B018
        if connection.vendor == "postgresql":
            return self._in_read_only_transaction(request)
        return self._with_query_only(request)

    def _in_read_only_transaction(self, request):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
            response = self._finished(request)
            transaction.set_rollback(True)
        return response

    def _with_query_only(self, request):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
        try:
            return self._finished(request)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = OFF")

    def _finished(self, request):
        response = self.get_response(request)
        # What a page noted in the session while it was shown is forgotten again: the session is a row, too.
        request.session.modified = False
        if hasattr(response, "render") and callable(response.render) and not response.is_rendered:
            response.render()
        return response


class LoginUnlessPublic(LoginRequiredMiddleware):
    """Every page wants a login unless it says otherwise, and who asks for a public page is not even looked at.

    Django's own looks at the user first, which makes each public page vary by cookie.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
