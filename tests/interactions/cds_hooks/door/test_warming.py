"""A server process has its indexes in memory before the first call."""

import subprocess
import sys
from typing import Any

import pytest

from interactions.cds_hooks.door import warming
from tests.architecture.house import ROOT


def test_a_made_up_order_is_answered_once() -> None:
    assert warming.warm_up()


def test_a_failure_keeps_nothing_from_starting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_named: Any) -> Any:
        raise RuntimeError("no release")

    monkeypatch.setattr(warming, "answer", broken)
    assert not warming.warm_up()
    assert [line.message for line in caplog.records] == ["hook_not_warmed_up"]


def test_the_server_is_warm_once_its_application_is_there() -> None:
    code = "import config.wsgi, gc; assert gc.get_freeze_count() > 1000, gc.get_freeze_count()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
