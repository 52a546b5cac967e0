"""Settings: read from the environment, with defaults that run on one machine without any other server.

A value that is missing or malformed stops the start with one sentence that names it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from config import rest, services
from config.environment import Environment
from config.logs import logging_config
from config.sweeps import CARE, LANES, beat_schedule
from interactions.knowledge import loader as knowledge
from monitoring.help.numbers import site_numbers

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment.load(BASE_DIR, error=ImproperlyConfigured)
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

# --- Where it is served -------------------------------------------------------------------------------------------
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
if any("*" in host or "/" in host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the hosts, such as evenkeel.clinic.example, separated by commas."
    )
# Browsers keep Secure and __Host- cookies from plain HTTP, so a start on this machine alone does without them;
# as soon as another host may ask, everything is HTTPS.
HTTPS = not set(ALLOWED_HOSTS) <= LOOPBACK
if DEBUG and HTTPS:
    raise ImproperlyConfigured("DEBUG may be on only while ALLOWED_HOSTS names this machine alone.")
CSRF_TRUSTED_ORIGINS = env.listed("CSRF_TRUSTED_ORIGINS")
if not all(origin.startswith(("https://", "http://")) for origin in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("CSRF_TRUSTED_ORIGINS must hold origins such as https://evenkeel.clinic.example.")
# Where the links in e-mails lead.
SITE_URL = next(iter(CSRF_TRUSTED_ORIGINS), f"http://127.0.0.1:{env.text('PORT', '8000')}")
PROXY_COUNT = env.number("PROXY_COUNT", 0, low=0, high=5)

SECRET_KEY = env.secret("SECRET_KEY", VAR_DIR / "secret_key")
# A key of its own: replacing the one that signs sessions must not make the audit log unverifiable.
AUDIT_KEY = env.secret("AUDIT_KEY", VAR_DIR / "audit_key")

# --- What it is made of -------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_htmx",
    "django_structlog",
    "interactions",
    "monitoring",
]

MIDDLEWARE = [
    "config.proxies.ProxyAddressMiddleware",
    # Above whatever may answer on its own: redirects and errors carry the policies too.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.logs.RequestLogMiddleware",
    "config.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "monitoring.audit.middleware.RequestContextMiddleware",
    "monitoring.wording.middleware.ReadingMiddleware",
    "monitoring.people.middleware.TimeZoneMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "monitoring.context_processors.site",
            ],
        },
    }
]

LANGUAGE_CODE = "en-gb"
# What a patient may read; each by its own name. English is the source, so it needs no catalogue.
LANGUAGES = [("en", "English"), ("es", "Español")]
# What staff may read beside English: languages that have every text of their pages (`manage.py translations --check`).
STAFF_LANGUAGES: list[str] = []
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
# Numbers stay as they are printed on the pack, whatever the language.
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = env.zone("TIME_ZONE", "Europe/London")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else _STATIC},
}
# No uploads are taken; the largest body is a FHIR resource or a long check-in.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# --- What is kept -------------------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": services.database(env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'evenkeel.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What is counted: tries, calls. Nothing in it is missed when it is lost.
CACHES = {
    "default": {
        "BACKEND": "config.counting.SharedCache",
        "LOCATION": services.broker(env.text("REDIS_URL", f"unix://{VAR_DIR / 'broker.sock'}")),
        "KEY_PREFIX": "evenkeel-counts",
    }
}

# --- What every screening is made with ----------------------------------------------------------------------------
try:
    KNOWLEDGE_RELEASE = knowledge.put_in_force(env.text("KNOWLEDGE_RELEASE"))
except knowledge.KnowledgeError:
    at_hand = ", ".join(knowledge.versions())
    raise ImproperlyConfigured(f"KNOWLEDGE_RELEASE must be one of the releases at hand: {at_hand}.") from None

# --- Who may come in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "monitoring.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Counted for an account from one address: a stranger elsewhere cannot lock the real user out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # axes would guess "email", and then find no name to count tries for
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]  # ProxyAddressMiddleware has already looked behind the proxies
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# A message may name a patient: it is kept with the session, never in a cookie of its own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Minutes without a person: a patient's own phone; a screen on a ward, which others pass by.
SESSION_COOKIE_AGE = 30 * 60
STAFF_IDLE_SECONDS = env.number("STAFF_IDLE_MINUTES", 15, low=5, high=30) * 60
SESSION_ENGINE = "config.sessions"
SESSION_SAVE_EVERY_REQUEST = True  # they count from the last page, not from the sign-in
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
KNOWN_BROWSER_COOKIE_NAME = "__Host-known" if HTTPS else "known"

# --- What a browser may do with our pages -------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # asked by the machine itself, over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = False  # a promise about a whole domain, which is the clinic's to make
SECURE_REFERRER_POLICY = "same-origin"  # over HTTPS Django's CSRF check needs the referrer from our own pages
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": HTTPS,
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
        "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
        "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
    )
}  # fmt: skip
# Passkeys are made and used by our own pages alone, never by a frame in them.
PERMISSIONS_POLICY |= {"publickey-credentials-create": ["self"], "publickey-credentials-get": ["self"]}

# --- Help pages: numbers shown to people who are not signed in; a clinic's own come first -------------------------
try:
    HELP_NUMBERS = site_numbers(
        env.text("HELP_REGION", "UK"),
        **{kind: env.text(f"{kind.upper()}_NUMBER") for kind in ("emergency", "crisis", "poison", "advice")},
    )
except ValueError as problem:
    raise ImproperlyConfigured(str(problem)) from None
UI_GALLERY = DEBUG

# --- Mail, logs, the API ------------------------------------------------------------------------------------------
globals().update(services.channels(env, folder=VAR_DIR))
LOGGING = logging_config("INFO")
LOGGING_CONFIG = "logging.config.dictConfig"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # the audit log has the address; a log file need not

REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.SCHEMA
# Calls of the hook service: of a client that signs, of an address that does not, and those that were not let in.
CDS_HOOKS_A_MINUTE = {"signed": 1200, "unsigned": 300, "refused": 60}
# Tells a clinic's own severities, by rule: the hook service knows no clinics, and asks for those of a client's tenant.
CDS_HOOKS_ADJUSTMENTS = "monitoring.adjustments.queries.adjustments_of"

# --- Celery: hints that may all be lost; the database is the truth ------------------------------------------------
CELERY_BROKER_URL = services.broker(env.text("REDIS_URL", f"unix://{VAR_DIR / 'broker.sock'}"))
CELERY_BEAT_SCHEDULE = beat_schedule()
CELERY_BEAT_SCHEDULER = "config.beat.PromptScheduler"  # in memory: nothing on disk that a kill could leave broken
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "UTC"
CELERY_TASK_QUEUES = [Queue(lane) for lane in LANES]  # a worker that is given no queue serves all of them
CELERY_TASK_DEFAULT_QUEUE = CARE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Kombu's own defaults would give a lost message back only after minutes.
    "visibility_timeout": 120,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
