"""What the settings make of an environment, seen from a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.house import ROOT

READ = """
import json, sys
from config import settings
json.dump({name: getattr(settings, name) for name in sys.argv[1:]}, sys.stdout, default=str)
"""
KEYS = {"SECRET_KEY": "s" * 40, "AUDIT_KEY": "a" * 40}


def start(tmp_path: Path, names: tuple[str, ...], **values: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **KEYS, **values}
    command = [sys.executable, "-c", READ, *names]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def read(tmp_path: Path, *names: str, **values: str) -> dict[str, Any]:
    done = start(tmp_path, names, **values)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_on_this_machine_alone_cookies_work_over_plain_http(tmp_path: Path) -> None:
    found = read(tmp_path, "SESSION_COOKIE_SECURE", "SESSION_COOKIE_NAME", "SECURE_SSL_REDIRECT", "DEBUG")

    assert found == {
        "SESSION_COOKIE_SECURE": False,
        "SESSION_COOKIE_NAME": "session",
        "SECURE_SSL_REDIRECT": False,
        "DEBUG": False,
    }


def test_as_soon_as_another_host_may_ask_everything_is_https(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_NAME",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        ALLOWED_HOSTS="evenkeel.clinic.example,localhost",
    )

    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_the_two_addresses_alone_move_to_postgresql_and_redis(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "DATABASES",
        "CELERY_BROKER_URL",
        DATABASE_URL="postgresql://ek@db.example/evenkeel",
        REDIS_URL="redis://queue.example:6379/0",
    )

    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert found["CELERY_BROKER_URL"] == "redis://queue.example:6379/0"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres//oops"),
        ("REDIS_URL", "oops"),
        ("EMAIL_URL", "oops"),
        ("ALLOWED_HOSTS", "*"),
        ("CSRF_TRUSTED_ORIGINS", "clinic.example"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("DEBUG", "perhaps"),
        ("SECRET_KEY", "short"),
        ("PROXY_COUNT", "many"),
        ("KNOWLEDGE_RELEASE", "1999.01"),
    ],
)
def test_a_malformed_value_stops_the_start_with_one_sentence_that_names_it(
    tmp_path: Path, name: str, value: str
) -> None:
    done = start(tmp_path, (), **{name: value})

    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {name} must ")
    assert last.endswith(".")


def test_debug_and_other_hosts_do_not_go_together(tmp_path: Path) -> None:
    done = start(tmp_path, (), DEBUG="1", ALLOWED_HOSTS="evenkeel.clinic.example")

    assert "DEBUG may be on only while" in done.stderr
