"""The processes of a worker share the knowledge that their parent has loaded."""

import subprocess
import sys

from tests.architecture.house import ROOT

START = """
import gc
from config.celery import app

assert gc.get_freeze_count() == 0
app.Worker(concurrency=1)  # made, and not started: what follows is what its processes are forked with
assert gc.get_freeze_count() > 1000

from interactions.knowledge.loader import current_release
assert current_release.cache_info().currsize == 1
"""


def test_a_worker_is_warm_before_it_forks() -> None:
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
