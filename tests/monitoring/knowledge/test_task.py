"""What the clock starts: every roll-out gets its share, and one that breaks keeps no other waiting."""

from datetime import datetime
from typing import Any

import pytest

from monitoring import tasks
from monitoring.knowledge.models import ReleaseRollout, RolloutState
from monitoring.operations.models import Heartbeat, SweepFailure
from monitoring.people.models import Clinic, User
from monitoring.regimens.models import RegimenCheck
from tests.monitoring.knowledge.conftest import Enrol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _standing_clock(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)


def test_a_run_opens_what_is_due_and_takes_it_on(enrol: Enrol) -> None:
    enrol("baclofen")
    RegimenCheck.objects.update(release="2001.01")
    tasks.roll_out_releases()
    rollout = ReleaseRollout.objects.get()
    assert (rollout.state, rollout.done, rollout.leased_until) == (RolloutState.DONE, 1, None)
    assert Heartbeat.objects.filter(name="roll_out_releases").exists()


def test_one_that_breaks_keeps_no_other_clinic_waiting(
    enrol: Enrol, other_clinic: Clinic, outsider: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol("baclofen")
    enrol("baclofen", clinic=other_clinic, by=outsider)
    RegimenCheck.objects.update(release="2001.01")
    advance = tasks.advance_rollout

    def broken(**given: Any) -> int:
        if ReleaseRollout.objects.get(pk=given["rollout_id"]).clinic == other_clinic:
            raise RuntimeError
        return advance(**given)

    monkeypatch.setattr(tasks, "advance_rollout", broken)
    tasks.roll_out_releases()
    states = dict(ReleaseRollout.objects.values_list("clinic__name", "state"))
    assert states == {"Harbour Pain Clinic": RolloutState.DONE, "Hillside Clinic": RolloutState.QUEUED}
    assert SweepFailure.objects.get().sweep == "roll_out_releases"


def test_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 12.0, 12.9, 13.0])
    monkeypatch.setattr(tasks.time, "monotonic", lambda: next(clock))
    has_time = tasks.for_seconds(3.0)
    assert [has_time(), has_time(), has_time()] == [True, True, False]
