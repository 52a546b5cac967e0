"""What if, by the API: each side is what a screening says, faults are named by their path, nothing is kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.regimens.api.comparisons import Comparisons, PatientComparisons
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.queries import comparing
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem
from tests.monitoring.regimens.conftest import Prescribe, mg

COMPARISONS = "/api/v1/comparisons/"
SCREENINGS = "/api/v1/screenings/"
CASE: dict[str, Any] = {
    "id": "case-1",
    "as_of": "2026-06-15",
    "patient": {"age": 72, "egfr": 48, "conditions": []},
    "regimen": [
        {"entered": "baclofen 10 mg tid", "route": "oral", "start": "2026-03-01"},
        {"entered": "Elavil 25 mg qhs", "route": "oral", "start": "2026-03-01"},
    ],
}
DROP: dict[str, Any] = {"changes": [{"change": "drop", "line": 0}]}


def asked(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return CASE | {"options": list(options)} | more


def cell(body: dict[str, Any], code: str, option: int = 0) -> dict[str, Any]:
    (row,) = [each for each in body["hazards"] if each["code"] == code]
    found: dict[str, Any] = row["options"][option]
    return found


def test_each_side_is_what_a_screening_of_its_lines_says(api: Call, clinician: User) -> None:
    client = api(clinician)
    replaced = {
        "label": "with tizanidine",
        "changes": [
            {"change": "replace", "line": 0, "with": "tizanidine 2 mg tds", "route": "oral"},
            {"change": "dose", "line": 1, "to": "10 mg nocte"},
        ],
    }
    done = [
        CASE["regimen"][0] | {"end": "2026-06-14"},
        CASE["regimen"][1] | {"end": "2026-06-14"},
        {"entered": "Elavil 10 mg qhs", "route": "oral", "start": "2026-06-15"},
        {"entered": "tizanidine 2 mg tds", "route": "oral", "start": "2026-06-15"},
    ]

    body = client.post(COMPARISONS, asked(replaced)).json()
    today = client.post(SCREENINGS, CASE).json()
    then = client.post(SCREENINGS, CASE | {"regimen": done}).json()

    assert body["id"] == "case-1"
    assert body["today"]["findings"] == today["findings"]
    (option,) = body["options"]
    assert option["label"] == "with tizanidine"
    assert option["screening"]["findings"] == then["findings"]
    assert option["screening"]["overall"] == then["overall"]
    assert [each["ingredients"][0]["name"] for each in option["medicines"]] == ["tizanidine"]
    assert [each["ingredients"][0]["name"] for each in body["medicines"]] == ["baclofen", "amitriptyline"]


def test_what_is_dropped_washes_out_and_baclofen_says_withdrawal(api: Call, clinician: User) -> None:
    body = api(clinician).post(COMPARISONS, asked(DROP)).json()

    pair = cell(body, "PAIR_CNS")
    assert pair["relation"] == "washing_out"
    assert pair["until"] > "2026-06-15"
    assert pair["words"].startswith("only while it washes out, until ")
    assert cell(body, "WITHDRAWAL")["relation"] == "new"


def test_an_alternative_brings_the_hazards_of_its_own(api: Call, clinician: User) -> None:
    swap = {"changes": [{"change": "replace", "line": 0, "with": "gabapentin 300 mg tds"}]}

    body = api(clinician).post(COMPARISONS, asked(swap, DROP)).json()

    weighed = body["options"][0]["to_weigh"]
    assert {each["ingredient"] for each in weighed} == {"gabapentin"}
    (kidneys,) = [each for each in weighed if "kidneys" in each["text"]]
    assert kidneys["applies_here"] == ["eGFR 48 mL/min/1.73 m²"]
    assert all(each["sources"] or each["evidence"] in {"gk", "judgement"} for each in weighed)
    assert body["options"][1]["to_weigh"] == []


def test_the_day_of_a_change_is_kept(api: Call, clinician: User) -> None:
    later = {"changes": [{"change": "drop", "line": 0, "from": "2026-06-20"}]}

    body = api(clinician).post(COMPARISONS, asked(later)).json()

    assert cell(body, "PAIR_CNS")["relation"] == "same"
    assert cell(body, "WITHDRAWAL")["starts"] == "2026-06-20"


def test_what_is_not_understood_is_loud_on_its_side_alone(api: Call, clinician: User) -> None:
    strange = {"changes": [{"change": "add", "entered": "zorbifax 5 mg"}]}

    body = api(clinician).post(COMPARISONS, asked(DROP, strange)).json()

    unresolved = [each["screening"]["unresolved"] for each in body["options"]]
    assert unresolved[0] == []
    assert [each["entered"] for each in unresolved[1]] == ["zorbifax 5 mg"]


def test_nothing_is_stored(api: Call, clinician: User) -> None:
    client = api(clinician)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(COMPARISONS, asked(DROP)).status_code == 200

    written = [each["sql"] for each in queries if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all("django_session" in sql for sql in written)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("text", ""),
        ([CASE], ""),
        ({}, "regimen"),
        (CASE, "options"),
        (asked(), "options"),
        (asked(*[DROP] * 5), "options"),
        (asked({"changes": []}), "options[0].changes"),
        (asked(DROP, {}), "options[1].changes"),
        (asked(DROP, {"changes": [{"change": "stop", "line": 0}]}), "options[1].changes[0].change"),
        (asked({"changes": [{"change": "drop"}]}), "options[0].changes[0].line"),
        (asked({"changes": [{"change": "drop", "line": 2}]}), "options[0].changes[0].line"),
        (asked({"changes": [{"change": "drop", "line": True}]}), "options[0].changes[0].line"),
        (asked({"changes": [{"change": "drop", "line": 0, "to": "5 mg"}]}), "options[0].changes[0].to"),
        (asked({"changes": [{"change": "drop", "line": 0, "reason": "x"}]}), "options[0].changes[0].reason"),
        (asked({"changes": [{"change": "drop", "line": 0, "from": "soon"}]}), "options[0].changes[0].from"),
        (asked({"changes": [DROP["changes"][0]] * 2}), "options[0].changes[1].line"),
        (asked({"changes": [{"change": "dose", "line": 0}]}), "options[0].changes[0].to"),
        (asked({"changes": [{"change": "dose", "line": 0, "to": "as before"}]}), "options[0].changes[0].to"),
        (asked({"changes": [{"change": "route", "line": 0, "to": "sideways"}]}), "options[0].changes[0].to"),
        (asked({"changes": [{"change": "replace", "line": 0}]}), "options[0].changes[0].with"),
        (asked({"changes": [{"change": "replace", "line": 0, "with": " "}]}), "options[0].changes[0].with"),
        (asked({"changes": [{"change": "add"}]}), "options[0].changes[0].entered"),
        (asked({"changes": [{"change": "add", "entered": "x", "line": 0}]}), "options[0].changes[0].line"),
        (asked({"changes": [{"change": "add", "entered": "x", "end": "2026-06-01"}]}), "options[0].changes[0].end"),
        (asked({"changes": [{"change": "add", "entered": "x"}] * 21}), "options[0].changes"),
        (asked(DROP, regimen=[{}]), "regimen[0].entered"),
        (asked(DROP, regimen=[{"entered": "x"}] * 101), "regimen"),
        (asked(DROP, check_in={"answers": {"q1_sleepiness": 9}}), "check_in.answers.q1_sleepiness"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_path(api: Call, clinician: User, body: Any, path: str) -> None:
    assert path in paths(api(clinician).post(COMPARISONS, body))


def test_only_clinicians_compare(api: Call, patient_user: User, admin: User, patient: Patient) -> None:
    for user, status in ((patient_user, 403), (admin, 403), (None, 401)):
        problem(api(user).post(COMPARISONS, asked(DROP)), status)
        problem(api(user).post(f"/api/v1/patients/{patient.pk}/comparisons/", {"options": [DROP]}), status)


def test_it_is_throttled_like_a_screening(api: Call, clinician: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Comparisons.throttle_scope == PatientComparisons.throttle_scope == "screenings"
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.get_rate", lambda _self: "1/min")
    client = api(clinician)
    assert client.post(COMPARISONS, asked(DROP)).status_code == 200
    problem(client.post(COMPARISONS, asked(DROP)), 429)


class Stored:
    """A patient's comparisons."""

    def __init__(self, client: Any, patient: Patient) -> None:
        self.client, self.url = client, f"/api/v1/patients/{patient.pk}/comparisons/"

    def ask(self, *changes: dict[str, Any]) -> Any:
        return self.client.post(self.url, {"options": [{"changes": list(changes)}]})


@pytest.fixture
def stored(api: Call, clinician: User, patient: Patient) -> Stored:
    return Stored(api(clinician), patient)


def test_a_patients_regimen_is_named_by_its_prescriptions(
    stored: Stored, patient: Patient, baclofen: Prescription, give: Prescribe
) -> None:
    give("amitriptyline", mg(25))

    body = stored.ask({"change": "drop", "prescription": str(baclofen.pk)}).json()

    flags = InteractionFlag.objects.present().filter(patient=patient)
    assert {each["code"] for each in body["today"]["findings"]} == set(flags.values_list("code", flat=True))
    assert cell(body, "PAIR_CNS")["relation"] == "washing_out"
    assert {each["label"] for each in body["medicines"]} == {"baclofen", "amitriptyline"}
    read = AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk).latest("serial")
    assert read.object_type == "comparison"


def test_another_patients_prescription_is_no_line_of_this_one(
    stored: Stored, baclofen: Prescription, other_patient: Patient
) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(patient=other_patient)

    refused = stored.ask({"change": "drop", "prescription": str(baclofen.pk)})
    missing = stored.ask({"change": "drop", "prescription": "00000000-0000-4000-8000-000000000000"})

    assert paths(refused) == paths(missing) == ["options[0].changes[0].prescription"]
    assert refused.json()["errors"] == missing.json()["errors"]


def test_a_stopped_medicine_cannot_be_dropped_again(stored: Stored, baclofen: Prescription, today: date) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(ends_on=today - timedelta(days=2))

    assert paths(stored.ask({"change": "drop", "prescription": str(baclofen.pk)})) == [
        "options[0].changes[0].prescription"
    ]


def test_a_check_that_breaks_says_so_and_concludes_nothing(
    stored: Stored, baclofen: Prescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(comparing, "compare", broken)

    body = problem(stored.ask({"change": "drop", "prescription": str(baclofen.pk)}), 500)
    assert body["type"].endswith("could-not-check")


def test_an_empty_regimen_compares_what_is_added(stored: Stored) -> None:
    body = stored.ask({"change": "add", "entered": "baclofen 10 mg tds"}, {"change": "add", "entered": "Elavil 25"})

    assert body.json()["today"]["findings"] == []
    assert cell(body.json(), "PAIR_CNS")["relation"] == "new"
