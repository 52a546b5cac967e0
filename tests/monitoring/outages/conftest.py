"""A machine whose clocks a test sets, and a folder of its own for what it remembers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring import tasks
from monitoring.operations.machine import Reading

Round = Callable[..., None]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def rounds(now: datetime, time_machine: Any, monkeypatch: pytest.MonkeyPatch) -> Round:
    """One round of every vital sweep at a moment; unless told otherwise, the machine lived through the time."""

    def _round(at: datetime, *, uptime: timedelta | None = None) -> None:
        lived = timedelta(days=1) + (at - now) if uptime is None else uptime
        monkeypatch.setattr("monitoring.operations.actions.gaps.reading", lambda: Reading("test", lived))
        time_machine.move_to(at, tick=False)
        tasks.escalate_unanswered_alerts()
        tasks.settle_due_steps()
        tasks.plan_check_ins()
        tasks.mark_missed_check_ins()
        tasks.deliver_notifications()
        tasks.settle_scheduler_gaps()

    return _round
