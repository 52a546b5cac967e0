"""Medicines and flags through the API: the same rules as on the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.regimens.models import InteractionFlag, Override, Prescription
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem
from tests.monitoring.regimens.conftest import NOTE, Prescribe, flag_of, mg

AMITRIPTYLINE = {"entered": "amitriptyline 25 mg at night", "route": "oral", "starts_on": "2026-06-15"}
CETIRIZINE = {
    "entered": "paracetamol", "route": "oral", "starts_on": "2026-06-15", "dose": {"amounts": ["500"], "unit": "mg"},
}  # fmt: skip


def medicines(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/prescriptions/"


def flags(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/flags/"


def answer_to(flag: Any) -> str:
    return f"/api/v1/flags/{flag['id'] if isinstance(flag, dict) else flag.pk}/acknowledge/"


def test_the_pair_waits_with_its_flags_until_they_are_answered(
    api: Call, clinician: User, colleague: User, patient: Patient, baclofen: Prescription
) -> None:
    made = api(clinician).post(medicines(patient), AMITRIPTYLINE)

    body = made.json()
    assert made.status_code == 201, body
    assert (body["state"], body["standing"]) == ("awaiting_acknowledgement", "awaiting")
    assert body["dose"]["text"] == "25 mg at night"
    assert "PAIR_CNS" in {each["code"] for each in body["flags"]}
    assert set(body["waits_for"]) <= {each["id"] for each in body["flags"]}

    for flag in body["flags"]:
        if flag["needs_answer"]:
            sent = {"reason": flag["reasons"][0], "note": NOTE, "seen": flag["mark"]}
            answered = api(colleague).post(answer_to(flag), sent)
            assert (answered.status_code, answered.json()["status"]) == (200, "acknowledged"), answered.content
            assert answered.json()["answer"]["by"] == "Nurse Bob Bell"
            assert answered.json()["answer"]["standing"] == "stands"

    listed = {each["id"]: each for each in api(clinician).get(medicines(patient)).json()["results"]}
    assert listed[body["id"]]["state"] == "active"
    assert listed[str(baclofen.pk)]["standing"] == "active"


def test_sent_again_under_one_key_it_is_prescribed_once(
    api: Call, clinician: User, colleague: User, patient: Patient, time_machine: Any
) -> None:
    def send(by: User, body: dict[str, Any], key: str) -> Any:
        answer = api(by).post(medicines(patient), body, headers={"Idempotency-Key": key})
        time_machine.shift(1)
        return answer

    for body in (CETIRIZINE, AMITRIPTYLINE):
        key = body["entered"]
        first, again = send(clinician, body, key), send(clinician, body, key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["id"] == again.json()["id"]
    assert Prescription.objects.count() == 2
    for other in (
        {"starts_on": "2026-06-16"},
        {"dose": {"amounts": ["1000"], "unit": "mg"}},
        {"entered": "cetirizine"},
    ):
        reused = problem(send(clinician, CETIRIZINE | other, CETIRIZINE["entered"]), 422)
        assert reused["type"].endswith("key-reused")
    problem(send(colleague, CETIRIZINE, CETIRIZINE["entered"]), 422)
    problem(send(clinician, CETIRIZINE, " "), 422)
    assert Prescription.objects.count() == 2


def test_a_dose_is_taken_as_it_was_sent(api: Call, clinician: User, patient: Patient) -> None:
    dose = {"amounts": ["5.50", 10, 2.5], "unit": "mg", "times": ["morning", "midday", "night"]}

    body = api(clinician).post(medicines(patient), CETIRIZINE | {"dose": dose}).json()

    assert body["dose"]["amounts"] == ["5.5", "10", "2.5"]
    assert body["dose"]["daily"] == "18"
    assert body["dose"]["times"] == ["morning", "midday", "night"]


def test_a_dose_that_is_not_known_is_said_not_left_out(api: Call, clinician: User, patient: Patient) -> None:
    without = {key: value for key, value in CETIRIZINE.items() if key != "dose"}

    assert paths(api(clinician).post(medicines(patient), without)) == ["dose"]
    assert api(clinician).post(medicines(patient), without | {"dose": None}).json()["dose"] is None


def test_a_medicine_nobody_knows_needs_a_check_by_hand(api: Call, clinician: User, patient: Patient) -> None:
    sent = CETIRIZINE | {"entered": "xyzzyplan"}

    refused = problem(api(clinician).post(medicines(patient), sent), 422)

    assert refused["type"].endswith(":needs-manual-check")
    assert [each["path"] for each in refused["errors"]] == ["manual_check_reason"]
    assert refused["remedy"]
    assert not Prescription.objects.exists()
    checked = api(clinician).post(medicines(patient), sent | {"manual_check_reason": "Asked our pharmacist, Mr Lee."})
    assert (checked.status_code, checked.json()["ingredients"]) == (201, [])
    assert api(clinician).get(flags(patient)).json()["check"]["unresolved"]


def test_a_misspelt_name_is_confirmed_not_guessed(api: Call, clinician: User, patient: Patient) -> None:
    sent = CETIRIZINE | {"entered": "baclofn"}

    refused = problem(api(clinician).post(medicines(patient), sent), 422)
    assert refused["type"].endswith(":needs-confirmation")
    assert refused["ingredients"] == ["baclofen"]

    confirmed = api(clinician).post(medicines(patient), sent | {"confirmed_ingredients": refused["ingredients"]})
    assert (confirmed.status_code, confirmed.json()["medicine"]) == (201, "baclofen")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"entered": ""}, "entered"),
        ({"entered": 7}, "entered"),
        ({"entered": "x" * 301}, "entered"),
        ({"route": "by owl"}, "route"),
        ({"dose": []}, "dose"),
        ({"dose": {"amounts": [], "unit": "mg"}}, "dose.amounts"),
        ({"dose": {"amounts": ["10", "-1"], "unit": "mg"}}, "dose.amounts[1]"),
        ({"dose": {"amounts": [0], "unit": "mg"}}, "dose.amounts[0]"),
        ({"dose": {"amounts": ["1e400"], "unit": "mg"}}, "dose.amounts[0]"),
        ({"dose": {"amounts": [True], "unit": "mg"}}, "dose.amounts[0]"),
        ({"dose": {"amounts": ["NaN"], "unit": "mg"}}, "dose.amounts[0]"),
        ({"dose": {"amounts": ["10,5"], "unit": "mg"}}, "dose.amounts[0]"),
        ({"dose": {"amounts": ["10"], "unit": "stone"}}, "dose.unit"),
        ({"dose": {"amounts": ["10"], "unit": "mg", "interval_days": 0}}, "dose.interval_days"),
        ({"dose": {"amounts": ["10"], "unit": "mg", "interval_days": 100000}}, "dose.interval_days"),
        ({"dose": {"amounts": ["10"], "unit": "mg", "times": ["noon"]}}, "dose.times[0]"),
        ({"dose": {"amounts": ["10"], "unit": "mg", "times": ["night", "night"]}}, "dose.amounts"),
        ({"dose": {"amounts": ["10", "20"], "unit": "mg", "frequency_known": False}}, "dose.amounts"),
        ({"dose": {"amounts": ["10"], "unit": "mg", "daily": "30"}}, "dose.daily"),
        ({"starts_on": "2028-06-15"}, "starts_on"),
        ({"starts_on": "1901-06-15"}, "starts_on"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": "2026-06-14"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"manual_check_reason": "short"}, "manual_check_reason"),
        ({"state": "active"}, "state"),
        ({"prescribed_by": "x"}, "prescribed_by"),
        ({"patient": "x"}, "patient"),
    ],
)
def test_what_cannot_be_prescribed_is_named_by_its_path(
    api: Call, clinician: User, patient: Patient, change: dict[str, Any], path: str
) -> None:
    assert path in paths(api(clinician).post(medicines(patient), CETIRIZINE | change))
    assert not Prescription.objects.exists()


def test_flags_say_what_was_found_and_by_which_release(
    api: Call, clinician: User, patient: Patient, baclofen: Prescription, give: Prescribe
) -> None:
    give("amitriptyline", mg(25))

    body = api(clinician).get(flags(patient)).json()

    pair = next(each for each in body["results"] if each["code"] == "PAIR_CNS")
    assert body["results"][0]["needs_answer"]
    assert pair["finding"]["sources"]
    assert pair["release"] == body["check"]["release"]
    assert body["check"]["failed"] is False
    assert AuditEvent.objects.filter(action="patient.read", object_type="flags", patient_id=patient.pk).count() == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"reason": "because"}, "reason"),
        ({"reason": "taper_arranged"}, "reason"),
        ({"note": "short"}, "note"),
        ({"note": 7}, "note"),
        ({"status": "resolved"}, "status"),
        ({"by": "x"}, "by"),
    ],
)
def test_a_poor_answer_is_refused(
    api: Call, clinician: User, patient: Patient, baclofen: Prescription, give: Prescribe, change: Any, path: str
) -> None:
    give("amitriptyline", mg(25))
    flag = flag_of(patient, "PAIR_CNS")
    answers = Override.objects.count()

    assert path in paths(api(clinician).post(answer_to(flag), {"reason": "tolerated", "note": NOTE} | change))
    assert Override.objects.count() == answers


def test_an_answer_to_what_has_changed_is_a_409(
    api: Call, clinician: User, patient: Patient, baclofen: Prescription, give: Prescribe
) -> None:
    give("amitriptyline", mg(25))
    flag = flag_of(patient, "PAIR_CNS")

    problem(api(clinician).post(answer_to(flag), {"reason": "tolerated", "note": NOTE, "seen": "older"}), 409)
    InteractionFlag.objects.filter(pk=flag.pk).update(status="resolved", resolved_at=flag.raised_at)
    problem(api(clinician).post(answer_to(flag), {"reason": "tolerated", "note": NOTE}), 409)


def test_a_patient_reads_their_own_medicines_briefly(
    api: Call, patient_user: User, patient: Patient, baclofen: Prescription
) -> None:
    (line,) = api(patient_user).get(medicines(patient)).json()["results"]

    assert (line["medicine"], line["dose"]["daily"]) == ("baclofen", "30")
    assert "manual_check_reason" not in line
    problem(api(patient_user).post(medicines(patient), CETIRIZINE), 403)
    problem(api(patient_user).get(flags(patient)), 403)


def test_nobody_else_sees_or_changes_a_regimen(
    api: Call, stranger: User, outsider: User, admin: User, patient: Patient, baclofen: Prescription
) -> None:
    flag = InteractionFlag.objects.filter(patient=patient).first()
    before = Prescription.objects.count(), Override.objects.count()
    for user, status in ((stranger, 404), (outsider, 404), (admin, 403), (None, 401)):
        problem(api(user).get(medicines(patient)), status)
        problem(api(user).post(medicines(patient), CETIRIZINE), status)
        problem(api(user).get(flags(patient)), status)
        if flag is not None:
            problem(api(user).post(answer_to(flag), {"reason": "tolerated", "note": NOTE}), status)
    assert (Prescription.objects.count(), Override.objects.count()) == before


def test_pages_of_medicines_have_an_end(
    api: Call, clinician: User, patient: Patient, give: Callable[..., Prescription], today: Any
) -> None:
    for days in range(3):
        give("paracetamol", mg(500), starts_on=today - timedelta(days=days))

    pages = [api(clinician).get(medicines(patient), {"page_size": 2, "page": page}) for page in (1, 2, 3)]

    assert [len(page.json().get("results", [])) for page in pages] == [2, 1, 0]
    problem(pages[2], 404)
