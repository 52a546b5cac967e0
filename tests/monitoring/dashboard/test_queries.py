"""What the first pages gather: words for a patient, what may change, and what stood around an alert."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.rules import current_thresholds
from monitoring.checkins.rules.settings import hash_of
from monitoring.checkins.rules.thresholds import CURRENT_VERSION
from monitoring.dashboard.queries import (
    changes_ahead,
    medicines_today,
    surroundings_of,
    timeline_of,
)
from monitoring.intakes.models import Advice, DoseReport, DoseReportKind
from monitoring.people.models import Clinic, Patient, User
from monitoring.protocols.models import ProtocolVersion
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.regimens.queries import regimen_of
from monitoring.titration.models import TitrationPlan, TitrationStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(patient: Patient, now: datetime) -> date:
    return patient.local_date(now)


def taken(patient: Patient, label: str, now: datetime, **more: Any) -> Prescription:
    """An active prescription of something by mouth since the start of the year."""
    given: dict[str, Any] = {
        "ingredients": [label], "match": "exact", "route": "oral", "state": "active", "starts_on": date(2026, 1, 1),
    }  # fmt: skip
    return Prescription.objects.create(patient=patient, entered=label, label=label, prescribed_at=now, **(given | more))


def dose(prescription: Prescription, *amounts: int, now: datetime, since: date, **more: Any) -> DosePeriod:
    given = {"unit": "mg", "source": "prescribed", "created_at": now}
    made = {"amounts": [str(amount) for amount in amounts], "starts_on": since, **(given | more)}
    return DosePeriod.objects.create(prescription=prescription, **made)


def test_a_dose_that_became_another_today_is_marked_and_told_dose_by_dose(
    patient: Patient, today: date, now: datetime
) -> None:
    baclofen = taken(patient, "baclofen", now)
    dose(baclofen, 5, 5, 5, now=now, since=date(2026, 1, 1), ends_on=today - timedelta(days=1))
    dose(baclofen, 10, 10, 15, now=now, since=today, source="step", source_id=uuid4())
    (shown,) = medicines_today(patient, today)
    assert shown.medicine.changed
    assert [(slot.amount_words, slot.when_words, tablets) for slot, tablets in shown.doses] == [
        ("10\u00a0mg", "in the morning", ""), ("10\u00a0mg", "at midday", ""), ("15\u00a0mg", "in the evening", ""),
    ]  # fmt: skip
    assert shown.medicine.taking.total == 35


def test_the_tablets_of_a_signed_plan_are_told_with_each_dose(
    patient: Patient, today: date, now: datetime, clinician: User
) -> None:
    baclofen = taken(patient, "baclofen", now)
    dose(baclofen, 10, 15, now=now, since=date(2026, 1, 1))
    TitrationPlan.objects.create(
        patient=patient, prescription=baclofen, direction="up", state="signed", created_at=now, created_by=clinician,
        signed_at=now, signed_by=clinician, tablets=[{"strength": "10", "halves": True}],
    )  # fmt: skip
    (shown,) = medicines_today(patient, today)
    assert [tablets.replace("\u00a0", " ") for _, tablets in shown.doses] == ["1 × 10 mg", "1 × 10 mg + ½ × 10 mg"]


def test_what_may_change_is_told_without_an_amount_and_once(
    patient: Patient, today: date, now: datetime, clinician: User
) -> None:
    baclofen, other = taken(patient, "baclofen", now), taken(patient, "amitriptyline", now)
    coming = taken(patient, "sertraline", now, starts_on=today + timedelta(days=9))
    for row in (baclofen, other, coming):
        dose(row, 10, now=now, since=row.starts_on or today)
    plan = TitrationPlan.objects.create(
        patient=patient, prescription=baclofen, direction="up", state="signed", created_at=now, created_by=clinician,
        signed_at=now, signed_by=clinician,
    )  # fmt: skip
    step = TitrationStep.objects.create(
        plan=plan, number=1, due_on=today + timedelta(days=4), due_at=now, amounts=["15"]
    )
    found = changes_ahead(patient, regimen_of(patient, today))
    assert [(each.label, each.on, each.starts) for each in found] == [
        ("baclofen", today + timedelta(days=4), False),
        ("sertraline", today + timedelta(days=9), True),
    ]
    TitrationStep.objects.filter(pk=step.pk).update(state="held", settled_at=now, decision={"decision": "hold"})
    assert changes_ahead(patient, regimen_of(patient, today))[0].on is None


def test_an_alert_stands_beside_its_check_in_its_week_and_the_dose_that_had_just_changed(
    patient: Patient, patient_user: User, today: date, now: datetime
) -> None:
    baclofen = taken(patient, "baclofen", now)
    dose(baclofen, 5, 5, 5, now=now, since=date(2026, 1, 1), ends_on=today - timedelta(days=3))
    dose(baclofen, 10, 10, 10, now=now, since=today - timedelta(days=2), source="changed")
    old = taken(patient, "diazepam", now, ends_on=today - timedelta(days=2), state="stopped", stopped_at=now,
                stop_reason="no_benefit")  # fmt: skip
    dose(old, 5, now=now, since=date(2026, 1, 1), ends_on=today - timedelta(days=2))
    report = submit_check_in(
        patient=patient, answers={"q1_sleepiness": 3}, submission_key=uuid4(), by=patient_user, now=now
    )
    around = surroundings_of(patient.alerts.get())
    assert around.check_in == report.check_in
    assert list(around.recent) == [report.check_in]
    assert (around.troubles, around.week) == (("Sleepy",), [(report.check_in, (3,))])
    assert [(each.label, each.before, each.after) for each in around.changes] == [
        ("diazepam", "5\u00a0mg once a day", ""),
        ("baclofen", "5\u00a0mg three times a day (15\u00a0mg a day in all)",
         "10\u00a0mg three times a day (30\u00a0mg a day in all)"),
    ]  # fmt: skip


def test_a_change_of_four_days_before_is_not_beside_the_alert(patient: Patient, today: date, now: datetime) -> None:
    dose(taken(patient, "baclofen", now), 10, now=now, since=today - timedelta(days=4))
    alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=3, why=["Sleepy"], source_type="symptom_report",
        source_id=uuid4(), now=now, job="tests",
    )  # fmt: skip
    around = surroundings_of(alert)
    assert (around.changes, around.check_in, around.recent) == ((), None, ())


def test_a_source_of_another_patient_is_never_shown(
    patient: Patient, other_patient: Patient, outsider: User, now: datetime
) -> None:
    theirs = submit_check_in(
        patient=other_patient, answers={"q1_sleepiness": 0}, submission_key=uuid4(), by=outsider, now=now
    )
    alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=3, why=["x"], source_type="symptom_report",
        source_id=theirs.pk, now=now, job="tests",
    )  # fmt: skip
    assert surroundings_of(alert).check_in is None


def limit_today(patient: Patient, now: datetime) -> int:
    (lane,) = (lane for lane in timeline_of(patient, now=now, weeks=4).asked if lane.key == "q1_sleepiness")
    return lane.rules[-1].alert_from


def test_the_limits_on_the_chart_are_those_that_judge_this_patient(patient: Patient, now: datetime) -> None:
    """Maya is 69: sleepiness 2, an info for others, is a warning for her."""
    assert limit_today(patient, now) == 2
    Patient.objects.filter(pk=patient.pk).update(birth_date=date(1990, 1, 1), egfr=Decimal(90))
    patient.refresh_from_db()
    assert limit_today(patient, now) == 3


def new_rules(clinic: Clinic, by: User, approver: User, since: datetime, **thresholds: str) -> ProtocolVersion:
    """A version of the clinic's own that differs from the release in these levels."""
    patch = {name.replace("__", "."): level for name, level in thresholds.items()}
    return ProtocolVersion.objects.create(
        clinic=clinic, number=1, based_on=CURRENT_VERSION, thresholds=patch,
        content_hash=hash_of(current_thresholds(), patch, {}), reason="Too quiet for us.", approval_note="Seen.",
        proposed_by=by, proposed_at=since, approved_by=approver, approved_at=since, in_force_from=since,
    )  # fmt: skip


def test_each_day_is_drawn_by_the_rules_in_force_that_day(
    patient: Patient, patient_user: User, clinic: Clinic, clinician: User, colleague: User, now: datetime
) -> None:
    Patient.objects.filter(pk=patient.pk).update(birth_date=date(1990, 1, 1), egfr=Decimal(90))
    patient.refresh_from_db()
    since = now - timedelta(days=5)
    new_rules(clinic, clinician, colleague, since, questions__q1_sleepiness__2="warning")
    submit_check_in(patient=patient, answers={"q1_sleepiness": 2}, submission_key=uuid4(), by=patient_user, now=now)
    timeline = timeline_of(patient, now=now, weeks=4)
    (lane,) = (lane for lane in timeline.asked if lane.key == "q1_sleepiness")
    changed = patient.local_date(since)
    assert [(rule.first, rule.last, rule.alert_from) for rule in lane.rules] == [
        (timeline.first, changed - timedelta(days=1), 3), (changed, timeline.today, 2)
    ]  # fmt: skip
    assert lane.is_loud(timeline.today)
    assert [version for version, _ in timeline.versions] == [CURRENT_VERSION, f"{CURRENT_VERSION}+clinic-1"]
    (event,) = (event for event in timeline.events if event.label == "New rules")
    assert (event.day, event.url) == (changed, "/protocols/#version-1")


def test_what_a_check_in_tells_of_doses_and_of_the_body_is_on_the_chart(
    patient: Patient, patient_user: User, today: date, now: datetime
) -> None:
    dose(taken(patient, "amitriptyline", now), 10, now=now, since=date(2026, 1, 1), times=["night"])
    answers = {"q8_body": ["dry_mouth", "hard_to_pee"], "q10_doses_other": ["missed_1", "extra_dose"]}
    submit_check_in(patient=patient, answers=answers, submission_key=uuid4(), by=patient_user, now=now)
    timeline = timeline_of(patient, now=now, weeks=4)
    (drug,) = timeline.doses
    assert (drug.unit, drug.missed, drug.extra) == (
        "mg a night", {today: "missed one or two doses"}, {today: "took an extra dose"}
    )  # fmt: skip
    (body,) = (lane for lane in timeline.asked if lane.key == "q8_body")
    assert (body.scores[today], body.answer_on(today)) == (2, "dry mouth, hard to pass urine")
    assert body.is_loud(today)


def test_a_dose_reported_as_missed_is_on_the_lane_of_its_own_medicine(
    patient: Patient, patient_user: User, today: date, now: datetime
) -> None:
    rows = [taken(patient, label, now) for label in ("baclofen", "amitriptyline")]
    for row in rows:
        dose(row, 10, now=now, since=date(2026, 1, 1))
    DoseReport.objects.create(
        patient=patient, prescription=rows[0], local_date=today, dose=1, kind=DoseReportKind.SKIPPED,
        advice=Advice.MISSED, submission_key=uuid4(), reported_at=now, reported_by=patient_user,
    )  # fmt: skip
    baclofen, amitriptyline = timeline_of(patient, now=now, weeks=4).doses
    assert baclofen.missed == {today: "baclofen: dose missed"}
    assert not amitriptyline.missed


def test_all_begins_with_what_is_known_first_and_not_before_three_years(
    patient: Patient, today: date, now: datetime
) -> None:
    row = taken(patient, "baclofen", now, starts_on=today - timedelta(days=400))
    dose(row, 10, now=now, since=today - timedelta(days=400))
    assert timeline_of(patient, now=now, weeks=None).first == today - timedelta(days=400)
    Prescription.objects.filter(pk=row.pk).update(starts_on=date(2001, 1, 1))
    assert timeline_of(patient, now=now, weeks=None).first == today - timedelta(weeks=156)
