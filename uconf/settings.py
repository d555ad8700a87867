"""uconf's settings, all from the environment, each of them typed.

A missing or odd value stops the start and is named together with what is allowed. With ``DEBUG=1``
everything has a default that suits a laptop; without it nothing secret has one.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from uconf.lib.mailurl import MailUrlError, parse_imap_url, parse_mail_url

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()


def _read(name, reader, allowed, **kwargs):
    """Read one variable; an odd or missing value is named together with what is allowed."""
    try:
        return reader(name, **kwargs)
    except EnvError:
        value = env.str(name, default=None)
        said = "is not set" if value is None else f"is {value!r}"
        raise ImproperlyConfigured(f"{name} {said}. Allowed: {allowed}.") from None


def _refuse(name, value, allowed):
    raise ImproperlyConfigured(f"{name} is {value!r}. Allowed: {allowed}.")


# --- What the environment says ------------------------------------------------------------------
DEBUG = _read("DEBUG", env.bool, "1, 0, true, false, yes or no", default=False)
HOST = _read("HOST", env.str, "an address to listen on, such as 127.0.0.1", default="127.0.0.1")
PORT = _read("PORT", env.int, "a port number from 1 to 65535", default=8000)
if not 0 < PORT < 65536:
    _refuse("PORT", PORT, "a port number from 1 to 65535")

DATA_DIR = Path(_read("DATA_DIR", env.str, "a folder that can be written", default="var"))
DATA_DIR = DATA_DIR if DATA_DIR.is_absolute() else BASE_DIR / DATA_DIR
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
except OSError as refusal:
    _refuse("DATA_DIR", str(DATA_DIR), f"a folder that can be written ({refusal.strerror})")


def _laptop_secret():
    """A secret that lasts across restarts of a development server, kept in DATA_DIR."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


_A_SECRET = (
    "at least 50 random characters, for example from "  # noqa: S105
    "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`"
)
SECRET_KEY = env.str("SECRET_KEY", default="") or (_laptop_secret() if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(f"SECRET_KEY is not set. Allowed: {_A_SECRET}.")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(f"SECRET_KEY has {len(SECRET_KEY)} characters. Allowed: {_A_SECRET}.")

_A_BASE = "the address people type, such as https://uconf.example.org, without a path"
_here = "localhost" if HOST in ("0.0.0.0", "::") else HOST  # noqa: S104  (what is listened to is no address to open)
BASE_URL = _read("BASE_URL", env.str, _A_BASE, default=f"http://{_here}:{PORT}" if DEBUG else None)
if BASE_URL is None:
    raise ImproperlyConfigured(f"BASE_URL is not set. Allowed: {_A_BASE}.")
BASE_URL = BASE_URL.rstrip("/")
try:
    _base = urlsplit(BASE_URL)
    _port_is_odd = _base.port == 0
except ValueError:
    _refuse("BASE_URL", BASE_URL, _A_BASE)
if _base.scheme not in ("http", "https") or not _base.hostname or _base.path or _base.query or _port_is_odd:
    _refuse("BASE_URL", BASE_URL, _A_BASE)

ALLOWED_HOSTS = _read(
    "ALLOWED_HOSTS",
    env.list,
    "host names with commas between them",
    default=["localhost", "127.0.0.1", "[::1]", HOST, _base.hostname] if DEBUG else [_base.hostname],
)
if not ALLOWED_HOSTS:
    _refuse("ALLOWED_HOSTS", "", "host names with commas between them")

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in ("redis", "rediss", "unix"):
    # Only its beginning is said: the rest may hold a password.
    _refuse(
        "REDIS_URL",
        urlsplit(REDIS_URL).scheme + ":…",
        "redis://host:port/number, rediss://…, unix:///path?db=number, or nothing",
    )

MAIL_DOMAIN = _read("MAIL_DOMAIN", env.str, "a domain such as uconf.example.org", default=_base.hostname)
if "@" in MAIL_DOMAIN or "/" in MAIL_DOMAIN or " " in MAIL_DOMAIN or not MAIL_DOMAIN:
    _refuse("MAIL_DOMAIN", MAIL_DOMAIN, "a domain such as uconf.example.org")

INBOUND_MAIL = _read("INBOUND_MAIL", env.bool, "1, 0, true, false, yes or no", default=False)
if INBOUND_MAIL and not env.str("MAIL_DOMAIN", default=""):
    raise ImproperlyConfigured(
        "INBOUND_MAIL is on, but MAIL_DOMAIN is not set. Allowed: the domain whose mail comes in here, "
        "or INBOUND_MAIL=0."
    )
_AN_IMAP = "imaps://user:password@host:port/INBOX, imap+tls://… (STARTTLS), imap://… (on this machine), or nothing"
try:
    IMAP = parse_imap_url(env.str("IMAP_URL", default=""))
except MailUrlError as refusal:
    raise ImproperlyConfigured(f"IMAP_URL {refusal}. Allowed: {_AN_IMAP}.") from None
if IMAP and not INBOUND_MAIL:
    raise ImproperlyConfigured("IMAP_URL is set, but INBOUND_MAIL is not. Allowed: INBOUND_MAIL=1, or no IMAP_URL.")

_A_MAIL = "smtp://user:password@host:port, smtps://…, smtp+tls://…, or mailbox: (a folder in DATA_DIR, for trying out)"
EMAIL_URL = _read("EMAIL_URL", env.str, _A_MAIL, default="mailbox:" if DEBUG else None)
if EMAIL_URL is None:
    raise ImproperlyConfigured(f"EMAIL_URL is not set. Allowed: {_A_MAIL}.")
try:
    MAIL = parse_mail_url(EMAIL_URL)
except MailUrlError as refusal:
    raise ImproperlyConfigured(f"EMAIL_URL {refusal}. Allowed: {_A_MAIL}.") from None

_A_RATE = "a number of letters, 0 for no limit"
SENDING_PER_MINUTE = _read("SENDING_PER_MINUTE", env.int, _A_RATE, default=0)
SENDING_PER_DOMAIN_PER_MINUTE = _read("SENDING_PER_DOMAIN_PER_MINUTE", env.int, _A_RATE, default=0)
SENDING_PAUSES_AFTER = _read("SENDING_PAUSES_AFTER", env.int, "a number of failures in a row, at least 1", default=5)
for _name, _number, _least in (
    ("SENDING_PER_MINUTE", SENDING_PER_MINUTE, 0),
    ("SENDING_PER_DOMAIN_PER_MINUTE", SENDING_PER_DOMAIN_PER_MINUTE, 0),
    ("SENDING_PAUSES_AFTER", SENDING_PAUSES_AFTER, 1),
):
    if _number < _least:
        _refuse(_name, _number, _A_RATE if _least == 0 else "a number of failures in a row, at least 1")

_A_DATABASE = "postgres://user:password@host:port/name, sqlite:///path, or nothing (a file in DATA_DIR)"
_database_url = env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'uconf.sqlite3'}"
try:
    _database = dj_database_url.parse(_database_url, conn_max_age=60, conn_health_checks=True)
except ValueError:
    _refuse("DATABASE_URL", urlsplit(_database_url).scheme + ":…", _A_DATABASE)
if _database["ENGINE"].endswith("sqlite3"):
    # Immediate transactions: a deferred one that turns into a writer is refused at once, whatever the timeout says.
    _database["CONN_MAX_AGE"] = 0
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif _database["ENGINE"].endswith("postgresql"):
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        **_database.get("OPTIONS", {}),
        "options": "-c lock_timeout=3000 -c statement_timeout=30000",
    }
else:
    _refuse("DATABASE_URL", urlsplit(_database_url).scheme + ":…", _A_DATABASE)
DATABASES = {"default": _database}

# --- The application ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "uconf",
    "topics",
    "attendees",
    "outcomes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "template_partials",
]
AUTH_USER_MODEL = "uconf.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "uconf.urls"
WSGI_APPLICATION = "uconf.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "uconf.middleware.RefuseOddInput",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "uconf.middleware.LoginUnlessPublic",
    "uconf.middleware.RefusedFormsSaySo",
    "uconf.middleware.SafeMethodsAreReadOnly",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "uconf.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "uconf.templatetags.uconf"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Signing in ---------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["uconf.signed_in.Backend"]
SESSION_ENGINE = "uconf.signed_in"
ACCOUNT_ADAPTER = "uconf.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"login": "uconf.forms.accounts.PasswordForm"}
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True  # a link's GET would have to write to the session
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # how long a sign-in link is good (uconf.actions.sign_in)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "uconf:organize"
ACCOUNT_LOGOUT_REDIRECT_URL = "uconf:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Messages live in the cookie: a GET that shows them must not write to the database.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- Safety -------------------------------------------------------------------------------------
_HTTPS = _base.scheme == "https"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "uconf.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-csrf") if _HTTPS else ("session", "csrf")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# One proxy stands in front in production and sets this header itself (deploy/nginx.conf).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
# … and X-Forwarded-For, which the sign-in limits count by. Without a proxy nobody else may set it.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _HTTPS else 0
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_100_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a review page with 300 topics posts all of its fields at once

# --- Time, language, files ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# What the manifest storage names has its hash in it, so that a browser may keep it for good.
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# --- Mail, cache, Celery ------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"uconf <no-reply@{MAIL_DOMAIN}>"
EMAIL_BACKEND = "uconf.lib.mailbackend.EmailBackend"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 2},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Celery spells a socket's address in its own way.
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("db=", "virtual_host=", 1)
    if REDIS_URL.startswith("unix:")
    else REDIS_URL or "memory://localhost/"
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# With Redis down a page still answers: ringing is tried once, briefly; the sweep finds the work anyway.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody asks the workers anything: /readyz reads their heartbeat
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "uconf.celery.ForgetfulScheduler"
# Intervals in UTC seconds only: a crontab in local time would skip or double an hour twice a year.
CELERY_BEAT_SCHEDULE = {
    "sweep-letters": {"task": "attendees.tasks.sweep_letters", "schedule": 30.0},
    "write-reminders": {"task": "attendees.tasks.write_reminders", "schedule": 60.0},
    "write-digests": {"task": "attendees.tasks.write_digests", "schedule": 60.0},
    "read-mail": {"task": "uconf.tasks.read_waiting_mail", "schedule": 30.0},
    "fetch-mail": {"task": "uconf.tasks.fetch_mail", "schedule": 60.0},
    "ask-proposers": {"task": "topics.tasks.ask_proposers", "schedule": 60.0},
    "clean-up": {"task": "uconf.tasks.clean_up", "schedule": 60.0},
    "beat-alive": {"task": "uconf.tasks.beat_alive", "schedule": 30.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_tokens": {"()": "uconf.lib.logs.NoTokens"}},
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "uconf.lib.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if DEBUG else "json",
            "filters": ["no_tokens"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "uconf": {"level": "INFO"},
        "attendees": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # a page that is not there is no news, a broken one is
        "waitress.queue": {"level": "ERROR"},  # nor is a busy moment
        "django.server": {"handlers": ["console"], "propagate": False},
    },
}
