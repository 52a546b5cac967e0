"""Titration plans through the API: a draft binds nobody, a signature keeps the guard rails."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.models import TitrationPlan, TitrationStep
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem
from tests.monitoring.regimens.conftest import answer, baclofen, give, today

__all__ = ["answer", "baclofen", "give", "today"]  # fixtures of the floor below
REASON = "Agreed with the spasticity team."
STEPS = [
    {"on": "2026-06-18", "amounts": ["10", "10", "15"]},
    {"on": "2026-06-25", "amounts": ["15", "10", "15"]},
]


def plans(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/plans/"


def sign(plan: Any) -> str:
    return f"/api/v1/plans/{plan['id'] if isinstance(plan, dict) else plan.pk}/sign/"


@pytest.fixture
def draft(api: Call, clinician: User, patient: Patient, baclofen: Prescription) -> Callable[..., Any]:
    def post(**changes: Any) -> Any:
        body = {"prescription": str(baclofen.pk), "direction": "up", "steps": STEPS} | changes
        return api(clinician).post(plans(patient), body)

    return post


def test_a_draft_shows_the_guard_rails_it_breaks(draft: Callable[..., Any]) -> None:
    body = draft(steps=[{"on": "2026-06-18", "amounts": ["40", "40", "40"]}])

    found = body.json()
    assert body.status_code == 201
    assert (found["state"], found["signed_at"]) == ("draft", None)
    assert {each["step"] for each in found["breaches"]} >= {1}
    assert all(each["text"] for each in found["breaches"])


def test_a_labelled_schedule_becomes_dated_steps_beyond_the_present_dose(draft: Callable[..., Any]) -> None:
    found = draft(steps=[], template="baclofen_up_us", starts_on="2026-06-18").json()

    assert found["template"] == "baclofen_up_us"
    assert [each["due_on"] for each in found["steps"]][:2] == ["2026-06-18", "2026-06-21"]
    assert found["steps"][0]["amounts"] == ["15", "15", "15"]


def test_a_signature_that_breaks_a_guard_rail_names_step_and_source(
    api: Call, clinician: User, draft: Callable[..., Any]
) -> None:
    plan = draft(steps=[{"on": "2026-06-18", "amounts": ["10", "10", "15"]},
                        {"on": "2026-06-19", "amounts": ["40", "40", "40"]}]).json()  # fmt: skip

    refused = problem(api(clinician).post(sign(plan)), 422)

    assert refused["type"].endswith(":guard-rails")
    second = [each for each in refused["errors"] if each["path"] == "steps[1]"]
    assert {"gap", "step_size"} <= {each["rule"] for each in second}
    assert all(each["sources"] for each in second if each["evidence"] == "label")
    assert TitrationPlan.objects.get(pk=plan["id"]).state == "draft"


def test_reasons_sign_what_is_not_hard(api: Call, clinician: User, draft: Callable[..., Any]) -> None:
    plan = draft().json()
    reasons = {each["rule"]: REASON for each in plan["breaches"] if not each["hard"]}

    signed = api(clinician).post(sign(plan), {"exceptions": reasons})

    assert signed.status_code == 200, signed.content
    assert (signed.json()["state"], signed.json()["signed_by"]) == ("signed", "Dr Alice Okafor")
    assert {each["rule"] for each in signed.json()["guard_exceptions"]} == set(reasons)
    assert AuditEvent.objects.filter(action="plan.sign").count() == 1
    problem(api(clinician).post(sign(plan), {"exceptions": reasons}), 409)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"prescription": "x"}, "prescription"),
        ({"prescription": str(uuid4())}, "prescription"),
        ({"direction": "sideways"}, "direction"),
        ({"steps": []}, "steps"),
        ({"template": "baclofen_up_us"}, "steps"),
        ({"steps": [], "template": "baclofen_up_us"}, "starts_on"),
        ({"steps": [], "template": "nix", "starts_on": "2026-06-18"}, "template"),
        ({"steps": [], "template": "baclofen_taper_weekly", "starts_on": "2026-06-18"}, "template"),
        ({"steps": [{"on": "2026-06-18"}]}, "steps[0].amounts"),
        ({"steps": [STEPS[0], {"on": "x", "amounts": ["5"]}]}, "steps[1].on"),
        ({"steps": [{"on": "0001-01-01", "amounts": ["5"]}]}, "steps[0].on"),
        ({"steps": [{"on": "2026-06-18", "amounts": ["5", "-5"]}]}, "steps[0].amounts[1]"),
        ({"steps": [{"on": "2026-06-18", "amounts": ["5"], "state": "advanced"}]}, "steps[0].state"),
        ({"steps": STEPS * 31}, "steps"),
        ({"policy": "whenever"}, "policy"),
        ({"state": "signed"}, "state"),
        ({"signed_by": "x"}, "signed_by"),
    ],
)
def test_what_cannot_be_planned_is_named_by_its_path(
    draft: Callable[..., Any], change: dict[str, Any], path: str
) -> None:
    assert path in paths(draft(**change))
    assert not TitrationPlan.objects.exists()


def test_a_signature_on_what_has_changed_is_a_409(api: Call, clinician: User, draft: Callable[..., Any]) -> None:
    plan = draft().json()
    TitrationStep.objects.filter(plan=plan["id"], number=2).update(amounts=["80"])

    problem(api(clinician).post(sign(plan), {"seen": plan["mark"]}), 409)


@pytest.mark.parametrize("exceptions", [["gap"], {"gap": "short"}, {"gap": 7}, "gap"])
def test_a_reason_is_a_sentence(api: Call, clinician: User, draft: Callable[..., Any], exceptions: Any) -> None:
    plan = draft().json()

    problem(api(clinician).post(sign(plan), {"exceptions": exceptions}), 422)
    assert paths(api(clinician).post(sign(plan), {"signed_by": "x"})) == ["signed_by"]


def test_another_patients_prescription_is_no_prescription(
    api: Call, outsider: User, other_patient: Patient, baclofen: Prescription
) -> None:
    sent = {"prescription": str(baclofen.pk), "direction": "up", "steps": STEPS}

    assert paths(api(outsider).post(plans(other_patient), sent)) == ["prescription"]


def test_a_patient_reads_what_was_signed_and_no_more(
    api: Call, clinician: User, patient_user: User, patient: Patient, draft: Callable[..., Any]
) -> None:
    plan = draft().json()
    assert api(patient_user).get(plans(patient)).json()["results"] == []
    reasons = {each["rule"]: REASON for each in plan["breaches"]}
    assert api(clinician).post(sign(plan), {"exceptions": reasons}).status_code == 200

    (shown,) = api(patient_user).get(plans(patient)).json()["results"]

    assert shown["steps"][0]["amounts"] == ["10", "10", "15"]
    assert not {"guard_exceptions", "breaches", "note", "policy"} & shown.keys()
    problem(api(patient_user).post(sign(plan), {}), 403)


def test_nobody_else_sees_or_signs_a_plan(
    api: Call, stranger: User, outsider: User, admin: User, patient: Patient, draft: Callable[..., Any]
) -> None:
    plan = draft().json()
    for user, status in ((stranger, 404), (outsider, 404), (admin, 403), (None, 401)):
        problem(api(user).get(plans(patient)), status)
        problem(api(user).post(plans(patient), {}), status)
        problem(api(user).post(sign(plan), {}), status)
    assert TitrationPlan.objects.get().state == "draft"
