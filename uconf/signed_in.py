"""Who is signed in: looked up at every page of leads, so with queries that are put together once."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from uconf.lib.prepared import PreparedObjects
from uconf.models import User

_sessions = PreparedObjects(lambda key: Session.objects.filter(session_key=key), texts=("key",))
_users = PreparedObjects(lambda user: User.objects.filter(pk=user), "user")


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self):
        found = next(iter(_sessions(key=self.session_key)), None)
        if found and found.expire_date > timezone.now():  # noqa: TID251  (the clock that Django gave it its end by)
            return found
        self._session_key = None
        return None


class Backend(AuthenticationBackend):
    """allauth's: by a code or a password."""

    def get_user(self, user_id):
        found = next(iter(_users(user=user_id)), None)
        return found if found and self.user_can_authenticate(found) else None
