"""A due step is held by whatever is missing or wrong, with all of it really in the tables."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from interactions.medicines import Dose
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import mark_check_in_missed
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.intakes.actions import report_doses
from monitoring.intakes.rules import Kind
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose
from monitoring.regimens.models import InteractionFlag, Prescription, RegimenCheck
from monitoring.titration.actions import settle_step
from monitoring.titration.models import StepPolicy, StepState, TitrationPlan, TitrationStep
from tests.monitoring.regimens.conftest import Prescribe, mg
from tests.monitoring.titration.conftest import (
    JOB,
    Draw,
    Morning,
    Report,
    at,
    first,
    held_for,
    steps_taken,
)

pytestmark = pytest.mark.django_db


# --- every reason to hold, from rows ---------------------------------------------------------------------------


def no_check_in(**_: Any) -> None:
    """The patient never checked in."""


def an_old_check_in(report: Report, step: TitrationStep, **_: Any) -> None:
    report(step.due_on - timedelta(days=3))


def a_bad_check_in(report: Report, step: TitrationStep, **_: Any) -> None:
    report(step.due_on - timedelta(days=1), q1_sleepiness=3)


def a_bad_check_in_then_a_clear_one(report: Report, step: TitrationStep, **_: Any) -> None:
    report(step.due_on - timedelta(days=2), q1_sleepiness=3)
    report(step.due_on - timedelta(days=1))


def an_unjudged_check_in(report: Report, step: TitrationStep, **_: Any) -> None:
    SymptomReport.objects.filter(pk=report(step.due_on - timedelta(days=1)).pk).update(level=None)


def three_missed(patient: Patient, **_: Any) -> None:
    for check_in in CheckIn.objects.filter(patient=patient)[:3]:
        mark_check_in_missed(check_in_id=check_in.pk, now=check_in.closes_at + timedelta(minutes=1), job=JOB)
    rows = [
        CheckIn(patient=patient, local_date=date(2026, 6, 16), opens_at=at(patient, date(2026, 6, 16), 8),
                closes_at=at(patient, date(2026, 6, 16), 20), state="missed")
        for _ in range(3)
    ]  # fmt: skip
    CheckIn.objects.bulk_create(rows)


def doses_missed_on_two_days(patient: Patient, step: TitrationStep, baclofen: Prescription, **_: Any) -> None:
    said_of_doses(baclofen, patient, Kind.SKIPPED, step.due_on - timedelta(days=2))
    said_of_doses(baclofen, patient, Kind.SKIPPED, step.due_on - timedelta(days=1))


def more_than_planned(patient: Patient, step: TitrationStep, baclofen: Prescription, **_: Any) -> None:
    said_of_doses(baclofen, patient, Kind.EXTRA, step.due_on - timedelta(days=1))


def stopped_by_oneself(patient: Patient, step: TitrationStep, baclofen: Prescription, **_: Any) -> None:
    said_of_doses(baclofen, patient, Kind.STOPPED, step.due_on - timedelta(days=1))


def said_of_doses(baclofen: Prescription, patient: Patient, kind: Kind, day: date) -> None:
    assert patient.user is not None
    report_doses(
        prescription=baclofen, local_date=day, doses=(1,), kind=kind, submission_key=uuid4(), by=patient.user,
        now=at(patient, day, 20),
    )  # fmt: skip


def a_dose_changed_outside(
    patient: Patient, step: TitrationStep, clinician: User, baclofen: Prescription, **_: Any
) -> None:
    baclofen.refresh_from_db()
    change_dose(
        prescription=baclofen, dose=mg(10, 10, 5), sig="", from_day=step.due_on - timedelta(days=2), by=clinician,
        now=at(patient, step.due_on - timedelta(days=2), 9), expected_version=baclofen.version,
        without_taper_reason="Sleepy in the afternoon.",
    )  # fmt: skip


def the_same_total_split_otherwise(
    patient: Patient, step: TitrationStep, clinician: User, baclofen: Prescription, **_: Any
) -> None:
    baclofen.refresh_from_db()
    change_dose(
        prescription=baclofen, dose=Dose((Decimal(30),), "mg"), sig="", from_day=step.due_on - timedelta(days=2),
        by=clinician, now=at(patient, step.due_on - timedelta(days=2), 9), expected_version=baclofen.version,
    )  # fmt: skip


def a_dose_recorded_for_later(
    patient: Patient, step: TitrationStep, clinician: User, baclofen: Prescription, **_: Any
) -> None:
    baclofen.refresh_from_db()
    change_dose(
        prescription=baclofen, dose=mg(10, 10, 20), sig="", from_day=step.due_on + timedelta(days=5), by=clinician,
        now=at(patient, step.due_on - timedelta(days=2), 9), expected_version=baclofen.version,
    )  # fmt: skip


def a_step_that_was_tampered_with(step: TitrationStep, **_: Any) -> None:
    TitrationStep.objects.filter(pk=step.pk).update(amounts=["20", "20", "20"])


def an_unanswered_flag(patient: Patient, **_: Any) -> None:
    InteractionFlag.objects.filter(patient=patient).update(status="open", blocking=True)


def a_failed_check(patient: Patient, **_: Any) -> None:
    RegimenCheck.objects.filter(patient=patient).update(failed=True)


def an_unknown_medicine(give: Prescribe, clinician: User, patient: Patient, **_: Any) -> None:
    give("Herbal sleep mix No. 7", None, manual_check_reason="Looked up by hand: no data.")


@pytest.mark.parametrize(
    ("happens", "reasons"),
    [
        (no_check_in, {"no_report"}),
        (an_old_check_in, {"stale_report"}),
        (a_bad_check_in, {"open_alert", "symptoms"}),
        (a_bad_check_in_then_a_clear_one, {"open_alert", "symptoms"}),
        (an_unjudged_check_in, {"unjudged"}),
        (three_missed, {"missed_check_ins"}),
        (doses_missed_on_two_days, {"missed_doses"}),
        (more_than_planned, {"extra_dose", "open_alert"}),
        (stopped_by_oneself, {"missed_doses", "open_alert"}),
        (a_dose_changed_outside, {"dose_moved"}),
        (the_same_total_split_otherwise, {"dose_moved"}),
        (a_dose_recorded_for_later, {"dose_moved"}),
        (a_step_that_was_tampered_with, {"above_signed"}),
        (an_unanswered_flag, {"unanswered_flag"}),
        (a_failed_check, {"check_failed"}),
        (an_unknown_medicine, {"check_failed"}),
    ],
)
def test_what_is_missing_or_wrong_holds_the_step_and_tells_the_team(
    happens: Callable[..., None], reasons: set[str], rising: TitrationPlan, report: Report, morning: Morning,
    patient: Patient, clinician: User, baclofen: Prescription, give: Prescribe,
) -> None:  # fmt: skip
    # given a plan whose first step is near, and something that speaks against it
    step = first(rising)
    happens(report=report, step=step, patient=patient, clinician=clinician, baclofen=baclofen, give=give)
    if happens not in {no_check_in, an_old_check_in, an_unjudged_check_in}:
        report(step.due_on - timedelta(days=1), hour=12)
    before = steps_taken(baclofen)
    # when it is due
    assert morning(step)
    # then the present dose stays, for a reason that is kept
    assert reasons <= held_for(step)
    assert step.state == StepState.HELD
    assert steps_taken(baclofen) == before == []
    # and the care team is told why, and the patient that the dose stays
    alert = Alert.objects.get(kind=AlertKind.STEP_HELD)
    assert alert.level == AlertLevel.WARNING
    assert alert.why == [reason["text"] for reason in step.decision["reasons"]]
    assert {m.template for m in Notification.objects.filter(ref_id=step.pk)} == {"dose_held"}
    (line,) = AuditEvent.objects.filter(action="step.hold")
    assert set(line.detail["reasons"]) == held_for(step)


def test_a_new_medicine_asks_for_a_check_in_of_its_own(
    rising: TitrationPlan, clear: SymptomReport, morning: Morning, give: Prescribe, answer: Callable[..., Any],
    patient: Patient,
) -> None:  # fmt: skip
    # given a clear check-in, and after it another medicine
    day = first(rising).due_on - timedelta(days=1)
    answer(give("paracetamol", mg(500), starts_on=day, now=at(patient, day, 15)))
    # then what was said before it speaks of other doses
    morning(first(rising))
    assert held_for(first(rising)) == {"no_report"}


def test_a_finding_that_the_next_dose_would_add_holds_it(
    rising: TitrationPlan, clear: SymptomReport, morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitoring.regimens.queries import DoseScreening
    from monitoring.titration.queries import evidence

    monkeypatch.setattr(
        evidence, "screening_with_dose", lambda *_, **__: DoseScreening(failed=False, new_blocking=("RENAL",))
    )
    morning(first(rising))
    assert held_for(first(rising)) == {"new_flag"}


def test_a_first_step_without_any_check_in_holds(draw: Draw, sign: Draw, now: datetime) -> None:
    plan = sign(draw(((0, (10, 10, 15)),)))
    settle_step(step_id=first(plan).pk, now=now, job=JOB)
    assert held_for(first(plan)) == {"no_report"}


def test_a_plan_to_be_confirmed_waits_quietly_for_a_word(
    draw: Draw, sign: Draw, report: Report, morning: Morning
) -> None:
    plan = sign(draw(policy=StepPolicy.CONFIRM_EACH))
    report(first(plan).due_on - timedelta(days=1))
    morning(first(plan))
    assert held_for(first(plan)) == {"confirm"}
    assert Alert.objects.get().level == AlertLevel.INFO


def test_flags_and_failed_checks_do_not_keep_somebody_on_a_high_dose(
    taper: TitrationPlan, report: Report, morning: Morning, patient: Patient
) -> None:
    report(first(taper).due_on - timedelta(days=1))
    an_unanswered_flag(patient)
    a_failed_check(patient)
    morning(first(taper))
    assert first(taper).state == StepState.ADVANCED
