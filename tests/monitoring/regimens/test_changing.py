"""A dose changes or a medicine stops; baclofen is never let fall unnoticed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind
from monitoring.checkins.models import CheckInSchedule
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import (
    NeedsTaper,
    RegimenConflict,
    RegimenError,
    change_dose,
    cover_by_plan,
    end_cover,
    finish_taper,
    stop_prescription,
    take_up_dose,
)
from monitoring.regimens.models import DosePeriod, InteractionFlag, Prescription
from monitoring.regimens.queries import dose_on
from tests.monitoring.regimens.conftest import Prescribe, flag_of, mg

pytestmark = pytest.mark.django_db
Stop = Callable[..., Prescription]
TakeUp = Callable[..., DosePeriod]
JOB = "settle_due_steps"


@pytest.fixture
def stop(clinician: User, now: datetime, today: date) -> Stop:
    def _stop(prescription: Prescription, **more: object) -> Prescription:
        prescription.refresh_from_db()
        given = {
            "last_day": today, "reason": "no_benefit", "note": "", "by": clinician, "now": now,
            "expected_version": prescription.version,
        }  # fmt: skip
        return stop_prescription(prescription=prescription, **(given | more))  # type: ignore[arg-type]

    return _stop


class TestChangeDose:
    def test_the_old_dose_ends_the_day_before(
        self, baclofen: Prescription, clinician: User, now: datetime, today: date
    ) -> None:
        change_dose(
            prescription=baclofen, dose=mg(10, 10, 15), sig="", from_day=today + timedelta(days=2), by=clinician,
            now=now, expected_version=1,
        )  # fmt: skip
        first, second = DosePeriod.objects.filter(prescription=baclofen)
        assert (first.ends_on, second.starts_on, second.ends_on) == (
            today + timedelta(days=1), today + timedelta(days=2), None,
        )  # fmt: skip
        current, later = dose_on(baclofen, today), dose_on(baclofen, today + timedelta(days=2))
        assert current is not None
        assert current.daily == Decimal(30)
        assert later is not None
        assert later.daily == Decimal(35)

    def test_a_stale_page_changes_nothing(
        self, baclofen: Prescription, clinician: User, now: datetime, today: date
    ) -> None:
        given = {
            "prescription": baclofen,
            "sig": "",
            "from_day": today,
            "by": clinician,
            "now": now,
            "expected_version": 1,
        }
        change_dose(dose=mg(10, 10, 15), **given)  # type: ignore[arg-type]
        with pytest.raises(RegimenConflict):
            change_dose(dose=mg(10, 10, 20), **given)  # type: ignore[arg-type]
        assert DosePeriod.objects.get(prescription=baclofen, ends_on=None).amounts == ["10", "10", "15"]

    def test_a_fast_fall_asks_for_a_reason(
        self, baclofen: Prescription, clinician: User, now: datetime, today: date
    ) -> None:
        given = {
            "prescription": baclofen,
            "dose": mg(5, 5, 5),
            "sig": "",
            "from_day": today,
            "by": clinician,
            "now": now,
        }
        with pytest.raises(NeedsTaper):
            change_dose(**given, expected_version=1)  # type: ignore[arg-type]
        change_dose(**given, expected_version=1, without_taper_reason="Too drowsy to stand.")  # type: ignore[arg-type]
        baclofen.refresh_from_db()
        assert (baclofen.version, baclofen.without_taper_reason) == (2, "Too drowsy to stand.")
        assert Alert.objects.get(kind="withdrawal").level == 3
        assert CheckInSchedule.objects.filter(source="stop", source_id=baclofen.pk).exists()

    def test_a_rise_past_a_threshold_asks_again(
        self,
        give: Prescribe,
        answer: Callable[..., Prescription],
        patient: Patient,
        clinician: User,
        now: datetime,
        today: date,
    ) -> None:
        low = answer(give("baclofen", mg(5, 5), starts_on=today - timedelta(days=70)))
        answer(give("amitriptyline", mg(10)))
        assert flag_of(patient, "PAIR_CNS").status == "acknowledged"
        change_dose(
            prescription=low, dose=mg(10, 10), sig="", from_day=today, by=clinician, now=now, expected_version=1
        )
        flag = flag_of(patient, "PAIR_CNS")
        assert (flag.status, flag.severity) == ("open", "major")
        assert "moderate to major" in flag.reopened_because

    def test_a_dose_before_the_present_one_is_refused(
        self, baclofen: Prescription, clinician: User, now: datetime, today: date
    ) -> None:
        with pytest.raises(RegimenError) as caught:
            change_dose(
                prescription=baclofen, dose=mg(10, 10, 15), sig="", from_day=today - timedelta(days=99), by=clinician,
                now=now, expected_version=1,
            )  # fmt: skip
        assert caught.value.field == "from_day"


class TestStop:
    def test_baclofen_after_weeks_asks_for_a_taper_or_a_reason(
        self, baclofen: Prescription, stop: Stop, patient: Patient
    ) -> None:
        with pytest.raises(NeedsTaper):
            stop(baclofen)
        baclofen.refresh_from_db()
        assert baclofen.state == "active"
        assert not Alert.objects.filter(kind="withdrawal").exists()

    def test_without_a_taper_it_alerts_watches_and_flags(
        self, baclofen: Prescription, stop: Stop, patient: Patient, today: date
    ) -> None:
        stopped = stop(
            baclofen, last_day=today - timedelta(days=1), without_taper_reason="Severe confusion, in hospital."
        )
        assert stopped.state == "stopped"
        alert = Alert.objects.get(patient=patient, kind="withdrawal")
        assert alert.level == 3
        schedule = CheckInSchedule.objects.get(patient=patient, source="stop")
        assert schedule.daily_until - schedule.starts_on == timedelta(days=6)
        assert flag_of(patient, "WITHDRAWAL").severity == "major"

    def test_after_a_taper_it_only_watches(
        self, baclofen: Prescription, stop: Stop, patient: Patient, clinician: User, now: datetime, today: date
    ) -> None:
        for days, amounts in ((21, (10, 10)), (14, (5, 10)), (7, (10,))):
            baclofen.refresh_from_db()
            DosePeriod.objects.filter(prescription=baclofen, ends_on=None).update(
                ends_on=today - timedelta(days=days + 1)
            )
            DosePeriod.objects.create(
                prescription=baclofen, amounts=[str(a) for a in amounts], unit="mg", source="changed",
                starts_on=today - timedelta(days=days), created_at=now + timedelta(minutes=30 - days),
            )  # fmt: skip
        stop(baclofen, last_day=today - timedelta(days=1), reason="taper_done")
        assert not Alert.objects.filter(kind="withdrawal").exists()
        assert CheckInSchedule.objects.filter(source="stop").exists()
        assert not InteractionFlag.objects.present().filter(code="WITHDRAWAL").exists()

    def test_a_pump_that_stops_is_an_emergency(
        self, give: Prescribe, answer: Callable[..., Prescription], stop: Stop
    ) -> None:
        pump = answer(give("Gablofen", None, route="intrathecal"))
        with pytest.raises(NeedsTaper):
            stop(pump)
        stop(pump, without_taper_reason="Pump removed for infection.")
        assert Alert.objects.get(kind="withdrawal").level == 4

    def test_a_change_of_strength_is_no_stop(
        self, baclofen: Prescription, give: Prescribe, answer: Callable[..., Prescription], stop: Stop, today: date
    ) -> None:
        answer(give("Lioresal", mg(10, 10, 10), starts_on=today + timedelta(days=1)))
        assert stop(baclofen).state == "stopped"
        assert not Alert.objects.filter(kind="withdrawal").exists()
        assert not InteractionFlag.objects.present().filter(code="WITHDRAWAL").exists()

    def test_what_never_was_taken_leaves_no_trace_in_the_body(
        self, baclofen: Prescription, give: Prescribe, stop: Stop, patient: Patient
    ) -> None:
        stop(baclofen, reason="never_taken")
        assert not InteractionFlag.objects.present().exists()
        assert not Alert.objects.filter(kind="withdrawal").exists()

    def test_a_stopped_medicine_keeps_its_flag_while_it_washes_out(
        self,
        baclofen: Prescription,
        give: Prescribe,
        answer: Callable[..., Prescription],
        stop: Stop,
        patient: Patient,
        today: date,
    ) -> None:
        ami = answer(give("amitriptyline", mg(25), starts_on=today - timedelta(days=60)))
        stop(ami, last_day=today - timedelta(days=3))
        flag = flag_of(patient, "PAIR_CNS")
        assert (flag.state, flag.status) == ("residual", "acknowledged")

    @pytest.mark.parametrize("days", [-400, -71, 367])
    def test_the_last_day_must_be_possible(self, baclofen: Prescription, stop: Stop, today: date, days: int) -> None:
        with pytest.raises(RegimenError) as caught:
            stop(baclofen, last_day=today + timedelta(days=days))
        assert caught.value.field == "last_day"

    def test_a_second_stop_is_a_conflict(self, baclofen: Prescription, stop: Stop) -> None:
        stop(baclofen, without_taper_reason="Severe confusion, in hospital.")
        with pytest.raises(RegimenConflict):
            stop(baclofen, without_taper_reason="Severe confusion, in hospital.")


class TestSteps:
    @pytest.fixture
    def take_up(self, baclofen: Prescription, now: datetime, today: date) -> TakeUp:
        """A step to 35 mg a day is taken up today, unless told otherwise; a plan up to 45 mg was signed."""
        cover_by_plan(prescription=baclofen, up_to=Decimal(45), unit="mg", now=now)

        def _take_up(*amounts: int, **more: Any) -> DosePeriod:
            given: dict[str, Any] = {"from_day": today, "step_id": uuid4(), "min_gap_days": 3, "now": now, "job": JOB}
            doses = [Decimal(each) for each in amounts or (10, 10, 15)]
            return take_up_dose(prescription=baclofen, amounts=doses, unit="mg", **(given | more))

        return _take_up

    def test_a_signed_step_is_taken_up_once(self, baclofen: Prescription, take_up: TakeUp) -> None:
        step = uuid4()
        for _ in range(2):
            take_up(step_id=step)
        assert DosePeriod.objects.filter(source="step").count() == 1
        baclofen.refresh_from_db()
        assert baclofen.version == 2

    def test_no_step_rises_above_what_was_signed(self, take_up: TakeUp, baclofen: Prescription) -> None:
        with pytest.raises(RegimenConflict, match="above what was signed"):
            take_up(20, 20, 20)
        end_cover(prescription=baclofen, reached=None)
        with pytest.raises(RegimenConflict, match="above what was signed"):
            take_up()

    def test_no_step_rises_before_the_dose_below_it_has_lasted(self, take_up: TakeUp, today: date) -> None:
        take_up()
        with pytest.raises(RegimenConflict, match="has not lasted"):
            take_up(10, 15, 15, from_day=today + timedelta(days=2))
        take_up(10, 15, 15, from_day=today + timedelta(days=3))

    @pytest.mark.parametrize("kind", AlertKind.values)
    def test_no_step_rises_over_an_urgent_alert_of_any_kind(
        self, take_up: TakeUp, patient: Patient, now: datetime, kind: AlertKind
    ) -> None:
        raise_alert(patient=patient, kind=kind, level=3, why=["Look."], source_type="x", now=now, job=JOB)
        with pytest.raises(RegimenConflict, match="urgent alert"):
            take_up()

    def test_a_fall_waits_for_none_of_these(
        self, take_up: TakeUp, patient: Patient, baclofen: Prescription, now: datetime
    ) -> None:
        end_cover(prescription=baclofen, reached=None)
        raise_alert(patient=patient, kind=AlertKind.SYMPTOMS, level=4, why=["x"], source_type="x", now=now, job=JOB)
        assert take_up(10, 10, 5).amounts == ["10", "10", "5"]

    @pytest.mark.parametrize("amounts", [[], [Decimal(0)], [Decimal(10), Decimal(-5)]])
    def test_no_step_is_a_dose_of_nothing(
        self, baclofen: Prescription, now: datetime, today: date, amounts: list[Decimal]
    ) -> None:
        with pytest.raises(RegimenConflict, match="nothing"):
            take_up_dose(
                prescription=baclofen, amounts=amounts, unit="mg", from_day=today, step_id=uuid4(), min_gap_days=0,
                now=now, job=JOB,
            )  # fmt: skip

    def test_the_last_step_of_a_taper_ends_it_without_an_alert(
        self, baclofen: Prescription, now: datetime, today: date
    ) -> None:
        finish_taper(prescription=baclofen, last_day=today - timedelta(days=1), now=now, job="settle_due_steps")
        baclofen.refresh_from_db()
        assert (baclofen.state, baclofen.stop_reason) == ("stopped", "taper_done")
        assert not Alert.objects.filter(kind="withdrawal").exists()
