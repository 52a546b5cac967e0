"""No door of the API breaks, whatever is pushed through it."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.checkins.models import CheckIn
from monitoring.people.models import Patient, User
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.titration.models import TitrationPlan
from tests.monitoring.conftest import Call
from tests.monitoring.regimens.conftest import answer, baclofen, give, mg, today

__all__ = ["answer", "baclofen", "give", "today"]  # fixtures of another folder

FIELDS = [
    "identifier", "family_name", "given_names", "birth_date", "egfr", "egfr_on", "conditions", "entered", "route",
    "dose", "amounts", "unit", "interval_days", "times", "starts_on", "ends_on", "confirmed_ingredients", "reason",
    "note", "seen", "prescription", "direction", "template", "steps", "on", "exceptions", "answers", "vitals",
    "q1_sleepiness", "danger_signs", "bp", "until", "outcome", "regimen", "patient", "age", "check_in", "events",
    "as_of", "email", "password", "id", "time_zone", "manual_check_reason",
]  # fmt: skip
WORDS = [
    "baclofen", "2026-06-18", "2026-06-18T10:00:00Z", "9999-12-31", "0001-01-01", "mg", "oral", "up", "tolerated",
    "called", "10", "-1", "1e999", "NaN", "", "a\u0000b", "\u202e", "’", "x" * 400, "120/80", "night", "none",
    "Europe/London", "HP-1", "long enough to be a note",
]  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**19), 10**19), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS), st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip
KEYS = st.one_of(st.sampled_from(FIELDS), st.text(max_size=5).filter(lambda text: text.isprintable()))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=8) | VALUES
QUERY = st.dictionaries(
    st.sampled_from(["page", "page_size", "q", "level", "state", "owner", "before", "from", "until", "patient", "x"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(WORDS),
    max_size=3,
)
GOOD = {
    "patients": {"identifier": "F-1", "family_name": "A", "given_names": "B", "birth_date": "1958-05-06"},
    "prescriptions": {
        "entered": "paracetamol", "route": "oral", "starts_on": "2026-06-15",
        "dose": {"amounts": ["500"], "unit": "mg"},
    },
    "plans": {"direction": "up", "steps": [{"on": "2026-06-18", "amounts": ["35"]}]},
    "report": {"answers": {"q1_sleepiness": 1}, "vitals": {"bp": "120/80"}},
    "acknowledge": {"reason": "tolerated", "note": "long enough to be a note"},
    "snooze": {"until": "2026-06-15T10:00:00Z", "note": "At the dentist."},
    "close": {"outcome": "called", "note": "long enough to be a note"},
    "sign": {"exceptions": {"gap": "long enough to be a note"}},
    "screenings": {"regimen": [{"entered": "baclofen 10 mg tid", "route": "oral"}], "patient": {"age": 70}},
    "comparisons": {
        "regimen": [{"entered": "baclofen 10 mg tid"}],
        "options": [{"changes": [{"change": "add", "entered": "tizanidine 2 mg tds"}]}],
    },
    "token": {"email": "alice@clinic.example", "password": "not it at all"},
}  # fmt: skip


@pytest.fixture
def doors(patient: Patient, clinician: User, baclofen: Prescription, give: Any, now: Any) -> list[str]:
    """Every address that takes a body, about things that are there."""
    give("amitriptyline", mg(25))
    flag = InteractionFlag.objects.filter(patient=patient, status="open").first()
    assert flag is not None
    plan = TitrationPlan.objects.create(
        patient=patient, prescription=baclofen, direction="up", created_at=now, created_by=clinician
    )
    alert: Any = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=3, why=["Sleepy 4"], source_type="test", now=now, job="tests"
    )
    check_in = CheckIn.objects.create(patient=patient, local_date=now.date(), opens_at=now, closes_at=now)
    GOOD["plans"]["prescription"] = str(baclofen.pk)
    root = f"/api/v1/patients/{patient.pk}"
    return [
        "/api/v1/patients/", f"{root}/prescriptions/", f"{root}/plans/", f"/api/v1/check-ins/{check_in.pk}/report/",
        f"/api/v1/flags/{flag.pk}/acknowledge/", f"/api/v1/alerts/{alert.pk}/snooze/",
        f"/api/v1/alerts/{alert.pk}/take/", f"/api/v1/alerts/{alert.pk}/close/", f"/api/v1/plans/{plan.pk}/sign/",
        "/api/v1/screenings/", "/api/v1/comparisons/", f"{root}/comparisons/", "/api/v1/token/",
    ]  # fmt: skip


def holds(response: Any, where: str, sent: object) -> None:
    assert response.status_code < 500, f"{where} {sent!r}: {response.content!r}"
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json", f"{where} {sent!r}"


many = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["any body", "one field of a good body", "any bytes"])
def test_no_body_breaks_a_door(api: Call, clinician: User, doors: list[str], kind: str) -> None:
    client: APIClient = api(clinician)

    def push(address: str, body: bytes) -> None:
        cache.clear()
        holds(client.generic("POST", address, body, content_type="application/json"), address, body)

    @many
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        address = data.draw(st.sampled_from(doors))
        if kind == "any bytes":
            push(address, data.draw(st.binary(max_size=60)))
            return
        good = GOOD.get(address.rstrip("/").rpartition("/")[2], {})
        body = data.draw(BODIES) if kind == "any body" else good | data.draw(st.dictionaries(KEYS, VALUES, max_size=1))
        for changed in good if kind != "any body" else ():
            push(address, json.dumps(good | {changed: data.draw(VALUES)}).encode())
        push(address, json.dumps(body).encode())

    run()


@pytest.mark.slow
@pytest.mark.parametrize("who", ["clinician", "admin"])
def test_no_query_breaks_a_list(
    api: Call, clinician: User, admin: User, patient: Patient, doors: list[str], who: str
) -> None:
    client = api({"clinician": clinician, "admin": admin}[who])
    root = f"/api/v1/patients/{patient.pk}"
    lists = {
        "clinician": ["/api/v1/patients/", "/api/v1/alerts/", *(f"{root}/{each}/" for each in
                      ("prescriptions", "flags", "plans", "check-ins"))],
        "admin": ["/api/v1/audit-events/"],
    }[who]  # fmt: skip

    @many
    @given(address=st.sampled_from(lists), query=QUERY)
    def run(address: str, query: dict[str, str]) -> None:
        cache.clear()
        holds(client.get(address, query), address, query)

    run()
