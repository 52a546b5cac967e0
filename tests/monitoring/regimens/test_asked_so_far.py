"""What the flags kept before questions were counted say of the questions they asked."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

questions_of = import_module("monitoring.migrations.0006_questions_asked_so_far").questions_of
RAISED = datetime(2026, 5, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def flag(status: str, *answered: datetime, blocking: bool = True) -> Any:
    answers = [SimpleNamespace(at=at, severity="moderate") for at in answered]
    return SimpleNamespace(
        status=status, blocking=blocking, raised_at=RAISED, checked_at=RAISED + 9 * DAY, severity="major",
        resolved_at=RAISED + 5 * DAY if status == "resolved" else None, overrides=SimpleNamespace(all=lambda: answers),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "outcomes"),
    [
        (flag("open", blocking=False), []),
        (flag("open"), [("", None)]),
        (flag("resolved"), [("gone", RAISED + 5 * DAY)]),
        (flag("acknowledged", RAISED + 3 * DAY, RAISED + DAY), [("answered", RAISED + DAY)]),
        (flag("open", RAISED + DAY), [("answered", RAISED + DAY), ("", None)]),
    ],
)
def test_each_question_that_can_be_told_is_one_row(kept: Any, outcomes: list[Any]) -> None:
    rows = list(questions_of(kept))
    assert [(row.get("outcome", ""), row.get("settled_at")) for row in rows] == outcomes
    assert all(row["at"] == RAISED for row in rows[:1])
    assert sum(row.get("settled_at") is None for row in rows) <= 1
