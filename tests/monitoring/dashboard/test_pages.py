"""The first pages of the two faces as a browser gets them."""

import gzip
import json
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.dashboard.queries import charting
from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.models import DosePeriod, InteractionFlag, Prescription, RegimenCheck
from monitoring.titration.models import TitrationPlan, TitrationStep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]

HOSTILE = "<img src=x onerror=alert(1)>\"'</script>"


@pytest.fixture(autouse=True)
def clock(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def baclofen(patient: Patient, now: datetime) -> Prescription:
    row = Prescription.objects.create(
        patient=patient, entered="baclofen", label="baclofen", ingredients=["baclofen"], match="exact", route="oral",
        state="active", starts_on=date(2026, 5, 1), prescribed_at=now,
    )  # fmt: skip
    DosePeriod.objects.create(
        prescription=row, amounts=["10", "10"], unit="mg", starts_on=date(2026, 5, 1), source="prescribed",
        created_at=now,
    )  # fmt: skip
    return row


@pytest.fixture
def phone(client: Client, patient_user: User) -> Client:
    client.force_login(patient_user)
    return client


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


def test_home_says_what_to_take_and_how_to_stay_safe(phone: Client, baclofen: Prescription) -> None:
    page = " ".join(phone.get("/me/").text.replace("\u00a0", " ").split())
    assert "10 mg</b> in the morning" in page
    assert "That is 20 mg in all today." in page
    assert "Do not stop baclofen all at once" in page
    assert 'href="tel:02079460100"' in page
    assert 'href="tel:02079460111"' in page
    assert AuditEvent.objects.filter(action="patient.read", object_type="my plan").exists()


def test_home_without_a_plan_says_so_and_whom_to_call(phone: Client, patient: Patient) -> None:
    page = phone.get("/me/").text
    assert "Your clinic has not set a plan here yet." in page
    assert "You have not sent one yet." in page
    assert "Do not stop baclofen" not in page


def test_home_tells_of_the_last_check_ins_in_words(
    phone: Client, patient: Patient, patient_user: User, now: datetime
) -> None:
    submit_check_in(patient=patient, answers={"q1_sleepiness": 3}, submission_key=uuid4(), by=patient_user, now=now)
    page = phone.get("/me/").text
    assert "We asked you to get help at once." in page
    assert 'href="/me/check-ins/"' in page


@pytest.mark.parametrize("path", ["/me/", "/me/check-ins/"])
def test_a_sign_in_without_a_record_gets_a_page_that_says_what_to_do(phone: Client, path: str) -> None:
    page = phone.get(path, follow=True)
    assert page.status_code == 404
    assert "Your plan is not here yet" in page.text
    assert 'href="tel:02079460100"' in page.text


def test_starting_a_check_in_without_a_record_leads_to_that_page(phone: Client) -> None:
    assert phone.post("/me/check-ins/start/").headers["Location"] == "/me/"


def test_the_overview_reads_its_chart_in_a_sentence_a_table_and_by_day(
    desk: Client, patient: Patient, baclofen: Prescription
) -> None:
    page = desk.get(reverse("patient", args=[patient.pk])).text
    days = json.loads(page.split('<script id="chart-days" type="application/json">')[1].split("</script>")[0])
    assert "Baclofen 20 mg a day" in days[55]["text"]
    assert f'max="{len(days) - 1}" value="55"' in page
    assert "dose change and 3 days to watch" in page
    assert "not asked: system was down" not in page, "the key has what is on the chart"
    assert "Could not check" not in page


def test_a_chart_that_cannot_be_drawn_leaves_its_table_open_and_says_so(
    desk: Client, patient: Patient, baclofen: Prescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(timeline: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(charting, "draw", broken)
    answer = desk.get(reverse("patient", args=[patient.pk]))
    assert answer.status_code == 200
    assert "The chart could not be drawn" in answer.text
    assert "<details open>" in answer.text
    assert "20 mg a day" in answer.text
    assert "data-chart" not in answer.text


@pytest.mark.parametrize(("asked", "shown"), [("4", "4"), ("26", "26"), ("all", "all"), ("7", "8"), ("<b>", "8")])
def test_the_chart_shows_the_weeks_that_were_asked_for(
    desk: Client, patient: Patient, baclofen: Prescription, asked: str, shown: str
) -> None:
    page = desk.get(reverse("patient", args=[patient.pk]), {"w": asked}).text
    assert f'href="?w={shown}#timeline-heading" aria-current="true"' in page


def test_three_years_of_days_stay_a_small_page(
    desk: Client, patient: Patient, baclofen: Prescription, now: datetime
) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(starts_on=date(2020, 1, 1))
    page = desk.get(reverse("patient", args=[patient.pk]), {"w": "all"})
    assert len(gzip.compress(page.content)) < 80 * 1024


def test_a_medicine_that_was_not_understood_is_said_on_every_page_of_the_record(
    desk: Client, patient: Patient, baclofen: Prescription, now: datetime
) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(ingredients=[])
    RegimenCheck.objects.create(
        patient=patient, checked_at=now, next_check_on=now.date(), unresolved=[{"entered": "xyzzy"}], failed=True
    )
    for name in ("patient", "patient_check_ins"):
        page = desk.get(reverse(name, args=[patient.pk])).text
        assert "The interaction check failed" in page
        assert "1 medicine not understood" in page


def test_a_flag_names_its_medicines_on_every_page_of_the_record(desk: Client, patient: Patient, now: datetime) -> None:
    InteractionFlag.objects.create(
        patient=patient, code="PAIR_CNS", participants=["baclofen", "amitriptyline"], fingerprint="x", severity="major",
        state="active", finding={"title": "Sedation adds up"}, release="2026.11", blocking=True, raised_at=now,
        checked_at=now,
    )  # fmt: skip
    page = desk.get(reverse("patient_check_ins", args=[patient.pk])).text
    assert "baclofen + amitriptyline: Sedation adds up" in page
    assert "Needs an answer" in page


def test_an_alert_leads_to_the_check_in_that_raised_it_and_shows_the_doses_before(
    desk: Client, patient: Patient, patient_user: User, baclofen: Prescription, now: datetime
) -> None:
    DosePeriod.objects.update(ends_on=now.date() - timedelta(days=2))
    DosePeriod.objects.create(
        prescription=baclofen, amounts=["20", "20"], unit="mg", starts_on=now.date() - timedelta(days=1),
        source="changed", created_at=now,
    )  # fmt: skip
    report = submit_check_in(
        patient=patient, answers={"q1_sleepiness": 3}, submission_key=uuid4(), by=patient_user, now=now
    )
    page = desk.get(reverse("alert", args=[patient.alerts.get().pk])).text
    assert reverse("patient_check_in", args=[patient.pk, report.check_in_id]) in page
    assert "10\u00a0mg twice a day (20\u00a0mg a day in all) → 20\u00a0mg twice a day (40\u00a0mg a day in all)" in page
    assert "Sunday 14\u00a0Jun\u00a02026" in page
    assert "I nod off while I talk or eat" in page, "the answer that fired it is on the page"
    assert f'href="/protocols/#rules">version {report.threshold_version}' in page


def test_the_overview_says_what_the_gate_would_say_now(
    desk: Client, patient: Patient, baclofen: Prescription, clinician: User, now: datetime
) -> None:
    plan = TitrationPlan.objects.create(
        patient=patient, prescription=baclofen, direction="up", state="signed", created_at=now, created_by=clinician,
        signed_at=now, signed_by=clinician, start_daily="20",
        signed_steps=[{"amounts": ["30"], "unit": "mg", "gap": 3}],
    )  # fmt: skip
    TitrationStep.objects.create(
        plan=plan, number=1, due_on=now.date() + timedelta(days=4), due_at=now + timedelta(days=4), amounts=["30"]
    )
    page = desk.get(reverse("patient", args=[patient.pk])).text
    assert "20\u00a0mg → 30\u00a0mg a day" in page
    assert "As things stand now, the gate would hold it:" in page
    assert "No check-in since a dose last changed." in page
    assert "Clear so far" not in page


def test_the_rules_are_told_in_plain_words(desk: Client) -> None:
    page = desk.get("/protocols/").text
    assert 'id="rules"' in page
    assert "nods off in conversation or while eating" in page
    assert "One level worse from the age of 65, or with an eGFR below 60." in page
    assert "Two or more warnings in one check-in" in page


def test_a_missed_check_in_has_a_page_that_says_what_is_not_known(
    desk: Client, patient: Patient, now: datetime
) -> None:
    missed = CheckIn.objects.create(
        patient=patient, local_date=now.date(), opens_at=now, closes_at=now, state=CheckInState.MISSED
    )
    page = desk.get(reverse("patient_check_in", args=[patient.pk, missed.pk])).text
    assert "how the patient was on this day is not known" in page
    missed.draft = {"answers": {"q1_sleepiness": 3}, "seen": [1, 2]}
    missed.save()
    page = desk.get(reverse("patient_check_in", args=[patient.pk, missed.pk])).text
    assert "I nod off while I talk or eat" in page
    assert "Not answered" in page


@pytest.mark.parametrize("address", ["/patients/", "/patients/?show=held", "/patients/?page=999"])
def test_a_list_without_patients_says_what_to_do(desk: Client, address: str) -> None:
    page = desk.get(address)
    assert page.status_code == 200
    assert "Register a patient" in page.text or "Show all" in page.text


def test_what_a_person_typed_is_shown_as_typed_and_never_run(
    desk: Client, clinic: Clinic, clinician: User, now: datetime
) -> None:
    hostile = register_patient(
        clinic=clinic, identifier="<b>1", family_name="محمد " + "ن" * 60, given_names=HOSTILE[:60],
        birth_date=date(1980, 1, 1), allergies=HOSTILE, by=clinician, now=now,
    )  # fmt: skip
    row = Prescription.objects.create(
        patient=hostile, entered=HOSTILE, label=HOSTILE, ingredients=["baclofen"], match="exact", route="oral",
        state="active", starts_on=date(2026, 6, 1), prescribed_at=now,
    )  # fmt: skip
    DosePeriod.objects.create(
        prescription=row, amounts=["5"], unit="mg", starts_on=date(2026, 6, 15), source="changed", created_at=now
    )
    submit_check_in(
        patient=hostile, answers={"q1_sleepiness": 3}, note=HOSTILE, submission_key=uuid4(), by=clinician, now=now
    )
    alert, check_in = hostile.alerts.get(), hostile.check_ins.get()
    for address in (
        "/patients/", "/alerts/", reverse("patient", args=[hostile.pk]), reverse("alert", args=[alert.pk]),
        reverse("patient_check_in", args=[hostile.pk, check_in.pk]),
    ):  # fmt: skip
        page = desk.get(address)
        assert page.status_code == 200, address
        assert "<img src=x" not in page.text, address
        assert "no-store" in page["Cache-Control"], address


def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page(
    client: Client, patient: Patient, patient_user: User, clinician: User, now: datetime
) -> None:
    submit_check_in(patient=patient, answers={"q1_sleepiness": 3}, submission_key=uuid4(), by=patient_user, now=now)
    alert = patient.alerts.get()
    for user, button, page in (
        (patient_user, reverse("my_check_in_start"), "/me/"),
        (clinician, reverse("alert_take", args=[alert.pk]), reverse("alert", args=[alert.pk])),
        (clinician, reverse("messages_read"), "/messages/"),
    ):
        client.logout()
        answer = client.post(button, headers={"referer": f"http://testserver{page}"})
        assert answer.headers["Location"] == f"/login/?unsent=1&next={page}"
        client.force_login(user)
        assert client.get(button).headers["Location"] == page
    alert.refresh_from_db()
    assert alert.state == "new"
