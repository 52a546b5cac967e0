"""A tick that comes late writes a gap, and says why there was one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.operations.actions import beat, note_failure, note_restore, note_tick, settle_gap
from monitoring.operations.machine import Memory, Reading, reading, remember, remembered
from monitoring.operations.models import GapCause, Heartbeat, MachineClock, SchedulerGap, SweepClock, SweepFailure
from monitoring.operations.queries import catching_up, gaps_between
from monitoring.operations.rules import LONGEST_PAUSE

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = timedelta(days=3)


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    """A folder of this test's own for what the machine remembers."""
    settings.VAR_DIR = tmp_path
    return tmp_path


class Machine:
    """A machine with a wall clock that can be set and an uptime that cannot."""

    def __init__(self, now: datetime, name: str = "first") -> None:
        self.wall, self.name, self.uptime = now, name, START

    def passes(self, time: timedelta) -> "Machine":
        self.wall, self.uptime = self.wall + time, self.uptime + time
        return self

    def set_by(self, time: timedelta) -> "Machine":
        self.wall += time
        return self

    def restarts(self) -> "Machine":
        self.name, self.uptime = f"{self.name} again", timedelta(minutes=1)
        return self

    def tick(self) -> SchedulerGap | None:
        return note_tick(now=self.wall, job="settle_due_steps", machine=Reading(self.name, self.uptime))


@pytest.fixture
def machine(now: datetime) -> Machine:
    made = Machine(now)
    assert made.tick() is None
    return made


def told(gap: SchedulerGap | None) -> tuple[str, datetime, datetime]:
    assert gap is not None
    return gap.cause, gap.from_at, gap.to_at


def test_the_first_tick_of_a_new_database_is_no_gap(machine: Machine) -> None:
    assert not SchedulerGap.objects.exists()


def test_a_database_of_an_older_release_tells_by_its_heartbeats(now: datetime) -> None:
    beat(name="settle_due_steps", now=now - DAY)
    assert told(Machine(now).tick()) == ("outage", now - DAY, now)


def test_ticks_in_time_write_nothing(machine: Machine) -> None:
    for _ in range(5):
        assert machine.passes(LONGEST_PAUSE).tick() is None
    assert not SchedulerGap.objects.exists()
    assert SweepClock.objects.get().ticks == 6


def test_a_night_without_a_tick_is_an_outage(machine: Machine, now: datetime) -> None:
    assert told(machine.passes(10 * HOUR).tick()) == ("outage", now, now + 10 * HOUR)
    assert machine.passes(10 * timedelta(seconds=1)).tick() is None


def test_a_machine_that_restarted_had_an_outage(machine: Machine, now: datetime) -> None:
    assert told(machine.restarts().set_by(HOUR).tick()) == ("outage", now, now + HOUR)


@pytest.mark.parametrize("jump", [HOUR, DAY, 365 * DAY], ids=["an hour", "a day", "a year"])
def test_a_clock_set_forward_is_told_from_silence(machine: Machine, now: datetime, jump: timedelta) -> None:
    later = now + 10 * timedelta(seconds=1) + jump
    assert told(machine.passes(timedelta(seconds=10)).set_by(jump).tick()) == ("clock_forward", now, later)
    assert machine.passes(MINUTE).tick() is None


@pytest.mark.parametrize("jump", [HOUR, DAY, 365 * DAY], ids=["an hour", "a day", "a year"])
def test_a_clock_set_back_is_seen_and_the_next_tick_is_an_ordinary_one(
    machine: Machine, now: datetime, jump: timedelta
) -> None:
    assert told(machine.passes(MINUTE).set_by(-jump).tick()) == ("clock_back", now + MINUTE - jump, now + MINUTE)
    assert machine.passes(MINUTE).tick() is None
    assert not gaps_between(now - 2 * jump, now + DAY), "no time was lost"


@pytest.mark.parametrize("year", [1970, 2038])
def test_a_machine_that_wakes_in_another_age(machine: Machine, now: datetime, year: int) -> None:
    there = datetime(year, 1, 19, 3, 14, 8, tzinfo=UTC)
    gap = machine.restarts().set_by(there - now).tick()
    assert told(gap) == (("clock_back", there, now) if year == 1970 else ("outage", now, there))
    # and: once its clock is put right, only a way back is another gap: nobody was away for longer than a minute
    again = machine.passes(MINUTE).set_by(now - there).tick()
    assert (again is None) if year == 1970 else (told(again)[0] == "clock_back")
    assert machine.passes(MINUTE).tick() is None


def test_a_small_step_of_the_clock_is_none(machine: Machine) -> None:
    assert machine.passes(MINUTE).set_by(-MINUTE).tick() is None
    assert machine.passes(MINUTE).set_by(10 * MINUTE).tick() is None


def test_a_clock_set_back_leaves_nothing_waiting_for_years(machine: Machine, now: datetime) -> None:
    machine.set_by(365 * DAY).tick()
    beat(name="settle_due_steps", now=machine.wall)
    note_failure(sweep="settle_due_steps", item_id="x", error=ValueError(), now=machine.wall)
    machine.passes(MINUTE).set_by(-365 * DAY).tick()
    assert Heartbeat.objects.get().last_finished_at == machine.wall
    assert SweepFailure.objects.get().retry_at == machine.wall
    # and: the year that never was is no gap on anybody's chart
    gap = SchedulerGap.objects.get(cause=GapCause.CLOCK_FORWARD)
    assert gap.to_at == machine.wall


def test_one_machine_with_a_wrong_clock_does_not_make_a_gap_of_every_tick(machine: Machine, now: datetime) -> None:
    other = Machine(now, "second")
    assert other.tick() is None
    assert told(other.set_by(DAY).tick())[0] == "clock_forward"
    for _ in range(3):
        assert machine.passes(MINUTE).tick() is None
        assert other.passes(MINUTE).tick() is None
    # and: it does not hide that the others stopped
    assert told(machine.passes(HOUR).tick())[0] == "outage"


def test_several_sweeps_that_come_back_together_find_one_gap(machine: Machine) -> None:
    machine.passes(HOUR)
    other = Machine(machine.wall, "second")
    found = [machine.tick(), machine.tick(), other.tick(), machine.passes(MINUTE).tick()]
    assert [gap is not None for gap in found] == [True, False, False, False]
    assert SchedulerGap.objects.count() == 1


def test_a_database_that_forgot_ticks_was_restored(
    machine: Machine, now: datetime, var: Path, django_capture_on_commit_callbacks: Any
) -> None:
    # given: a machine that has seen many ticks since the backup was made
    kept = SweepClock.objects.get()
    remember(var, Memory(kept.database, kept.ticks + 1000))
    # when: the database is the one of the backup
    with django_capture_on_commit_callbacks(execute=True):
        gap = machine.passes(HOUR).tick()
    # then
    assert told(gap) == ("restore", now, now + HOUR)
    assert machine.passes(MINUTE).tick() is None
    assert remembered(var) == Memory(kept.database, SweepClock.objects.get().ticks - 1)


def test_a_backup_made_seconds_ago_is_told_as_well(machine: Machine, var: Path) -> None:
    kept = SweepClock.objects.get()
    remember(var, Memory(kept.database, kept.ticks + 1))
    assert told(machine.passes(timedelta(seconds=1)).tick())[0] == "restore"


def test_another_database_in_the_same_folder_was_not_restored(machine: Machine, var: Path) -> None:
    (var / "last_tick.json").write_text('{"database": "6c1a1a9e-5d6d-4b0e-9d68-2a4a9a4f8c11", "ticks": 99}')
    assert machine.passes(MINUTE).tick() is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"database": 1, "ticks": "x"}', "\x00"])
def test_a_damaged_memory_is_none(machine: Machine, var: Path, text: str) -> None:
    (var / "last_tick.json").write_text(text)
    assert remembered(var) is None
    assert machine.passes(MINUTE).tick() is None


def test_a_folder_that_takes_no_file_does_not_stop_the_clock(var: Path, now: datetime) -> None:
    remember(var / "missing", Memory(SweepClock(ticked_at=now).database, 1))


def test_a_restore_can_be_told_by_hand(machine: Machine, now: datetime) -> None:
    machine.passes(HOUR)
    gap = note_restore(now=machine.wall, job="after_restore")
    assert told(gap) == ("restore", now, now + HOUR)
    assert machine.passes(MINUTE).tick() is None
    assert catching_up(machine.wall) == gap


def test_the_machine_reads_a_clock_that_runs() -> None:
    first, second = reading(), reading()
    assert first.machine == second.machine
    assert timedelta(0) < first.uptime <= second.uptime


def test_catching_up_ends_when_the_backlog_is_worked_off_or_after_an_hour(machine: Machine) -> None:
    assert catching_up(machine.wall) is None
    gap = machine.passes(DAY).tick()
    assert gap is not None
    back = machine.wall
    assert catching_up(back) == gap
    assert catching_up(back - timedelta(seconds=1)) == gap, "another sweep may have read its clock just before"
    assert catching_up(back + HOUR) is None
    assert settle_gap(gap=gap, skipped={"a clinic": {"reminders": 2}}, now=back + MINUTE, job="tests")
    assert not settle_gap(gap=gap, skipped={}, now=back + 2 * MINUTE, job="tests")
    assert catching_up(back + MINUTE) is None
    gap.refresh_from_db()
    assert gap.skipped == {"a clinic": {"reminders": 2}}
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"monitoring.gap", "monitoring.gap_settled"}


def test_which_spans_a_gap_touches(machine: Machine, now: datetime) -> None:
    gap = machine.passes(10 * HOUR).tick()
    assert gaps_between(now + HOUR, now + 2 * HOUR) == [gap]
    assert gaps_between(now - HOUR, now) == [gap]
    assert gaps_between(now + 11 * HOUR, now + 12 * HOUR) == []
    assert MachineClock.objects.count() == 1
