"""A database of the benchmark's own, durable as a clinic's is, and Django on it."""

import atexit
import os
import shutil
import tempfile

from tests.servers import Postgres

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def start(kind: str = "postgresql") -> str:
    """Start the server (or use BENCHMARK_DATABASE_URL), or make a file for SQLite; migrate, and return its URL."""
    folder = tempfile.mkdtemp(prefix="ek-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if kind == "sqlite":
        url = f"sqlite:///{folder}/bench.sqlite3"
    else:
        url = os.environ.get("BENCHMARK_DATABASE_URL") or _own()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "VAR_DIR": folder,
        "SECRET_KEY": "only-for-benchmarks-" + "0" * 40,
        "AUDIT_KEY": "only-for-benchmarks-" + "1" * 40,
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    return url


def _own() -> str:
    server = Postgres(settings=DURABLE)
    atexit.register(server.stop)
    return server.start().url
