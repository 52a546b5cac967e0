"""Finding anything: a page without JavaScript, a part of any page with it, and no name in an address."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.people.actions import leave_care_team
from monitoring.people.models import Patient, RecentPatient, User
from monitoring.search.queries import recent_patients
from monitoring.search.rules import DEEDS, PAGES
from tests.living import text_of
from tests.monitoring.search.conftest import Registered

pytestmark = pytest.mark.django_db
AS_PART = {"HX-Request": "true"}


def reads() -> list[object]:
    return list(AuditEvent.objects.filter(object_type="search").values_list("patient_id", flat=True))


def test_a_patient_is_found_and_the_reading_is_noted(desk: Client, patient: Patient, registered: Registered) -> None:
    registered("Ito")
    page = desk.post("/search/", {"text": "hárper"})
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "HARPER, Maya" in page.text
    assert "ITO" not in text_of(page)
    assert reads() == [patient.pk]


def test_at_most_twenty_are_shown_and_noted(desk: Client, registered: Registered) -> None:
    for number in range(23):
        registered(f"Lind{number:02}")
    assert desk.post("/search/", {"text": "lind"}).text.count("LIND") == 20
    assert len(reads()) == 20


@pytest.mark.parametrize("who", ["stranger", "outsider", "admin"])
def test_nobody_else_finds_them(who: str, client: Client, patient: Patient, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(who))
    page = client.post("/search/", {"text": "harper", "patient": str(patient.pk)})
    assert "HARPER" not in page.text
    assert str(patient.pk) not in page.text
    assert reads() == []


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("x", 422, "at least 2"),
        ("\0", 200, "Go to"),
        ("har\0per", 200, "HARPER"),
        ("%%", 200, "Nothing found"),
        ("<b>x</b>", 200, "Nothing found"),
        ("ha" * 2000, 200, "Nothing found"),
        ("  harper  ", 200, "HARPER"),
        ("audit", 200, "Nothing found"),
    ],
)
def test_whatever_is_typed_is_answered(text: str, status: int, says: str, desk: Client, patient: Patient) -> None:
    page = desk.post("/search/", {"text": text})
    assert page.status_code == status
    assert says in page.text
    assert "<b>x</b>" not in page.text


def test_the_palette_asks_for_the_results_alone(desk: Client, patient: Patient) -> None:
    opened = desk.get("/search/", headers=AS_PART)
    found = desk.post("/search/", {"text": "harper"}, headers=AS_PART)
    assert "<html" not in opened.text + found.text
    assert 'name="text"' in opened.text
    assert "HARPER, Maya" in found.text
    assert desk.post("/search/", {"text": "x"}, headers=AS_PART).status_code == 200


def test_beside_an_open_record_its_deeds_are_offered(desk: Client, patient: Patient) -> None:
    address = reverse("medication_new", args=[patient.pk])
    assert address in desk.get("/search/", {"patient": str(patient.pk)}, headers=AS_PART).text
    assert address in desk.post("/search/", {"text": "prescribe", "patient": str(patient.pk)}).text
    for nobody in ("", "x", "00000000-0000-0000-0000-000000000000"):
        assert desk.post("/search/", {"text": "prescribe", "patient": nobody}).status_code == 200


def test_every_place_has_an_address(patient: Patient) -> None:
    for place in (*PAGES, *DEEDS):
        assert reverse(place.address, args=[patient.pk] if place.about_patient else None)


def test_the_last_opened_are_offered_again_while_they_may_be_seen(
    desk: Client, patient: Patient, registered: Registered, clinician: User, now: datetime
) -> None:
    others = [registered(f"Lind{number}") for number in range(9)]
    for number, who in enumerate((*others, patient, others[0])):
        desk.get(reverse("patient", args=[who.pk]))
        RecentPatient.objects.filter(patient=who).update(opened_at=now + timedelta(seconds=number))
    assert [who.family_name for who in recent_patients(clinician)][:3] == ["Lind0", "Harper", "Lind8"]
    assert len(recent_patients(clinician)) == 8
    assert "Opened last" in desk.get("/search/").text
    assert "Opened last" in desk.get("/patients/").text

    leave_care_team(patient=patient, clinician=clinician, by=clinician, now=now)
    assert patient not in recent_patients(clinician)


def test_the_keys_have_a_page(desk: Client) -> None:
    assert "<h1>Keys of the keyboard</h1>" in desk.get("/help/keys/").text
    assert "<html" not in desk.get("/help/keys/", headers=AS_PART).text
