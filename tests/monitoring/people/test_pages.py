"""Accounts, registering and care teams, through the pages."""

import re
from datetime import datetime

import pytest
from django.test import Client

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.people.models import CareTeamMembership, Patient, User
from tests.monitoring.people.helping import prove

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]
PATIENT = {
    "identifier": "HP-77", "family_name": "Reed", "given_names": "Sam", "birth_date": "1970-05-01", "sex": "M",
    "egfr": "61.5", "egfr_on": "2026-05-01", "conditions": "COPD\r\nsomething nobody knows",
}  # fmt: skip


def test_inviting_shows_a_password_once_that_works_and_must_be_changed(client: Client, admin: User) -> None:
    client.force_login(admin)
    answer = client.post("/users/new/", {"name": "New One", "email": "new@clinic.example", "role": "clinician"})
    assert answer.status_code == 200
    found = re.search(r"\b([a-z2-9]{4}-){3}[a-z2-9]{4}\b", answer.content.decode())
    assert found
    assert "no-store" in answer["Cache-Control"]
    person = User.objects.get(email="new@clinic.example")
    assert person.check_password(found[0])
    assert person.must_change_password
    assert person.clinic == admin.clinic
    assert found[0] not in client.get("/users/").content.decode()
    assert not any(found[0] in str(event.__dict__) for event in AuditEvent.objects.all())


@pytest.mark.parametrize(
    "change", [{"email": "ALICE@clinic.example"}, {"email": "x"}, {"name": ""}, {"role": "patient"}, {"role": "root"}]
)
def test_a_wrong_invitation_says_so_and_keeps_what_was_typed(
    client: Client, admin: User, clinician: User, change: dict[str, str]
) -> None:
    client.force_login(admin)
    sent = {"name": "Typed Name", "email": "new@clinic.example", "role": "admin", **change}
    answer = client.post("/users/new/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a problem" in page
    assert sent["name"] in page
    assert not User.objects.filter(name="Typed Name").exists()


def test_an_empty_invitation_is_wrong_too(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert client.post("/users/new/").status_code == 422


def test_an_admin_invites_into_no_other_clinic(client: Client, admin: User, other_admin: User) -> None:
    client.force_login(admin)
    sent = {"name": "N", "email": "n@c.example", "role": "admin", "clinic": str(other_admin.clinic_id)}
    client.post("/users/new/", sent)
    assert User.objects.get(email="n@c.example").clinic == admin.clinic


def test_the_list_shows_this_clinics_people_only(client: Client, admin: User, clinician: User, outsider: User) -> None:
    client.force_login(admin)
    page = client.get("/users/").content.decode()
    assert clinician.name in page
    assert "never" in page
    assert outsider.name not in page


def test_switching_off_on_and_a_new_password(client: Client, admin: User, clinician: User) -> None:
    client.force_login(admin)
    client.post(f"/users/{clinician.pk}/deactivate/")
    assert not User.objects.get(pk=clinician.pk).is_active
    client.post(f"/users/{clinician.pk}/activate/")
    assert User.objects.get(pk=clinician.pk).is_active
    assert "Your password" in client.post(f"/users/{clinician.pk}/password/").text
    assert not User.objects.get(pk=clinician.pk).must_change_password
    prove(client)
    assert client.post(f"/users/{clinician.pk}/password/").status_code == 200
    assert User.objects.get(pk=clinician.pk).must_change_password


def test_the_admin_cannot_lock_themselves_out(client: Client, admin: User) -> None:
    client.force_login(admin)
    prove(client)
    page = client.post(f"/users/{admin.pk}/deactivate/", follow=True).content.decode()
    assert "cannot switch off your own account" in page
    assert "password page" in client.post(f"/users/{admin.pk}/password/", follow=True).content.decode()
    assert User.objects.get(pk=admin.pk).is_active


@pytest.mark.parametrize("verb", ["deactivate", "activate", "password"])
def test_another_clinics_people_do_not_exist(client: Client, admin: User, outsider: User, verb: str) -> None:
    client.force_login(admin)
    assert client.post(f"/users/{outsider.pk}/{verb}/").status_code == 404
    assert User.objects.get(pk=outsider.pk).is_active


@pytest.mark.core
def test_registering_a_patient(client: Client, clinician: User, stranger: User) -> None:
    client.force_login(clinician)
    answer = client.post("/patients/new/", PATIENT)
    patient = Patient.objects.get(identifier="HP-77")
    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{patient.pk}/team/")
    assert patient.conditions == ["copd"]
    assert patient.conditions_not_understood == ["something nobody knows"]
    assert Patient.objects.visible_to(clinician).filter(pk=patient.pk).exists()
    assert not Patient.objects.visible_to(stranger).exists()


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("none", []), ("None.", [])])
def test_never_asked_and_none_are_two_things(
    client: Client, clinician: User, typed: str, kept: list[str] | None
) -> None:
    client.force_login(clinician)
    client.post("/patients/new/", {**PATIENT, "conditions": typed})
    assert Patient.objects.get().conditions == kept


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": "2990-01-01"}, {"birth_date": "yesterday"}, {"egfr": "NaN"}, {"egfr": "1e400"}, {"egfr": "999"},
        {"egfr_on": ""}, {"qtc_ms": "12"}, {"weight_kg": "-3"}, {"time_zone": "Moon/Base"}, {"identifier": "HP-0042"},
        {"family_name": "x" * 81}, {"sex": "Q"}, {"given_names": "Sam\x00"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_asked_again(
    client: Client, clinician: User, patient: Patient, change: dict[str, str]
) -> None:
    client.force_login(clinician)
    answer = client.post("/patients/new/", {**PATIENT, **change})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert Patient.objects.count() == 1


def test_adding_a_colleague_and_leaving(
    client: Client, clinician: User, colleague: User, stranger: User, patient: Patient
) -> None:
    client.force_login(clinician)
    team = f"/patients/{patient.pk}/team/"
    assert client.post(team, {"clinician": str(stranger.pk)}).status_code == 302
    assert Patient.objects.visible_to(stranger).exists()
    assert client.post(f"{team}{clinician.pk}/remove/")["Location"] == "/"
    assert client.get(team).status_code == 404


@pytest.mark.parametrize("who", ["outsider", "admin", "patient_user", "clinician"])
def test_not_everybody_can_be_added(
    client: Client, clinician: User, patient: Patient, request: pytest.FixtureRequest, who: str
) -> None:
    client.force_login(clinician)
    person = request.getfixturevalue(who)
    assert client.post(f"/patients/{patient.pk}/team/", {"clinician": str(person.pk)}).status_code == 422
    assert CareTeamMembership.objects.count() == 2


def test_a_stranger_cannot_add_themselves(client: Client, stranger: User, patient: Patient) -> None:
    client.force_login(stranger)
    assert client.post(f"/patients/{patient.pk}/team/", {"clinician": str(stranger.pk)}).status_code == 404
    assert not Patient.objects.visible_to(stranger).exists()
    assert AuditEvent.objects.filter(outcome=Outcome.DENIED, patient_id=patient.pk).count() == 1


def test_the_last_on_the_team_is_told_why_they_stay(
    client: Client, clinician: User, colleague: User, patient: Patient, now: datetime
) -> None:
    CareTeamMembership.objects.filter(clinician=colleague).update(left_at=now)
    client.force_login(clinician)
    page = client.post(f"/patients/{patient.pk}/team/{clinician.pk}/remove/", follow=True).content.decode()
    assert "Add a colleague before leaving" in page


def test_a_patient_is_given_a_sign_in(client: Client, clinician: User, now: datetime) -> None:
    client.force_login(clinician)
    client.post("/patients/new/", PATIENT)
    patient = Patient.objects.get()
    page = f"/patients/{patient.pk}/sign-in/"
    assert "Your password" in client.post(page, {"email": "sam@home.example"}).text
    assert Patient.objects.get().user is None
    prove(client)
    assert client.post(page, {"email": ""}).status_code == 422
    assert client.post(page, {"email": "alice@clinic.example"}).status_code == 422
    assert client.post(page, {"email": "sam@home.example"}).status_code == 200
    patient.refresh_from_db()
    assert patient.user is not None
    assert patient.user.must_change_password
    assert client.post(page).status_code == 200, "again is a new password"


def test_the_team_page_is_a_read_of_the_record(client: Client, clinician: User, patient: Patient) -> None:
    client.force_login(clinician)
    assert client.get(f"/patients/{patient.pk}/team/").status_code == 200
    event = AuditEvent.objects.get(action="patient.read")
    assert (event.patient_id, event.actor_id, event.object_type) == (patient.pk, str(clinician.pk), "care team")
