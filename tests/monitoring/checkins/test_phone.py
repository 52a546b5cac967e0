"""A check-in taken by phone, and every report that is not quite right: kept, said so, and never twice."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.queries import missed_in_a_row
from monitoring.checkins.rules import InputError, PhoneCall
from monitoring.checkins.rules.questions import PAGES
from monitoring.people.models import Patient, User
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths

pytestmark = pytest.mark.django_db

Well = dict[str, object]


@pytest.fixture(autouse=True)
def _at_ten(time_machine: Any, now: datetime) -> None:
    time_machine.move_to(now, tick=False)


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


def url_of(check_in: CheckIn) -> str:
    return f"/api/v1/check-ins/{check_in.pk}/report/"


def take(patient: Patient, by: User, answers: Well, now: datetime, **more: Any) -> SymptomReport:
    return submit_check_in(patient=patient, answers=answers, submission_key=uuid4(), by=by, now=now, **more)


def test_what_was_taken_in_the_window_is_its_report_whenever_it_is_typed_in(
    patient: Patient, clinician: User, due: CheckIn, well: Well, now: datetime
) -> None:
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    call = PhoneCall(due.opens_at + timedelta(hours=3), by_carer=True)
    report = take(patient, clinician, well, now + timedelta(days=1), phone=call)
    due.refresh_from_db()
    assert (report.check_in, due.state, report.late_for) == (due, CheckInState.SUBMITTED, None)
    assert (report.channel, report.answered_by) == ("phone", "carer")
    assert (report.submitted_at, report.entered_at) == (call.taken_at, now + timedelta(days=1))
    assert missed_in_a_row(patient) == 0
    assert AuditEvent.objects.get(action="check_in.submit").detail["by_phone"] is True


def test_what_was_taken_after_the_window_is_an_extra_report_and_the_occasion_stays_missed(
    patient: Patient, clinician: User, due: CheckIn, well: Well, now: datetime
) -> None:
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    later = now + timedelta(days=1)
    report = take(patient, clinician, well, later, phone=PhoneCall(later), check_in=due)
    due.refresh_from_db()
    assert (report.late_for, due.state, report.check_in.schedule) == (due, CheckInState.MISSED, None)
    # Sent again by another key it is the same report still.
    assert take(patient, clinician, well, later, phone=PhoneCall(later), check_in=due) == report


@pytest.mark.parametrize("ago", [timedelta(minutes=-5), timedelta(days=7, minutes=1)])
def test_a_call_lies_neither_ahead_nor_more_than_a_week_back(
    patient: Patient, clinician: User, well: Well, now: datetime, ago: timedelta
) -> None:
    with pytest.raises(InputError) as refused:
        take(patient, clinician, well, now, phone=PhoneCall(now - ago))
    assert [fault.path for fault in refused.value.faults] == ["taken_at"]


def test_staff_say_who_answered_and_when(desk: Client, patient: Patient, due: CheckIn) -> None:
    url = reverse("patient_check_in_new", args=[patient.pk])
    entered = {
        "submission_key": str(uuid4()), "q1_sleepiness": "1", "answered_by": "carer", "taken_at": "2026-06-15T09:30",
    }  # fmt: skip
    for _click in range(2):
        saved = desk.post(url, entered)
    report = SymptomReport.objects.get()
    page = desk.get(saved.url).text
    assert report.check_in == due
    assert "By phone" in page
    assert "a carer answered" in page
    assert "entered for the patient by Dr Alice Okafor" in page
    assert "by phone" in desk.get(reverse("patient_check_ins", args=[patient.pk])).text


@pytest.mark.parametrize("taken_at", ["2026-06-15T10:30", "2026-06-01T09:30", "yesterday"])
def test_a_time_that_cannot_be_is_a_422_at_its_field_that_keeps_the_answers(
    desk: Client, patient: Patient, taken_at: str
) -> None:
    entered = {"submission_key": str(uuid4()), "q1_sleepiness": "3", "taken_at": taken_at}
    page = desk.post(reverse("patient_check_in_new", args=[patient.pk]), entered)
    assert page.status_code == 422
    assert 'href="#id_taken_at"' in page.text
    assert 'name="q1_sleepiness" value="3"' in page.text
    assert page.context["form"]["q1_sleepiness"].value() == "3"
    assert not SymptomReport.objects.exists()


def test_a_late_one_is_entered_from_the_missed_occasion_and_said_on_both(
    desk: Client, clinician: User, patient: Patient, due: CheckIn, time_machine: Any, now: datetime
) -> None:
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    time_machine.move_to(now + timedelta(days=1), tick=False)
    desk.force_login(clinician)
    missed = reverse("patient_check_in", args=[patient.pk, due.pk])
    new = reverse("patient_check_in_new", args=[patient.pk]) + f"?for={due.pk}"
    assert new in desk.get(missed).text
    assert str(due.pk) in desk.get(new).text
    saved = desk.post(new, {"submission_key": str(uuid4()), "q1_sleepiness": "1", "occasion": str(due.pk)}, follow=True)
    assert "the missed one stays missed" in saved.text
    assert "after the window" in desk.get(missed).text


def test_an_occasion_of_another_is_not_taken_for_ones_own(
    desk: Client, patient: Patient, other_patient: Patient, due: CheckIn, now: datetime
) -> None:
    theirs = CheckIn.objects.create(
        patient=other_patient, local_date=due.local_date, opens_at=due.opens_at, closes_at=due.closes_at
    )
    url = reverse("patient_check_in_new", args=[patient.pk])
    desk.post(url, {"submission_key": str(uuid4()), "q1_sleepiness": "1", "occasion": str(theirs.pk)})
    assert SymptomReport.objects.get().check_in == due


def test_a_report_for_anothers_check_in_is_not_found(
    api: Call, patient_user: User, other_patient: Patient, due: CheckIn, well: Well
) -> None:
    theirs = CheckIn.objects.create(
        patient=other_patient, local_date=due.local_date, opens_at=due.opens_at, closes_at=due.closes_at
    )
    response = api(patient_user).post(url_of(theirs), {"answers": well})
    assert response.status_code == 404
    assert not SymptomReport.objects.exists()


def test_after_the_window_the_api_keeps_it_as_an_extra_report_and_says_so(
    api: Call, patient_user: User, due: CheckIn, well: Well, time_machine: Any, now: datetime
) -> None:
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    time_machine.move_to(now + timedelta(days=1), tick=False)
    client = api(patient_user)
    answers = [client.post(url_of(due), {"answers": well})]
    time_machine.shift(5)
    answers += [client.post(url_of(due), {"answers": well})]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert {answer.json()["late_for"] for answer in answers} == {str(due.pk)}
    assert SymptomReport.objects.count() == 1


def test_of_faulty_answers_those_that_can_be_read_are_kept(
    api: Call, patient_user: User, due: CheckIn, now: datetime
) -> None:
    faulty = {"q1_sleepiness": 9, "q2_breathing": 2, "q8_body": ["none", "blurred"]}
    response = api(patient_user).post(url_of(due), {"answers": faulty})
    due.refresh_from_db()
    assert paths(response) == ["answers.q1_sleepiness", "answers.q8_body"]
    assert due.draft["answers"] == {"q2_breathing": 2}
    assert not SymptomReport.objects.exists()


def test_half_filled_is_a_report_and_says_what_is_missing(api: Call, patient_user: User, due: CheckIn) -> None:
    body = api(patient_user).post(url_of(due), {"answers": {"q1_sleepiness": 0}}).json()
    assert body["level"] != "none"
    assert SymptomReport.objects.get().answers == {"q1_sleepiness": 0}


def test_staff_give_the_call_by_the_api_and_a_patient_may_not(
    api: Call, patient_user: User, clinician: User, due: CheckIn, well: Well
) -> None:
    given = {"answers": well, "taken_at": "2026-06-15T08:00:00Z", "answered_by": "carer"}
    refused = api(patient_user).post(url_of(due), given)
    assert sorted(paths(refused)) == ["answered_by", "taken_at"]
    body = api(clinician).post(url_of(due), given).json()
    assert (body["channel"], body["answered_by"], body["submitted_at"]) == ("phone", "carer", "2026-06-15T08:00:00Z")


def test_a_faulty_page_keeps_what_was_answered_well(client: Client, patient_user: User, due: CheckIn) -> None:
    client.force_login(patient_user)
    client.post(reverse("my_check_in_danger", args=[due.pk]), {"go": "none"})
    steady = next(page.number for page in PAGES if "q4_fall" in page.keys)
    answer = client.post(reverse("my_check_in_page", args=[due.pk, steady]), {"q3_standing": "1", "q4_fall": "77"})
    due.refresh_from_db()
    assert answer.status_code == 422
    assert due.draft["answers"] == {"danger_signs": ["none"], "q3_standing": 1}


def test_an_emergency_beside_a_slip_does_not_wait(client: Client, patient_user: User, due: CheckIn) -> None:
    client.force_login(patient_user)
    client.post(reverse("my_check_in_danger", args=[due.pk]), {"go": "none"})
    steady = next(page.number for page in PAGES if "q4_fall" in page.keys)
    client.post(reverse("my_check_in_page", args=[due.pk, steady]), {"q3_standing": "4", "q4_fall": "77"})
    assert SymptomReport.objects.get().level == 4
