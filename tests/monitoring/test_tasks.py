"""The sweeps' frame: one item's failure is its own, a finished run leaves a heartbeat, a failed one does not."""

import inspect
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import Task, current_app

from config.sweeps import EVERY
from monitoring import tasks
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent, AuditLeaf
from monitoring.operations.actions import Due, each
from monitoring.operations.models import Heartbeat, SweepFailure
from monitoring.operations.rules import QUARANTINED_AFTER, VITAL_SWEEPS
from monitoring.people.models import Patient

pytestmark = pytest.mark.django_db
ALL_TASKS = {
    name.rpartition(".")[2]: task for name, task in current_app.tasks.items() if name.startswith("monitoring.tasks.")
}


def due(*items: uuid.UUID) -> Due:
    return lambda _now, limit: list(items)[:limit]


def items(count: int) -> list[uuid.UUID]:
    return [uuid.UUID(int=number) for number in range(count)]


def failing_on(*bad: uuid.UUID, seen: list[uuid.UUID]) -> Callable[[uuid.UUID], None]:
    def action(item: uuid.UUID) -> None:
        seen.append(item)
        if item in bad:
            raise ValueError("HARPER, Maya")

    return action


def test_every_task_is_on_the_clock_and_every_entry_is_a_task() -> None:
    assert set(ALL_TASKS) == set(EVERY)
    assert set(VITAL_SWEEPS) < set(EVERY)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_no_task_takes_arguments(name: str) -> None:
    assert not inspect.signature(ALL_TASKS[name].run).parameters


@pytest.mark.parametrize("name", sorted(EVERY))
def test_an_empty_run_leaves_a_heartbeat(name: str) -> None:
    task: Task[Any, Any] = ALL_TASKS[name]
    task()
    assert Heartbeat.objects.filter(pk=name).exists()


def test_one_item_that_raises_does_not_keep_the_others_waiting(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    one, bad, three = items(3)
    seen: list[uuid.UUID] = []
    assert each(due(one, bad, three), failing_on(bad, seen=seen), sweep="s", now=now) == []
    assert seen == [one, bad, three]
    assert SweepFailure.objects.get().item_id == str(bad)
    assert "HARPER" not in caplog.text


def test_it_rests_then_is_tried_again_and_is_forgotten_when_it_succeeds(now: datetime) -> None:
    (bad,) = items(1)
    seen: list[uuid.UUID] = []
    each(due(bad), failing_on(bad, seen=seen), sweep="s", now=now)
    each(due(bad), failing_on(bad, seen=seen), sweep="s", now=now + timedelta(seconds=5))
    assert seen == [bad]
    each(due(bad), failing_on(seen=seen), sweep="s", now=now + timedelta(seconds=11))
    assert seen == [bad, bad]
    assert not SweepFailure.objects.exists()


def test_many_failing_items_do_not_fill_the_run(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitoring.operations.actions.items.LARGEST_RUN", 3)
    *bad, good = items(4)
    seen: list[uuid.UUID] = []
    each(due(*bad, good), failing_on(*bad, seen=seen), sweep="s", now=now)
    assert good not in seen
    each(due(*bad, good), failing_on(*bad, seen=seen), sweep="s", now=now + timedelta(seconds=1))
    assert seen[-1] == good


def test_a_sweep_that_fails_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "escalate_alert", None)
    monkeypatch.setattr(tasks, "unanswered_ids", due(uuid.UUID(int=1)))
    tasks.escalate_unanswered_alerts()
    tasks.deliver_notifications()
    assert SweepFailure.objects.get().sweep == "escalate_unanswered_alerts"
    assert {"escalate_unanswered_alerts", "deliver_notifications"} <= set(
        Heartbeat.objects.values_list("name", flat=True)
    )


def test_a_step_that_can_never_be_judged_becomes_an_alert(
    patient: Patient, now: datetime, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    def broken(**_facts: object) -> None:
        raise KeyError("HARPER")

    monkeypatch.setattr(tasks, "due_regimen_ids", due(patient.pk))
    monkeypatch.setattr(tasks, "recheck_due_regimen", broken)
    for minute in range(QUARANTINED_AFTER + 3):
        time_machine.move_to(now + timedelta(minutes=2 * minute), tick=False)
        tasks.recheck_regimens()
    alert = Alert.objects.get()
    assert (alert.patient, alert.kind, alert.level) == (patient, AlertKind.REGIMEN_CHECK, AlertLevel.URGENT)
    assert "HARPER" not in str(alert.why)


def test_a_sweep_that_cannot_even_ask_leaves_no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> list[uuid.UUID]:
        raise RuntimeError

    monkeypatch.setattr(tasks, "due_step_ids", broken)
    with pytest.raises(RuntimeError):
        tasks.settle_due_steps()
    assert not Heartbeat.objects.exists()


def test_the_log_is_sealed_and_checked_by_the_clock(patient: Patient) -> None:
    tasks.seal_audit()
    assert AuditLeaf.objects.count() == AuditEvent.objects.count() > 0
    tasks.verify_audit()
    event = AuditEvent.objects.get(action="audit.verify")
    assert (event.actor_label, event.outcome, event.detail["unsealed"]) == ("verify_audit", "ok", 0)
