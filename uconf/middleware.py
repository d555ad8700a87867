"""What every request passes through."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import connection, transaction

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# These must answer while the database is away; they only read.
WITHOUT_DATABASE = frozenset({"/healthz", "/readyz"})


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
