"""Time, new facts and new knowledge change the answer without anybody touching the regimen."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_patient_context, recheck_due_regimen, recheck_regimen
from monitoring.regimens.actions import recheck as recheck_module
from monitoring.regimens.models import InteractionFlag, Override, Prescription, RegimenCheck
from monitoring.regimens.queries import Screened, due_regimen_ids, is_check_due
from tests.monitoring.regimens.conftest import Prescribe, flag_of, mg

pytestmark = pytest.mark.django_db
Answered = Callable[..., Prescription]


class TestContext:
    def test_a_worse_kidney_asks_again_in_the_same_transaction(
        self, give: Prescribe, answer: Answered, patient: Patient, clinician: User, now: datetime, today: date
    ) -> None:
        answer(give("baclofen", mg(5, 5)))
        answer(give("amitriptyline", mg(10)))
        changed = change_patient_context(patient=patient, changes={"egfr": 22, "egfr_on": today}, by=clinician, now=now)
        assert changed == ("egfr", "egfr_on")
        flag = flag_of(patient, "PAIR_CNS")
        assert (flag.status, flag.severity) == ("open", "major")

    def test_nothing_changed_screens_nothing(
        self, baclofen: Prescription, patient: Patient, clinician: User, now: datetime
    ) -> None:
        before = AuditEvent.objects.filter(action="regimen.check").count()
        assert change_patient_context(patient=patient, changes={"egfr": patient.egfr}, by=clinician, now=now) == ()
        assert AuditEvent.objects.filter(action="regimen.check").count() == before

    def test_an_unknown_egfr_never_lowers_anything(
        self, baclofen: Prescription, patient: Patient, clinician: User, now: datetime
    ) -> None:
        before = {flag.code: flag.severity for flag in InteractionFlag.objects.present()}
        change_patient_context(patient=patient, changes={"egfr": None, "egfr_on": None}, by=clinician, now=now)
        check = RegimenCheck.objects.get(patient=patient)
        assert before["RENAL"] == "major"
        assert "egfr" in check.not_checked or flag_of(patient, "RENAL").severity == "major"


class TestSweep:
    def test_the_day_a_planned_medicine_starts_is_the_day_of_the_next_check(
        self, baclofen: Prescription, give: Prescribe, patient: Patient, today: date
    ) -> None:
        give("amitriptyline", mg(25), starts_on=today + timedelta(days=5))
        assert flag_of(patient, "PAIR_CNS").state == "upcoming"
        assert RegimenCheck.objects.get().next_check_on == today + timedelta(days=5)

    def test_on_that_day_the_flag_turns_active_and_its_answer_stands(
        self, baclofen: Prescription, give: Prescribe, answer: Answered, patient: Patient, now: datetime, today: date
    ) -> None:
        answer(give("amitriptyline", mg(25), starts_on=today + timedelta(days=5)))
        later = now + timedelta(days=5)
        assert due_regimen_ids(now) == []
        assert due_regimen_ids(later) == [patient.pk]
        assert recheck_due_regimen(patient_id=patient.pk, now=later, job="recheck_regimens")
        flag = flag_of(patient, "PAIR_CNS")
        assert (flag.state, flag.status) == ("active", "acknowledged")
        assert not patient.alerts.exists()
        assert not recheck_due_regimen(patient_id=patient.pk, now=later, job="recheck_regimens")

    def test_the_patients_own_day_decides(
        self, baclofen: Prescription, patient: Patient, now: datetime, today: date
    ) -> None:
        RegimenCheck.objects.update(next_check_on=today + timedelta(days=1))
        evening = now.replace(hour=22, minute=59)  # 23:59 in London
        assert patient.pk in due_regimen_ids(evening)
        assert not is_check_due(patient, evening)
        assert is_check_due(patient, evening + timedelta(minutes=1))

    def test_an_expired_answer_asks_again_and_somebody_is_told(
        self, baclofen: Prescription, patient: Patient, now: datetime
    ) -> None:
        expiry = Override.objects.get(flag__code="RENAL").expires_on
        last_good = now + (expiry - now.date())
        recheck_regimen(patient=patient, now=last_good, job="recheck_regimens")
        assert flag_of(patient, "RENAL").status == "acknowledged"
        assert RegimenCheck.objects.get().next_check_on == expiry + timedelta(days=1)
        recheck_regimen(patient=patient, now=last_good + timedelta(days=1), job="recheck_regimens")
        flag = flag_of(patient, "RENAL")
        assert (flag.status, flag.reopened_because) == ("open", "the answer has expired")
        alert = patient.alerts.get(kind="regimen_check")
        assert alert.level == 2

    def test_a_course_of_baclofen_that_runs_out_untapered_is_urgent(
        self, give: Prescribe, answer: Answered, patient: Patient, now: datetime, today: date
    ) -> None:
        start = today - timedelta(days=40)
        answer(give("baclofen", mg(10, 10, 10), starts_on=start, ends_on=today + timedelta(days=1)))
        later = now + timedelta(days=2)
        assert recheck_due_regimen(patient_id=patient.pk, now=later, job="recheck_regimens")
        assert flag_of(patient, "WITHDRAWAL").severity == "major"
        assert patient.alerts.get(kind="withdrawal").level == 3

    def test_a_regimen_that_was_never_checked_is_due(
        self, baclofen: Prescription, patient: Patient, now: datetime
    ) -> None:
        RegimenCheck.objects.all().delete()
        assert due_regimen_ids(now) == [patient.pk]
        assert recheck_due_regimen(patient_id=patient.pk, now=now, job="recheck_regimens")

    def test_a_failed_check_rests_before_it_is_tried_again(
        self, baclofen: Prescription, patient: Patient, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(recheck_module, "screen_patient", lambda *_: Screened(None, failure="ValueError"))
            assert recheck_regimen(patient=patient, now=now, job="recheck_regimens") is None
        assert due_regimen_ids(now + timedelta(minutes=14)) == []
        assert due_regimen_ids(now + timedelta(minutes=15)) == [patient.pk]
        assert recheck_due_regimen(patient_id=patient.pk, now=now + timedelta(minutes=15), job="recheck_regimens")
        assert not RegimenCheck.objects.get().failed

    def test_checking_twice_changes_nothing(self, baclofen: Prescription, patient: Patient, now: datetime) -> None:
        before = list(InteractionFlag.objects.order_by("id").values())
        recheck_regimen(patient=patient, now=now, job="recheck_regimens")
        assert list(InteractionFlag.objects.order_by("id").values()) == before

    def test_a_washed_out_medicine_takes_its_flag_with_it(
        self, give: Prescribe, answer: Answered, patient: Patient, now: datetime, today: date
    ) -> None:
        answer(give("amitriptyline", mg(25), starts_on=today - timedelta(days=50), ends_on=today - timedelta(days=14)))
        answer(give("baclofen", mg(5, 5)))
        assert flag_of(patient, "PAIR_CNS").state == "residual"
        assert RegimenCheck.objects.get().next_check_on == today + timedelta(days=1)
        recheck_due_regimen(patient_id=patient.pk, now=now + timedelta(days=1), job="recheck_regimens")
        assert not InteractionFlag.objects.present().filter(code="PAIR_CNS").exists()
