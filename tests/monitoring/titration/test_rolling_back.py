"""Back to the last dose that was borne: found from what the check-ins said, confirmed by a clinician, never nothing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from monitoring.alerts.models import Alert
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckInSchedule
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import NeedsTaper, change_dose
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import dose_on
from monitoring.titration.actions import PlanConflictError, release_step, resume_plan, roll_back_plan
from monitoring.titration.models import StepState, TitrationPlan
from monitoring.titration.queries import decisions_of, due_step_ids, roll_back_mark, roll_back_offer
from tests.monitoring.regimens.conftest import mg
from tests.monitoring.titration.conftest import REASON, Draw, Morning, Report, at, first

pytestmark = pytest.mark.django_db


@pytest.fixture
def climbed(rising: TitrationPlan, report: Report, morning: Morning) -> TitrationPlan:
    """Two steps taken up, 35 and then 40 mg a day, with clear check-ins until then."""
    for step in rising.steps.filter(number__lte=2):
        report(step.due_on - timedelta(days=1))
        morning(step)
    assert [step.state for step in rising.steps.all()] == [StepState.ADVANCED, StepState.ADVANCED, StepState.PLANNED]
    return rising


def after(plan: TitrationPlan, number: int, days: int) -> date:
    """A day after a step was taken up."""
    day: date = plan.steps.get(number=number).due_on + timedelta(days=days)
    return day


@pytest.fixture
def bad_day(climbed: TitrationPlan, report: Report, patient: Patient) -> datetime:
    """Noon of the day on which 40 mg a day turned out too much."""
    day = after(climbed, 2, 2)
    report(day, q1_sleepiness=3)
    return at(patient, day, 12)


def test_the_last_dose_whose_check_ins_were_clear_is_found(
    climbed: TitrationPlan, bad_day: datetime, patient: Patient
) -> None:
    offer = roll_back_offer(climbed, patient=patient, now=bad_day)
    assert offer.span is not None
    assert (offer.present, offer.span.daily, offer.abrupt, offer.why_not) == (40, 35, False, "")


def test_it_counts_from_today_under_the_clinicians_name_and_the_plan_waits(
    climbed: TitrationPlan, bad_day: datetime, patient: Patient, clinician: User, baclofen: Prescription
) -> None:
    roll_back_plan(plan=climbed, reason=REASON, by=clinician, now=bad_day)
    period = dose_on(baclofen, patient.local_date(bad_day))
    assert period is not None
    assert (period.amounts, period.source, period.created_by) == (["10", "10", "15"], "changed", clinician)
    climbed.refresh_from_db()
    assert (climbed.paused, climbed.paused_reason) == (True, REASON)
    assert due_step_ids(bad_day + timedelta(days=30)) == []
    (kept, *_) = decisions_of(climbed)
    assert (kept.what, kept.reason) == ("roll_back", REASON)
    assert kept.detail == {"from": "40", "to": "35", "unit": "mg", "without_taper": False}
    line = AuditEvent.objects.get(action="plan.roll_back")
    assert line.reason == ""  # the log holds no clinical words
    assert "dose_step" in {m.template for m in Notification.objects.filter(ref_type="plan")}
    assert CheckInSchedule.objects.running().filter(source="plan", source_id=climbed.pk).exists()


def test_what_was_signed_beyond_it_is_not_resumed(climbed: TitrationPlan, bad_day: datetime, clinician: User) -> None:
    roll_back_plan(plan=climbed, reason=REASON, by=clinician, now=bad_day)
    with pytest.raises(PlanConflictError, match="Plan anew from here"):
        resume_plan(plan=climbed, reason=REASON, by=clinician, now=bad_day + timedelta(days=1))


def test_a_dose_that_was_not_borne_is_passed_over(
    climbed: TitrationPlan, report: Report, patient: Patient, bad_day: datetime
) -> None:
    # given 35 mg was not borne either, and on 30 mg all was well
    report(after(climbed, 1, 3), q1_sleepiness=3, hour=9)
    offer = roll_back_offer(climbed, patient=patient, now=bad_day)
    assert offer.span is not None
    assert offer.span.daily == 30


def test_an_open_alert_raised_in_that_time_speaks_against_it(
    climbed: TitrationPlan, patient: Patient, bad_day: datetime, now: datetime
) -> None:
    Alert.objects.filter(kind="symptoms").update(raised_at=at(patient, after(climbed, 1, 1), 12))
    offer = roll_back_offer(climbed, patient=patient, now=bad_day)
    assert offer.span is not None
    assert offer.span.daily == 30


def test_without_a_single_check_in_no_dose_is_known_to_be_borne(
    rising: TitrationPlan, morning: Morning, clinician: User, patient: Patient
) -> None:
    morning(first(rising))
    noon = at(patient, first(rising).due_on, 12)
    release_step(step=first(rising), reason=REASON, by=clinician, now=noon)
    with pytest.raises(PlanConflictError, match="No lower dose of this plan is known to have been borne"):
        roll_back_plan(plan=rising, reason=REASON, by=clinician, now=noon)


def not_begun(**_: object) -> None:
    """No step was taken up."""


def unknown(baclofen: Prescription, climb: Callable[[], None], **_: object) -> None:
    climb()
    baclofen.dose_periods.filter(ends_on__isnull=True).update(amounts=[], unit="", frequency_known=False)


def by_hand(baclofen: Prescription, climb: Callable[[], None], clinician: User, **_: object) -> None:
    climb()
    baclofen.refresh_from_db()
    when = at(baclofen.patient, date(2026, 6, 26), 12)
    change_dose(
        prescription=baclofen, dose=mg(10, 12, 15), sig="", from_day=date(2026, 6, 26), by=clinician, now=when,
        expected_version=baclofen.version,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("happens", "why"),
    [(not_begun, "No step of this plan"), (unknown, "is not known"), (by_hand, "changed outside this plan")],
)
def test_what_cannot_be_rolled_back_says_why(
    happens: Callable[..., None], why: str, rising: TitrationPlan, request: pytest.FixtureRequest, clinician: User,
    baclofen: Prescription, patient: Patient,
) -> None:  # fmt: skip
    happens(baclofen=baclofen, clinician=clinician, climb=lambda: request.getfixturevalue("climbed"))
    before = list(baclofen.dose_periods.values_list("amounts", flat=True))
    with pytest.raises(PlanConflictError, match=why):
        roll_back_plan(plan=rising, reason=REASON, by=clinician, now=at(patient, date(2026, 6, 27), 12))
    assert list(baclofen.dose_periods.values_list("amounts", flat=True)) == before


def test_a_taper_is_not_rolled_back_upwards(taper: TitrationPlan, clinician: User, now: datetime) -> None:
    with pytest.raises(PlanConflictError, match="only lowers a dose"):
        roll_back_plan(plan=taper, reason=REASON, by=clinician, now=now)


@pytest.fixture
def steep(draw: Draw, sign: Callable[..., TitrationPlan], report: Report, morning: Morning) -> TitrationPlan:
    """From 30 to 60 mg a day in one step: going back is half of it at once, after weeks of use."""
    plan = sign(draw(((3, (20, 20, 20)),)))
    report(first(plan).due_on - timedelta(days=1))
    morning(first(plan))
    assert first(plan).state == StepState.ADVANCED
    return plan


def test_an_abrupt_fall_of_baclofen_is_said_and_needs_its_own_reason(
    steep: TitrationPlan, patient: Patient, clinician: User, baclofen: Prescription
) -> None:
    noon = at(patient, after(steep, 1, 3), 12)
    assert roll_back_offer(steep, patient=patient, now=noon).abrupt
    with pytest.raises(NeedsTaper):
        roll_back_plan(plan=steep, reason=REASON, by=clinician, now=noon)
    roll_back_plan(
        plan=steep, reason=REASON, by=clinician, now=noon, without_taper_reason="Drowsy; watched on the ward."
    )
    assert Alert.objects.open().filter(kind="withdrawal", level=3).exists()
    assert decisions_of(steep)[0].detail["without_taper"] is True
    steep.refresh_from_db()
    assert (steep.state, steep.paused) == ("completed", False)  # nothing of it is left to pause


def test_what_is_confirmed_is_what_was_shown_and_twice_is_once(
    climbed: TitrationPlan, bad_day: datetime, patient: Patient, clinician: User, report: Report, baclofen: Prescription
) -> None:
    day = patient.local_date(bad_day)
    seen = roll_back_mark(climbed, roll_back_offer(climbed, patient=patient, now=bad_day), day)
    report(after(climbed, 1, 3), q1_sleepiness=3, hour=9)
    with pytest.raises(PlanConflictError, match="changed after you opened"):
        roll_back_plan(plan=climbed, reason=REASON, by=clinician, now=bad_day, seen=seen)
    seen = roll_back_mark(climbed, roll_back_offer(climbed, patient=patient, now=bad_day), day)
    for _ in range(2):
        roll_back_plan(plan=climbed, reason=REASON, by=clinician, now=bad_day, seen=seen)
    assert [each.what for each in decisions_of(climbed)].count("roll_back") == 1
    period = dose_on(baclofen, day)
    assert period is not None
    assert period.amounts == ["10", "10", "10"]
