"""A lost phone: what it opens is told, and ended by one button."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.calendars.actions import open_feed
from monitoring.checkins.actions import issue_links, start_schedule
from monitoring.checkins.models import CheckIn, ScheduleSource
from monitoring.notifications.models import ContactPoint
from monitoring.onboarding.actions import end_ways_in, invite_patient
from monitoring.onboarding.queries import ways_in
from monitoring.passkeys.models import Passkey
from monitoring.people.actions import invite_carer, issue_token, note_sign_in
from monitoring.people.models import Patient, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
Opens = Callable[[], dict[str, int]]


@pytest.fixture
def still(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)


@pytest.fixture
def opens(patient: Patient, patient_user: User, clinician: User, carer: User, now: datetime) -> Opens:
    """One of every way into Maya's record, and what each answers now."""
    phone, helper, anybody = Client(), Client(), Client()
    phone.force_login(patient_user)
    helper.force_login(carer)
    note_sign_in(user=patient_user, now=now, session_key=phone.session.session_key or "")
    token = issue_token(user=patient_user, now=now)
    Passkey.objects.create(
        user=patient_user, credential_id=b"1", public_key=b"", sign_count=0, backed_up=False, name="Phone",
        created_at=now,
    )  # fmt: skip
    ContactPoint.objects.create(
        user=patient_user, channel="sms", address="+447700900123", created_at=now, confirmed_at=now
    )
    _, feed = open_feed(patient=patient, neutral=True, by=patient_user, now=now)
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=patient.local_date(now),
        by=clinician, now=now,
    )  # fmt: skip
    check_in = CheckIn.objects.open_at(now).get(patient=patient)
    link = issue_links(check_ins=[check_in], now=now, job="tests")[check_in.pk]
    _, sheet = invite_patient(patient=patient, email="", by=clinician, now=now)
    _, asked = invite_carer(patient=patient, name="Jo", email="jo@home.example", may="see", by=patient_user, now=now)

    def ask() -> dict[str, int]:
        return {
            "session": phone.get("/me/").status_code,
            "token": anybody.get("/api/v1/patients/", headers={"Authorization": f"Token {token}"}).status_code,
            "calendar": anybody.get(f"/cal/{feed}.ics").status_code,
            "link": anybody.get(link).status_code,
            "sheet": anybody.get(f"/welcome/{sheet}/").status_code,
            "carer": helper.get("/me/", follow=True).status_code,
            "invited": anybody.get(f"/care/welcome/{asked}/").status_code,
        }

    return ask


def page_of(patient: Patient) -> str:
    return reverse("lost_phone", args=[patient.pk])


def test_a_lost_phone_opens_nothing_after_one_button(
    desk: Client, opens: Opens, patient: Patient, patient_user: User, now: datetime
) -> None:
    before = {"session": 200, "token": 200, "calendar": 200, "link": 302, "sheet": 200, "carer": 200, "invited": 200}
    assert opens() == before
    told = desk.get(page_of(patient)).text
    assert "Sam Harper" in told
    assert opens() == before

    done = desk.post(page_of(patient))

    after = {"session": 302, "token": 401, "calendar": 404, "link": 404, "sheet": 404, "carer": 403, "invited": 404}
    assert opens() == after
    assert not any(ways_in(patient, now).counts().values())
    event = AuditEvent.objects.get(action="patient.lost_phone")
    assert event.patient_id == patient.pk
    assert event.detail == {
        "sessions": 1, "passkeys": 1, "contacts": 1, "links": 1, "calendar": 1, "sheet": 1, "carers": 1, "invited": 1,
    }  # fmt: skip
    password = re.search(r'<strong class="number">([a-z0-9-]{19})</strong>', done.text)
    assert password
    assert "no-store" in done.headers["Cache-Control"]
    again = Client().post("/login/", {"username": patient_user.email, "password": password[1]}, follow=True)
    assert again.redirect_chain[-1][0] == "/password/"


def test_a_reset_says_what_it_did_not_end(desk: Client, opens: Opens, patient: Patient, patient_user: User) -> None:
    User.objects.filter(pk=patient_user.pk).update(last_login=patient_user.joined_at)
    reset = desk.post(reverse("patient_sign_in", args=[patient.pk]), {})
    assert page_of(patient) in reset.text
    assert "links to check-ins that were sent" in reset.text
    left = opens()
    assert (left["session"], left["token"], left["calendar"]) == (302, 401, 404)
    assert (left["link"], left["carer"]) == (302, 200)


def test_it_takes_the_password_of_whoever_is_at_the_desk(
    desk: Client, opens: Opens, patient: Patient, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    assert "Your password" in desk.post(page_of(patient)).text
    assert not AuditEvent.objects.filter(action="patient.lost_phone").exists()
    assert opens()["link"] == 302


def test_nobody_ends_what_another_clinic_gave(patient: Patient, outsider: User, opens: Opens, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        end_ways_in(patient=patient, password="none", by=outsider, now=now)
    assert opens()["calendar"] == 200


def test_a_patient_without_a_sign_in_has_nothing_to_lose(desk: Client, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(user=None)
    assert "no phone opens their record" in desk.get(page_of(patient)).text
    assert desk.post(page_of(patient), follow=True).status_code == 200
    assert not AuditEvent.objects.filter(action="patient.lost_phone").exists()
