"""The sweeps without Celery's beat, worker and broker."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from monitoring.management.loop import Sweep, run_lane
from monitoring.operations.models import Heartbeat, SchedulerGap, SweepClock
from monitoring.operations.queries import monitoring_stalled
from monitoring.outages.actions import begin_sweep


@pytest.mark.django_db
def test_once_leaves_a_heartbeat_of_every_sweep_and_needs_no_broker(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    call_command("run_sweeps", once=True)
    assert set(live_settings.CELERY_BEAT_SCHEDULE) == set(Heartbeat.objects.values_list("name", flat=True))
    assert monitoring_stalled(timezone.now()) is None


@pytest.mark.django_db
def test_a_lane_can_be_served_alone_and_an_unknown_one_is_refused() -> None:
    call_command("run_sweeps", lane=["urgent"], once=True)
    assert Heartbeat.objects.filter(name="deliver_notifications").exists()
    assert not Heartbeat.objects.filter(name="settle_due_steps").exists()
    with pytest.raises(CommandError, match="no lane fast"):
        call_command("run_sweeps", lane=["fast"], once=True)


@pytest.mark.django_db(transaction=True)
def test_a_lane_runs_what_is_due_and_a_sweep_that_fails_keeps_no_other_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[str] = []
    stop = threading.Event()

    def broken() -> None:
        seen.append("broken")
        raise ValueError("HARPER")

    def rare() -> None:
        seen.append("rare")

    def often() -> None:
        seen.append("often")
        if len(seen) >= 8:
            stop.set()

    run_lane([Sweep("rare", rare, 3600), Sweep("broken", broken, 0.001), Sweep("often", often, 0.001)], stop)
    assert seen.count("rare") == 1
    assert seen.count("broken") >= 2
    assert seen.count("often") >= 2
    assert "HARPER" not in caplog.text


@pytest.mark.django_db
def test_after_a_restore_nobody_has_to_guess(capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    begin_sweep(now=timezone.now() - timedelta(hours=5), job="tests")
    call_command("after_restore")
    assert "nobody watched" in capsys.readouterr().out
    assert SchedulerGap.objects.get().cause == "restore"
    assert SweepClock.objects.count() == 1
