"""Brings the database and the static files up to date in one Django process; the launcher runs it before every start.

Prints one JSON object on success; on a problem a person can fix, one sentence on standard error and status 1.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured


def main() -> int:
    """Migrate, collect static files, and load the demo clinic when it is wanted and the database is empty."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.db import Error

    try:
        django.setup()
        result = _prepare()
    except ImproperlyConfigured as problem:
        return _fail(str(problem))
    except Error as problem:
        reason = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
        return _fail(f"The database that DATABASE_URL names cannot be used: {reason}")
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


def _prepare() -> dict[str, bool]:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    _collect_static()
    return {"demo": _demo()}


def _collect_static() -> None:
    """Skipped when every source file is as it was the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            known = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{known.st_size}\0{known.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())


def _demo() -> bool:
    """Load the demo clinic into an empty database when DEMO allows; return whether the demo sign-ins exist."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command, get_commands

    users = get_user_model()._default_manager
    if os.environ.get("EVENKEEL_SEED_DEMO") == "1" and not users.exists() and "seed_demo" in get_commands():
        call_command("seed_demo", verbosity=0, stdout=sys.stderr)
    return users.filter(email="clinician@demo.example").exists()


if __name__ == "__main__":
    sys.exit(main())
