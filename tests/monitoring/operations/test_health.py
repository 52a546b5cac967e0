import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from monitoring.operations.actions import beat, forget_failures, note_failure
from monitoring.operations.models import Heartbeat, SweepFailure
from monitoring.operations.queries import monitoring_stalled, quarantined
from monitoring.operations.rules import LONGEST_SILENCE, NEVER, QUARANTINED_AFTER, VITAL_SWEEPS, rest_after
from monitoring.outages import views

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_monitoring_that_never_ran_stands_still(now: datetime) -> None:
    assert monitoring_stalled(now) == NEVER


def test_two_minutes_of_silence_are_the_limit(sweeps_running: None, now: datetime) -> None:
    assert monitoring_stalled(now + LONGEST_SILENCE) is None
    assert monitoring_stalled(now + LONGEST_SILENCE + SECOND) == now


@pytest.mark.parametrize("name", VITAL_SWEEPS)
def test_one_vital_sweep_that_stops_is_enough(sweeps_running: None, now: datetime, name: str) -> None:
    later = now + timedelta(minutes=5)
    for other in VITAL_SWEEPS:
        if other != name:
            beat(name=other, now=later)
    assert monitoring_stalled(later) == now


def test_other_sweeps_do_not_stand_in_for_the_vital_ones(now: datetime) -> None:
    beat(name="beat_heartbeat", now=now)
    beat(name="web", now=now)
    assert monitoring_stalled(now) == NEVER


def test_a_clock_that_was_set_back_is_not_taken_for_life(sweeps_running: None, now: datetime) -> None:
    assert monitoring_stalled(now - timedelta(days=1)) == NEVER


def test_a_beat_is_one_row_whatever_time_it_tells(now: datetime) -> None:
    beat(name="x", now=now)
    beat(name="x", now=now - timedelta(hours=1))
    assert Heartbeat.objects.get().last_finished_at == now - timedelta(hours=1)


def test_alive_needs_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"ok")


def test_ready(client: Client, sweeps_running: None, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now + timedelta(seconds=30))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "reasons": [], "quarantined": {}}
    assert Heartbeat.objects.filter(pk="web").exists(), "the database was really written"


def test_not_ready_says_since_when(client: Client, sweeps_running: None, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now + timedelta(minutes=3))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "2026-06-15T09:00:00Z" in response.json()["reasons"][0]


def test_not_ready_before_the_first_sweep(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "never" in json.loads(response.content)["reasons"][0]


def test_not_ready_when_nothing_can_be_written(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_facts: object) -> None:
        raise DatabaseError("could not extend file for HARPER, Maya")

    monkeypatch.setattr(views, "beat", full)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reasons"] == ["The database cannot be written."]


def test_an_item_that_keeps_failing_is_quarantined_and_forgotten_when_it_succeeds(now: datetime) -> None:
    notes = [
        note_failure(sweep="s", item_id=7, error=ValueError("HARPER"), now=now) for _ in range(QUARANTINED_AFTER + 2)
    ]
    assert notes == [False] * (QUARANTINED_AFTER - 1) + [True] * 3
    failure = SweepFailure.objects.get()
    assert (failure.failures, failure.error) == (QUARANTINED_AFTER + 2, "ValueError")
    assert quarantined() == {"s": 1}
    forget_failures(sweep="s", item_ids=[7])
    assert quarantined() == {}


def test_quarantine_comes_within_five_minutes() -> None:
    assert sum((rest_after(n) for n in range(1, QUARANTINED_AFTER)), timedelta()) < timedelta(minutes=5)
    assert rest_after(1) == timedelta(seconds=10)
    assert rest_after(10**6) == timedelta(minutes=10)
