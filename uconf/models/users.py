from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from uconf.lib import addresses, clock, limits


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=addresses.clean(email), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().casefold())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: a lead, a helper or a committee member. Attendees need no account."""

    email = models.EmailField(_("mail address"), max_length=limits.ADDRESS, unique=True)
    name = models.CharField(_("name"), max_length=limits.NAME, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)
    wants_digest = models.BooleanField(_("a digest by mail, at most once a day"), default=True)
    digest_at = models.DateTimeField(null=True, blank=True, editable=False)  # what happened since goes into the next

    USERNAME_FIELD = EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        constraints = limits.at_most("user", name=limits.NAME, email=limits.ADDRESS)

    def __str__(self):
        return self.name or self.email.partition("@")[0]

    def clean(self):
        self.email = addresses.clean(self.email)

    def get_full_name(self):
        return str(self)

    get_short_name = get_full_name
