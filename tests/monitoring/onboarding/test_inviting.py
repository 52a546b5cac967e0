"""An invitation on paper: printed once, used once, and the same refusal whatever is wrong with one."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.fields import token_digest
from monitoring.onboarding.models import Invitation
from monitoring.passkeys.models import Passkey
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference
from monitoring.preferences.queries import preference_of, written_language

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r"/welcome/([A-Za-z0-9_-]{43})/")
GOOD = {"birth_date": "1957-03-14", "password": "seven kettles on a roof"}


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def sheet_of(desk: Client, patient: Patient, **typed: str) -> Any:
    return desk.post(reverse("patient_invite", args=[patient.pk]), typed)


@pytest.fixture
def address(desk: Client, patient: Patient) -> str:
    found = ADDRESS.search(sheet_of(desk, patient).text)
    assert found
    return found[0]


def test_a_sheet_has_what_a_patient_needs_and_no_illness(desk: Client, patient: Patient) -> None:
    page = sheet_of(desk, patient)
    token = ADDRESS.search(page.text)
    assert token
    for told in (patient.clinic.name, patient.clinic.phone, "Maya Harper", patient.user.email, settings.SITE_URL):
        assert told in page.text
    assert "<svg" in page.text
    assert "Sign out" in page.text
    assert "style=" not in page.text
    assert "Maya" not in page.text.split("<title>")[1].split("</title>")[0]
    assert "1957" not in page.text.split("<article")[1]
    assert Invitation.objects.get().token_hash == token_digest(token[1])
    for row in (*Invitation.objects.values(), *AuditEvent.objects.values()):
        assert token[1] not in str(row)


def test_a_sheet_is_in_the_language_of_whoever_takes_it_home(
    desk: Client, patient: Patient, patient_user: User, now: datetime
) -> None:
    change_preference(by=patient_user, now=now, language="es")
    frame, sheet = sheet_of(desk, patient).text.split('<article class="stack" lang="es" dir="ltr">')
    assert "Print this sheet" in frame
    for told in ("Apunte la cámara", "Escriba su fecha de nacimiento", "En una emergencia, llame al"):
        assert told in sheet
    assert "Point the camera" not in sheet


def test_the_clinic_tells_the_language_of_who_never_signed_in(desk: Client, patient: Patient, clinician: User) -> None:
    Patient.objects.filter(pk=patient.pk).update(user=None)
    made = sheet_of(desk, patient, email="maya.new@home.example", language="es")
    assert '<article class="stack" lang="es"' in made.text
    user = User.objects.get(email="maya.new@home.example")
    assert written_language(user) == "es"
    noted = AuditEvent.objects.get(action="preference.change")
    assert (noted.actor_id, noted.object_id) == (str(clinician.pk), str(user.pk))
    again = desk.get(reverse("patient_invite", args=[patient.pk])).text
    assert "Language the patient reads" not in again
    sheet_of(desk, patient, language="en")  # from a page of before: what is known stays
    assert written_language(user) == "es"


def test_a_language_is_never_assumed_nor_one_that_is_not_offered_taken(
    desk: Client, patient: Patient, patient_user: User
) -> None:
    assert "Not known: as their phone asks" in desk.get(reverse("patient_invite", args=[patient.pk])).text
    assert sheet_of(desk, patient, language="xx").status_code == 422
    assert sheet_of(desk, patient, language="").status_code == 200
    assert preference_of(patient_user).language == ""


def test_a_new_beginning_ends_the_passkeys_of_a_lost_phone_and_starts_a_session_of_its_own(
    address: str, patient: Patient, now: datetime
) -> None:
    Passkey.objects.create(
        user=patient.user, credential_id=b"lost", public_key=b"key", sign_count=0, backed_up=False, name="A phone",
        created_at=now,
    )  # fmt: skip
    phone = Client()
    phone.post("/login/passkey/options/")
    planted = phone.session.session_key
    phone.get(address)
    assert Passkey.objects.count() == 1  # looking ends nothing
    assert phone.post(address, GOOD).status_code == 302
    assert not Passkey.objects.exists()
    assert phone.session["_auth_user_id"] == str(patient.user_id)
    assert not phone.session.exists(planted)


def test_from_the_sheet_to_the_own_plan(address: str, patient: Patient) -> None:
    phone = Client()
    for _ in range(2):
        assert phone.get(address).status_code == 200
        assert phone.head(address).status_code == 200
    page = phone.get(address)
    for word in (patient.family_name, patient.given_names, patient.user.email, "1957"):
        assert word not in page.text
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert phone.post(address, GOOD).url == "/"
    assert phone.get("/", follow=True).redirect_chain[-1][0] == "/me/"
    user = User.objects.get(pk=patient.user_id)
    assert user.check_password(GOOD["password"])
    assert not user.must_change_password
    assert Client().get(address).status_code == 404


def test_a_patient_without_an_account_gets_one(desk: Client, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(user=None)
    missing = sheet_of(desk, patient)
    assert missing.status_code == 422
    found = ADDRESS.search(sheet_of(desk, patient, email="maya.new@home.example").text)
    assert found
    assert Client().post(found[0], GOOD).url == "/"
    patient.refresh_from_db()
    assert patient.user is not None
    assert patient.user.email == "maya.new@home.example"


def test_an_address_that_somebody_has_is_refused_and_nothing_is_made(
    desk: Client, patient: Patient, clinician: User
) -> None:
    Patient.objects.filter(pk=patient.pk).update(user=None)
    page = sheet_of(desk, patient, email=clinician.email)
    assert page.status_code == 422
    assert "already signs in" in page.text
    assert not Invitation.objects.exists()


def test_a_wrong_birth_date_sets_no_password_and_five_end_the_sheet(address: str, patient: Patient) -> None:
    phone = Client()
    for _ in range(5):
        answer = phone.post(address, {**GOOD, "birth_date": "1957-03-15"})
        assert answer.status_code == 422
        assert "not the one your clinic has" in answer.text
    assert phone.post(address, GOOD).status_code == 404
    assert not User.objects.get(pk=patient.user_id).check_password(GOOD["password"])
    assert AuditEvent.objects.filter(action="invitation.refuse", reason="wrong birth date").count() == 5


@pytest.mark.parametrize("date", ["1957-03-14", "1957-03-15"])
def test_a_weak_password_tells_nothing_of_the_date(address: str, date: str) -> None:
    answer = Client().post(address, {"birth_date": date, "password": "short"})
    assert answer.status_code == 422
    assert "not the one your clinic has" not in answer.text
    assert Invitation.objects.get().wrong_dates == 0


def test_every_dead_invitation_gets_one_same_answer(
    desk: Client, patient: Patient, address: str, clock: Any, now: datetime
) -> None:
    newer = ADDRESS.search(sheet_of(desk, patient).text)  # ends the first
    assert newer
    replaced = Client().get(address)
    unknown = Client().get(f"/welcome/{'a' * 43}/")
    clock.move_to(now + timedelta(days=14))
    expired = Client().get(newer[0])
    assert [each.status_code for each in (replaced, unknown, expired)] == [404] * 3
    assert replaced.content == unknown.content == expired.content


def test_the_other_way_stays_for_staff_who_have_no_printer(desk: Client, patient: Patient) -> None:
    page = desk.get(reverse("care_team", args=[patient.pk]))
    assert reverse("patient_invite", args=[patient.pk]) in page.text
    assert reverse("patient_sign_in", args=[patient.pk]) in page.text


def test_a_sheet_takes_the_password_of_whoever_prints_it(
    desk: Client, patient: Patient, clock: Any, now: datetime
) -> None:
    clock.move_to(now + timedelta(minutes=16))
    assert "Your password" in sheet_of(desk, patient).text
    assert not Invitation.objects.exists()


def test_a_sheet_of_somebody_who_was_switched_off_opens_nothing(address: str, clinician: User) -> None:
    User.objects.filter(pk=clinician.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
    assert Client().post(address, GOOD).status_code == 404
    assert Invitation.objects.get().used_at is None
