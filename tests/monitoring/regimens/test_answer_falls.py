"""An answer to an interaction: quiet while nothing has changed, asked for again when what it weighed has grown."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from interactions.medicines import Dose
from monitoring.checkins.actions import mark_check_in_missed, plan_due_check_ins, submit_check_in
from monitoring.checkins.models import CheckIn
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import (
    acknowledge_flag,
    change_dose,
    change_patient_context,
    prescribe,
    recheck_due_regimen,
    stop_prescription,
    withdraw_answer,
)
from monitoring.regimens.models import InteractionFlag, Prescription, Question
from monitoring.regimens.queries import due_regimen_ids, next_check_day, screen_patient
from tests.monitoring.checkins.conftest import well
from tests.monitoring.regimens.conftest import mg

__all__ = ["well"]
pytestmark = pytest.mark.django_db
JOB = "recheck_regimens"
NOTE = "Seen in clinic; stop if she falls."


@pytest.fixture
def take(patient: Patient, clinician: User, now: datetime, today: date) -> Callable[..., Prescription]:
    def _take(name: str, dose: Dose, route: str = "oral") -> Prescription:
        return prescribe(
            patient=patient, entered=name, route=route, dose=dose, sig="", starts_on=today, by=clinician, now=now
        )

    return _take


@pytest.fixture
def pair(take: Callable[..., Prescription], patient: Patient, clinician: User, now: datetime) -> InteractionFlag:
    """Baclofen and amitriptyline, everything about them answered: dose adjusted for the risk."""
    take("baclofen", mg(5, 5))
    take("amitriptyline", mg(10))
    for flag in InteractionFlag.objects.unanswered():
        acknowledge_flag(flag=flag, reason="dose_adjusted", note=NOTE, by=clinician, now=now)
    return InteractionFlag.objects.get(code="PAIR_CNS")


def again(flag: InteractionFlag) -> str:
    flag.refresh_from_db()
    return flag.reopened_because if flag.status == "open" else ""


class TestByAChange:
    def test_a_new_sedative_raises_the_pair(self, pair: InteractionFlag, take: Callable[..., Prescription]) -> None:
        # given an answered pair, when a sleeping tablet joins it
        take("zolpidem", mg(5))
        # then the pair's own flag says what raises it, beside the new stack
        assert "zolpidem" in again(pair)
        assert InteractionFlag.objects.unanswered().filter(code="CNS_STACK").exists()

    def test_a_harmless_medicine_leaves_it_alone(
        self, pair: InteractionFlag, take: Callable[..., Prescription]
    ) -> None:
        take("paracetamol", mg(500))
        assert again(pair) == ""

    def test_a_dose_rise_asks_and_a_fall_does_not(
        self, pair: InteractionFlag, patient: Patient, clinician: User, now: datetime, today: date
    ) -> None:
        baclofen = Prescription.objects.get(label="baclofen")
        for amount, expected in ((2, ""), (5, ""), (8, "baclofen rose from 10 to 16 mg a day")):
            baclofen.refresh_from_db()
            change_dose(
                prescription=baclofen, dose=mg(amount, amount), sig="", from_day=today, by=clinician, now=now,
                expected_version=baclofen.version,
            )  # fmt: skip
            assert again(pair) == expected

    def test_a_rise_that_is_planned_for_next_week_asks_when_it_is_written(
        self, pair: InteractionFlag, clinician: User, now: datetime, today: date
    ) -> None:
        baclofen = Prescription.objects.get(label="baclofen")
        change_dose(
            prescription=baclofen, dose=mg(10, 10), sig="", from_day=today + timedelta(days=7), by=clinician, now=now,
            expected_version=baclofen.version,
        )  # fmt: skip
        assert "rose from 10 to 20 mg a day" in again(pair)

    def test_worse_kidneys_ask(
        self, pair: InteractionFlag, patient: Patient, clinician: User, now: datetime, today: date
    ) -> None:
        changes = {"egfr": 51, "egfr_on": today}
        change_patient_context(patient=patient, changes=changes, by=clinician, now=now)
        assert again(pair) == ""
        change_patient_context(patient=patient, changes={"egfr": 28}, by=clinician, now=now)
        assert "eGFR fell from 30 to 59 and is now 28 (15 to 29)" in again(pair)

    def test_the_same_again_in_another_box_is_quiet(
        self, pair: InteractionFlag, take: Callable[..., Prescription], clinician: User, now: datetime, today: date
    ) -> None:
        # given amitriptyline that is stopped yesterday and given under a brand today, at the same dose
        old = Prescription.objects.get(label="amitriptyline")
        stop_prescription(
            prescription=old, last_day=today, reason="other", note="", by=clinician, now=now,
            expected_version=old.version,
        )  # fmt: skip
        prescribe(
            patient=old.patient, entered="Elavil", route="oral", dose=mg(10), sig="",
            starts_on=today + timedelta(days=1), by=clinician, now=now,
        )  # fmt: skip
        # then the pair's answer stands
        assert again(pair) == ""

    def test_its_author_takes_it_back(
        self, pair: InteractionFlag, patient: Patient, clinician: User, now: datetime
    ) -> None:
        withdraw_answer(override=pair.overrides.get(), reason="promise", note="", by=clinician, now=now)
        assert again(pair) == "Dr Alice Okafor withdrew the answer: I can no longer keep what I promised"
        assert Question.objects.filter(flag=pair, outcome="").get().causes == ["withdrawn"]


class TestByTheClock:
    def test_a_birthday_into_another_age_band(
        self, pair: InteractionFlag, patient: Patient, clinician: User, now: datetime
    ) -> None:
        # given an answer that is renewed a month before she turns 75
        birthday = datetime.combine(date(2032, 3, 14), time(9), tzinfo=patient.zone)
        before = birthday - timedelta(days=20)
        recheck_due_regimen(patient_id=patient.pk, now=before, job=JOB)
        acknowledge_flag(flag=pair, reason="dose_adjusted", note=NOTE, by=clinician, now=before)
        # when the sweep comes on the day after her birthday
        for day in range(35):
            recheck_due_regimen(patient_id=patient.pk, now=before + timedelta(days=day), job=JOB)
        # then it asks, and somebody is told why
        assert "the patient has reached 75" in again(pair)
        alert = patient.alerts.get(kind="regimen_check")
        assert any("the patient has reached 75" in why for why in alert.why)

    @pytest.mark.parametrize(
        ("born", "day"), [(date(1957, 6, 30), date(2022, 6, 30)), (date(1948, 2, 29), date(2013, 3, 1))]
    )
    def test_the_sweep_comes_on_that_birthday(
        self, pair: InteractionFlag, patient: Patient, born: date, day: date
    ) -> None:
        Patient.objects.update(birth_date=born)
        patient.refresh_from_db()
        before = datetime.combine(day - timedelta(days=3), time(9), tzinfo=patient.zone)
        recheck_due_regimen(patient_id=patient.pk, now=before, job=JOB)
        assert next_check_day(patient, screen_patient(patient, before.date()), before.date()) == day

    def test_promised_check_ins_that_are_missed_twice_in_a_row(
        self, pair: InteractionFlag, patient: Patient, clinician: User, now: datetime, well: dict[str, object]
    ) -> None:
        # given “I will monitor” in place of the first answer, and a first day that was answered
        now += timedelta(minutes=1)
        acknowledge_flag(flag=pair, reason="will_monitor", note=NOTE, by=clinician, now=now)
        assert patient.user is not None
        submit_check_in(
            patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=now,
            check_in=CheckIn.objects.open_at(now).get(),
        )  # fmt: skip
        for days, expected in ((1, ""), (2, ""), (3, "the last 2 promised check-ins were not answered")):
            moment = now + timedelta(days=days)
            # when each morning the day before is closed, and the sweep finds the regimen due
            plan_due_check_ins(patient_id=patient.pk, now=moment, job="plan_check_ins")
            for pk in CheckIn.objects.overdue(moment).values_list("pk", flat=True):
                mark_check_in_missed(check_in_id=pk, now=moment, job="mark_missed_check_ins")
            assert patient.pk in due_regimen_ids(moment)
            recheck_due_regimen(patient_id=patient.pk, now=moment, job=JOB)
            # then it asks after the second missed day, not before
            assert again(pair) == expected
        assert any("promised check-ins" in why for why in patient.alerts.get(kind="regimen_check").why)
        # and a new promise begins anew
        acknowledge_flag(flag=pair, reason="will_monitor", note=NOTE, by=clinician, now=now + timedelta(days=3))
        recheck_due_regimen(patient_id=patient.pk, now=now + timedelta(days=4), job=JOB)
        assert again(pair) == ""
