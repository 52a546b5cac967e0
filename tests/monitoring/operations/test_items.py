"""A run ends before its task's own time limits, and what those cut off is blamed on nobody who did not hang."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from monitoring import tasks
from monitoring.alerts.actions import escalate_alert, raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.operations.actions import Due, Run, in_batches
from monitoring.operations.actions.items import HANGING_SECONDS, LONGEST_RUN_SECONDS, Share, each
from monitoring.operations.models import Heartbeat, SweepFailure
from monitoring.people.models import Patient

pytestmark = pytest.mark.django_db


@dataclass
class Clock:
    """Seconds that pass only where a test says so."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at

    def after(self, seconds: float, seen: list[uuid.UUID]) -> Callable[[uuid.UUID], None]:
        """An action that takes so long."""

        def action(item: uuid.UUID) -> None:
            self.at += seconds
            seen.append(item)

        return action


@pytest.fixture
def clock() -> Clock:
    return Clock()


def items(count: int) -> list[uuid.UUID]:
    return [uuid.UUID(int=number) for number in range(count)]


def due(*found: uuid.UUID) -> Due:
    return lambda _now, limit: list(found)[:limit]


def test_a_long_loop_leaves_the_rest_to_the_next_run(now: datetime, clock: Clock) -> None:
    seen: list[uuid.UUID] = []
    each(due(*items(10)), clock.after(20, seen), sweep="s", now=now, share=Share.of(30, clock))
    assert seen == items(2)


def test_what_one_loop_leaves_is_the_others(now: datetime, clock: Clock) -> None:
    run = Run(now=now, loops=3, ticks=clock)
    first, second, third = [], [], []  # type: list[uuid.UUID], list[uuid.UUID], list[uuid.UUID]
    run.each(due(*items(2)), clock.after(1, first), sweep="a")
    run.each(due(*items(100)), clock.after(1, second), sweep="b")
    run.each(due(*items(100)), clock.after(1, third), sweep="c")
    assert len(first) == 2
    assert len(second) == len(third) + 1 == 15
    assert clock.at == LONGEST_RUN_SECONDS + 1


def test_a_loop_that_took_everything_leaves_nothing_and_the_run_still_ends(now: datetime, clock: Clock) -> None:
    run = Run(now=now, loops=2, ticks=clock)
    seen: list[uuid.UUID] = []
    run.each(due(*items(3)), clock.after(40, []), sweep="a")
    run.each(due(*items(3)), clock.after(1, seen), sweep="b")
    assert (seen, clock.at) == ([], 40)


LOOPS = {
    "settle_due_steps": {
        "overtaken_plan_ids": "end_overtaken_plan", "due_step_ids": "settle_step",
        "forgotten_plan_ids": "remind_of_plan",
    },
    "escalate_unanswered_alerts": {
        "unanswered_ids": "escalate_alert", "handing_over": "hand_over_alerts", "digests_due": "settle_digests",
    },
    "plan_check_ins": {
        "patients_to_plan": "plan_due_check_ins", "link_requests": "answer_link_request",
        "claim_to_ask": "ask_check_ins", "claim_turned_late": "note_late_check_ins",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LOOPS))
def test_a_task_with_more_to_do_than_fits_ends_in_time_with_a_heartbeat_and_every_loop_had_its_turn(
    name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def working(action: str) -> Callable[..., None]:
        def work(**_facts: object) -> None:
            begun.append(action)
            clock.at += 1.0

        return work

    def claim(_now: datetime, _limit: int, _apart: Collection[uuid.UUID]) -> list[uuid.UUID]:
        return items(1)

    for source, action in LOOPS[name].items():
        monkeypatch.setattr(tasks, source, claim if source.startswith("claim") else due(*items(100)))
        monkeypatch.setattr(tasks, action, working(action))
    monkeypatch.setattr(tasks, "Run", partial(Run, ticks=clock))
    getattr(tasks, name)()
    assert set(begun) == set(LOOPS[name].values())
    assert clock.at <= LONGEST_RUN_SECONDS + len(LOOPS[name])
    assert Heartbeat.objects.filter(pk=name).exists()


def test_no_item_begins_so_late_that_the_limit_could_strike_an_innocent_one() -> None:
    assert LONGEST_RUN_SECONDS + HANGING_SECONDS < settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT


def cut_off(clock: Clock, after: float, hanging: uuid.UUID, seen: list[uuid.UUID]) -> Callable[[uuid.UUID], None]:
    """An action within which Celery ends the task, `after` seconds into one item."""

    def action(item: uuid.UUID) -> None:
        seen.append(item)
        if item == hanging:
            clock.at += after
            raise SoftTimeLimitExceeded

    return action


def test_an_item_that_hangs_is_cut_off_noted_and_rests_so_that_the_next_run_gets_past_it(
    now: datetime, clock: Clock
) -> None:
    hanging, good = items(2)
    seen: list[uuid.UUID] = []
    action = cut_off(clock, 45, hanging, seen)
    each(due(hanging, good), action, sweep="s", now=now, share=Share.of(30, clock))
    each(due(hanging, good), action, sweep="s", now=now + timedelta(seconds=5), share=Share.of(30, clock))
    assert seen == [hanging, good]
    assert SweepFailure.objects.get().item_id == str(hanging)


def test_an_item_that_was_only_at_work_when_the_time_was_up_is_not_blamed(
    now: datetime, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    innocent, other = items(2)
    seen: list[uuid.UUID] = []
    with pytest.raises(SoftTimeLimitExceeded):
        each(due(innocent, other), cut_off(clock, 0.5, innocent, seen), sweep="s", now=now, share=Share.of(30, clock))
    assert seen == [innocent]
    assert not SweepFailure.objects.exists()
    assert "sweep_out_of_time" in caplog.text


def test_what_an_item_had_written_when_the_time_was_up_is_undone(
    patient: Patient, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = raise_alert(
        patient=patient, kind=AlertKind.STEP_HELD, level=AlertLevel.URGENT, why=["x"], source_type="step",
        source_id=patient.pk, now=now, job="s",
    )  # fmt: skip
    before = Alert.objects.filter(pk=alert.pk).values().get()

    def at_its_end(**_facts: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("monitoring.alerts.actions.escalating.remember", at_its_end)
    later = now + timedelta(days=1)
    with pytest.raises(SoftTimeLimitExceeded):
        each(
            due(alert.pk), lambda pk: escalate_alert(alert_id=pk, now=later, job="s"), sweep="s", now=later,
            share=Share.of(30, clock),
        )  # fmt: skip
    assert Alert.objects.filter(pk=alert.pk).values().get() == before


def test_a_batch_that_is_cut_off_is_nobodys_failure_and_ends_the_run(
    now: datetime, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    alone: list[uuid.UUID] = []

    def many(_items: list[uuid.UUID]) -> None:
        clock.at += 1
        raise SoftTimeLimitExceeded

    def claim(_now: datetime, _limit: int, apart: Collection[uuid.UUID]) -> list[uuid.UUID]:
        return [item for item in items(3) if item not in apart]

    with pytest.raises(SoftTimeLimitExceeded):
        in_batches(claim, many, alone.append, sweep="s", now=now, share=Share.of(30, clock))
    assert alone == []
    assert not SweepFailure.objects.exists()
    assert "sweep_out_of_time" in caplog.text
