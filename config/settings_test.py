"""Settings of the test suite: the same as in service, with fast password hashing and no files of its own."""

import os

# A developer's own .env must not change what the tests see.
os.environ |= {"ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]", "DEBUG": "0", "TIME_ZONE": "Europe/London"}
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ.setdefault("AUDIT_KEY", "only-for-tests-" + "1" * 40)

from config.services import SQLITE_OPTIONS
from config.settings import *  # noqa: F403
from config.settings import DATABASES, REST_FRAMEWORK, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Tests that run beside each other must not count together.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

REST_FRAMEWORK |= {
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
UI_GALLERY = True  # the browser tests read every component there
WHITENOISE_AUTOREFRESH = True  # there are no collected static files to scan

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file like in service: SQLite's shared memory locks whole tables, which no one will meet outside.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    # It is thrown away afterwards: nothing of it need outlive a power cut.
    DATABASES["default"]["OPTIONS"] = {
        **SQLITE_OPTIONS, "init_command": f"{SQLITE_OPTIONS['init_command']} PRAGMA synchronous=OFF;",
    }  # fmt: skip
