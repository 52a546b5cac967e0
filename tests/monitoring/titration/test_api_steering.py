"""A running plan through the API: how it stands, and pausing, resuming, rolling back, releasing, cancelling it."""

from datetime import timedelta
from typing import Any

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.titration.models import PlanState, StepState, TitrationPlan
from monitoring.titration.rules import GATE_VERSION
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem
from tests.monitoring.titration.conftest import REASON, Draw, Morning, Report, at, first

WELL = "She is over her cold."


def door(plan: TitrationPlan, deed: str = "") -> str:
    return f"/api/v1/plans/{plan.pk}/{f'{deed}/' if deed else ''}"


@pytest.fixture
def climbed(rising: TitrationPlan, report: Report, morning: Morning, time_machine: Any) -> TitrationPlan:
    """The first step, 35 mg a day, is taken up; it is noon two days later."""
    report(first(rising).due_on - timedelta(days=1))
    morning(first(rising))
    time_machine.move_to(at(rising.patient, first(rising).due_on + timedelta(days=2), 12), tick=False)
    return rising


def test_how_a_plan_stands_is_told_with_every_decision(
    api: Call, clinician: User, climbed: TitrationPlan, patient: Patient
) -> None:
    found = api(clinician).get(door(climbed)).json()

    assert (found["plan"]["policy"], found["plan"]["paused"]) == ("advance_when_clear", False)
    assert found["next_step"]["number"] == 2
    assert {each["code"] for each in found["next_step"]["reasons"]} == {"no_report"}
    assert (found["roll_back"]["daily"], found["roll_back"]["abrupt"]) == ("30", False)
    (advance,) = found["decisions"]
    assert (advance["what"], advance["step"], advance["gate"], advance["who"]) == ("advance", 1, GATE_VERSION, "")
    assert advance["saw"]["reports"][0]["doses"] == []
    assert AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk).exists()


def test_a_plan_is_paused_and_resumed(api: Call, clinician: User, climbed: TitrationPlan) -> None:
    seen = api(clinician).get(door(climbed)).json()["plan"]["mark"]

    paused = api(clinician).post(door(climbed, "pause"), {"reason": REASON, "seen": seen})
    again = api(clinician).post(door(climbed, "pause"), {"reason": REASON, "seen": seen})

    assert (paused.status_code, again.status_code) == (200, 200), paused.content
    assert (paused.json()["plan"]["paused"], paused.json()["plan"]["paused_reason"]) == (True, REASON)
    stale = problem(api(clinician).post(door(climbed, "cancel"), {"reason": REASON, "seen": seen}), 409)
    assert f"plan paused by {clinician.name}" in stale["detail"]
    resumed = api(clinician).post(door(climbed, "resume"), {"reason": WELL}).json()
    assert resumed["plan"]["paused"] is False
    assert [each["what"] for each in resumed["decisions"]] == ["resume", "pause", "advance"]


def test_a_roll_back_takes_what_was_shown(api: Call, clinician: User, climbed: TitrationPlan) -> None:
    shown = api(clinician).get(door(climbed)).json()

    done = api(clinician).post(door(climbed, "roll-back"), {"reason": REASON, "seen": shown["roll_back_mark"]})

    assert done.status_code == 200, done.content
    assert (done.json()["plan"]["paused"], done.json()["decisions"][0]["detail"]["to"]) == (True, "30")
    assert "The dose went back." in done.json()["next_step"]["why_not_resumed"][0]
    problem(api(clinician).post(door(climbed, "resume"), {"reason": WELL}), 409)


def test_an_abrupt_fall_asks_for_its_own_reason(
    api: Call, clinician: User, draw: Draw, sign: Any, report: Report, morning: Morning, time_machine: Any
) -> None:
    plan = sign(draw(((3, (20, 20, 20)),)))
    report(first(plan).due_on - timedelta(days=1))
    morning(first(plan))
    time_machine.move_to(at(plan.patient, first(plan).due_on + timedelta(days=2), 12), tick=False)
    refused = problem(api(clinician).post(door(plan, "roll-back"), {"reason": REASON}), 422)
    assert refused["type"].endswith(":needs-taper")
    assert [each["path"] for each in refused["errors"]] == ["without_taper_reason"]

    sent = {"reason": REASON, "without_taper_reason": "Drowsy; watched on the ward."}
    assert api(clinician).post(door(plan, "roll-back"), sent).status_code == 200


def test_a_held_step_is_released_over_the_api(
    api: Call, clinician: User, rising: TitrationPlan, morning: Morning, time_machine: Any
) -> None:
    morning(first(rising))
    time_machine.move_to(at(rising.patient, first(rising).due_on, 12), tick=False)
    step = api(clinician).get(door(rising)).json()["next_step"]
    release = door(rising, f"steps/{step['id']}/release")

    assert api(clinician).post(release, {"reason": REASON, "seen": step["mark"]}).status_code == 200
    assert first(rising).state == StepState.ADVANCED
    problem(api(clinician).post(release, {"reason": WELL}), 409)
    problem(api(clinician).post(door(rising, f"steps/{rising.pk}/release"), {"reason": REASON}), 404)


@pytest.mark.parametrize("deed", ["pause", "resume", "roll-back", "cancel"])
def test_a_decision_needs_a_reason_and_the_right_person(
    api: Call, clinician: User, stranger: User, patient_user: User, admin: User, rising: TitrationPlan, deed: str
) -> None:
    assert paths(api(clinician).post(door(rising, deed), {"reason": "short"})) == ["reason"]
    assert paths(api(clinician).post(door(rising, deed), {"reason": REASON, "by": "me"})) == ["by"]
    for user, status in ((stranger, 404), (patient_user, 403), (admin, 403), (None, 401)):
        problem(api(user).post(door(rising, deed), {"reason": REASON}), status)
        problem(api(user).get(door(rising)), status)
    rising.refresh_from_db()
    assert (rising.state, rising.paused) == (PlanState.SIGNED, False)
