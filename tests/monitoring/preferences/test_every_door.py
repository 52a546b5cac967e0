"""Whoever comes in reading a language goes on being written to in it, by whichever door, until they choose another."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from monitoring.audit.models import AuditEvent
from monitoring.onboarding.actions import invite_patient
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference, keep_first_language
from monitoring.preferences.models import Preference
from monitoring.preferences.queries import written_language
from tests.monitoring.passkeys.authenticator import Device
from tests.monitoring.passkeys.test_passkeys import add, asked, proven
from tests.monitoring.people.helping import helped_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]
PASSWORD = "correct horse battery"
IN_SPANISH = {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}


def by_password(user: User, **sent: Any) -> Any:
    user.set_password(PASSWORD)
    user.save()
    client = sent.pop("client", Client())
    return client.post("/login/", {"username": user.email, "password": PASSWORD}, **sent)


def by_passkey(user: User, **sent: Any) -> Any:
    device = Device(user_handle=user.pk.bytes)
    assert add(proven(user), device).status_code == 302
    client = Client()
    answer = device.sign(asked(client, "/login/passkey/options/"))
    return client.post("/login/passkey/", {"answer": answer}, **sent)


@pytest.mark.parametrize("come_in", [by_password, by_passkey])
def test_mails_follow_the_language_that_a_patient_came_in_reading(
    patient: Patient, patient_user: User, come_in: Any
) -> None:
    assert written_language(patient_user) == "en"
    assert come_in(patient_user, headers=IN_SPANISH).status_code == 302
    assert written_language(patient_user) == "es"
    noted = AuditEvent.objects.get(action="preference.change")
    assert (noted.actor_id, noted.object_id) == (str(patient_user.pk), str(patient_user.pk))
    assert noted.detail == {"language": "es"}


def test_an_invitation_is_taken_up_and_gone_on_from_in_what_the_phone_asks(
    patient: Patient, clinician: User, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    _made, token = invite_patient(patient=patient, email="", by=clinician, now=now)
    phone = Client(headers=IN_SPANISH)
    page = phone.get(f"/welcome/{token}/")
    assert page["Content-Language"] == "es"
    assert "Bienvenid" in page.text
    sent = {"birth_date": "1957-03-14", "password": "seven kettles on a roof"}
    assert phone.post(f"/welcome/{token}/", sent).url == "/"
    assert patient.user is not None
    assert written_language(patient.user) == "es"


def test_an_invitation_follows_what_the_patient_chose_before_what_the_phone_asks(
    patient: Patient, patient_user: User, clinician: User, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    change_preference(by=patient_user, now=now, language="en")
    _made, token = invite_patient(patient=patient, email="", by=clinician, now=now)
    assert Client(headers=IN_SPANISH).get(f"/welcome/{token}/")["Content-Language"] == "en"


def test_a_carer_is_written_to_in_the_language_they_came_in_reading(
    patient: Patient, patient_user: User, now: datetime
) -> None:
    carer = helped_by(patient, patient_user, now, may="see")
    by_password(carer, headers=IN_SPANISH)
    assert written_language(carer) == "es"


def test_english_is_kept_when_it_was_chosen_and_not_when_nobody_asked(patient: Patient, patient_user: User) -> None:
    by_password(patient_user)
    assert not Preference.objects.exists()
    chosen = Client()
    chosen.post("/reading/", {"language": "en", "next": "/login/"})
    by_password(patient_user, client=chosen, headers=IN_SPANISH)
    assert Preference.objects.get().language == "en"


def test_an_own_choice_stays_whatever_phone_they_come_in_with(
    patient: Patient, patient_user: User, now: datetime
) -> None:
    change_preference(by=patient_user, now=now, language="en")
    by_password(patient_user, headers=IN_SPANISH)
    assert written_language(patient_user) == "en"
    assert AuditEvent.objects.filter(action="preference.change").count() == 1


def test_who_chose_colours_alone_has_no_language_yet(patient: Patient, patient_user: User, now: datetime) -> None:
    change_preference(by=patient_user, now=now, theme="dark")
    by_password(patient_user, headers=IN_SPANISH)
    kept = Preference.objects.get()
    assert (kept.language, kept.theme) == ("es", "dark")


def test_who_does_not_come_in_leaves_nothing(patient: Patient, patient_user: User, clinician: User) -> None:
    by_password(clinician, headers=IN_SPANISH)  # staff read what they set
    wrong = Client().post("/login/", {"username": patient_user.email, "password": "wrong"}, headers=IN_SPANISH)
    assert wrong.status_code == 422
    signed_in = Client(headers=IN_SPANISH)
    signed_in.force_login(patient_user)
    assert signed_in.get("/me/settings/").status_code == 200
    assert not Preference.objects.exists()


def test_a_language_that_is_not_offered_is_not_kept(patient: Patient, patient_user: User) -> None:
    by_password(patient_user, headers={"accept-language": "xx,*;q=0.1"})
    assert not Preference.objects.exists()


def test_a_clinician_sets_a_language_only_for_who_has_none(patient_user: User, clinician: User, now: datetime) -> None:
    assert keep_first_language(user=patient_user, language="es", by=clinician, now=now)
    assert not keep_first_language(user=patient_user, language="en", by=clinician, now=now)
    assert written_language(patient_user) == "es"
    noted = AuditEvent.objects.get(action="preference.change")
    assert (noted.actor_id, noted.object_id) == (str(clinician.pk), str(patient_user.pk))
