"""A medicine joins a regimen: it is screened with everything else before it counts."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.regimens import actions
from monitoring.regimens.actions import (
    NeedsConfirmation,
    NeedsManualCheck,
    RegimenConflict,
    RegimenError,
    cancel_prescription,
    confirm_prescription,
    import_prescription,
)
from monitoring.regimens.actions import recheck as recheck_module
from monitoring.regimens.models import DosePeriod, InteractionFlag, Prescription, Question, RegimenCheck
from monitoring.regimens.queries import Screened
from tests.monitoring.regimens.conftest import Prescribe, flag_of, mg

pytestmark = pytest.mark.django_db


@pytest.fixture
def checker_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recheck_module, "screen_patient", lambda *_: Screened(None, failure="KnowledgeError"))


@pytest.mark.core
class TestPrescribe:
    def test_a_harmless_medicine_is_active_at_once(self, give: Prescribe, patient: Patient) -> None:
        made = give("paracetamol", mg(500))
        assert made.state == "active"
        assert made.ingredients == ["acetaminophen"]
        assert RegimenCheck.objects.get(patient=patient).overall == "none"

    def test_the_pair_waits_for_an_answer(self, baclofen: Prescription, give: Prescribe, patient: Patient) -> None:
        made = give("Elavil", mg(25))
        assert made.state == "awaiting_acknowledgement"
        flag = flag_of(patient, "PAIR_CNS")
        assert flag.blocking
        assert flag.status == "open"
        assert set(flag.prescriptions.all()) == {baclofen, made}
        assert flag.release == RegimenCheck.objects.get(patient=patient).release

    def test_the_order_of_prescribing_makes_no_difference(self, give: Prescribe, patient: Patient) -> None:
        give("amitriptyline", mg(25))
        give("tramadol", mg(50, 50))
        give("baclofen", mg(10, 10, 10))
        one = set(InteractionFlag.objects.present().values_list("fingerprint", "severity", "state"))
        for prescription in Prescription.objects.all():
            prescription.flags.clear()
        Question.objects.all().delete()
        InteractionFlag.objects.all().delete()
        Prescription.objects.update(state="cancelled")
        give("baclofen", mg(10, 10, 10))
        give("amitriptyline", mg(25))
        give("tramadol", mg(50, 50))
        assert set(InteractionFlag.objects.present().values_list("fingerprint", "severity", "state")) == one
        assert one

    def test_the_dose_is_kept_as_it_was_given(self, give: Prescribe, today: date) -> None:
        made = give("baclofen", mg(5, 5, "7.5"))
        period = DosePeriod.objects.get(prescription=made)
        assert (period.amounts, period.unit, period.starts_on, period.ends_on) == (["5", "5", "7.5"], "mg", today, None)
        assert str(period.daily) == "17.5"

    def test_one_line_in_the_log_names_no_medicine(self, give: Prescribe, clinician: User, patient: Patient) -> None:
        made = give("baclofen", mg(5))
        event = AuditEvent.objects.get(action="prescription.create")
        assert (event.actor_id, event.patient_id, event.object_id) == (str(clinician.pk), patient.pk, str(made.pk))
        assert "baclofen" not in str(event.detail)

    def test_a_form_sent_twice_makes_one_prescription(self, give: Prescribe) -> None:
        token = uuid4()
        assert give("baclofen", mg(5), token=token) == give("baclofen", mg(5), token=token)
        assert Prescription.objects.count() == 1

    def test_the_last_day_comes_after_the_first(self, give: Prescribe, today: date) -> None:
        with pytest.raises(RegimenError) as caught:
            give("baclofen", mg(5), ends_on=today - timedelta(days=1))
        assert caught.value.field == "ends_on"


class TestNames:
    def test_a_misspelt_name_is_confirmed_first(self, give: Prescribe) -> None:
        with pytest.raises(NeedsConfirmation) as caught:
            give("baclofin", mg(5))
        assert caught.value.ingredients == ("baclofen",)
        assert not Prescription.objects.exists()
        made = give("baclofin", mg(5), confirmed_ingredients=["baclofen"])
        assert (made.ingredients, made.match) == (["baclofen"], "spelling")

    def test_confirming_another_medicine_is_no_confirmation(self, give: Prescribe) -> None:
        with pytest.raises(NeedsConfirmation):
            give("baclofin", mg(5), confirmed_ingredients=["amitriptyline"])

    def test_an_unknown_medicine_needs_a_check_by_hand_and_stays_loud(self, give: Prescribe, patient: Patient) -> None:
        with pytest.raises(NeedsManualCheck):
            give("zzyzxol", mg(5))
        made = give("zzyzxol", mg(5), manual_check_reason="Asked the ward pharmacist.")
        assert made.state == "active"
        assert made.ingredients == []
        check = RegimenCheck.objects.get(patient=patient)
        assert check.overall == "unknown"
        assert [line["entered"] for line in check.unresolved] == ["zzyzxol"]

    def test_a_combination_is_screened_by_its_parts(
        self, baclofen: Prescription, give: Prescribe, patient: Patient
    ) -> None:
        made = give("Limbitrol", mg(1), manual_check_reason="")
        assert set(made.ingredients) == {"amitriptyline", "chlordiazepoxide"}
        assert flag_of(patient, "PAIR_CNS").severity == "major"


class TestCheckFailure:
    def test_a_failed_check_stores_nothing_without_a_reason(
        self, checker_down: None, give: Prescribe, patient: Patient
    ) -> None:
        with pytest.raises(NeedsManualCheck):
            give("baclofen", mg(5))
        assert not Prescription.objects.exists()
        assert not RegimenCheck.objects.exists()

    def test_with_a_reason_it_is_stored_as_failed_and_somebody_is_told(
        self, checker_down: None, give: Prescribe, patient: Patient
    ) -> None:
        made = give("baclofen", mg(5), manual_check_reason="Checked against the formulary.")
        assert made.manual_check_reason == "Checked against the formulary."
        assert RegimenCheck.objects.get(patient=patient).failed
        assert patient.alerts.get().kind == "regimen_check"
        assert patient.alerts.get().level == 3
        assert AuditEvent.objects.get(action="regimen.check").outcome == "failed"

    def test_flags_found_before_stay(
        self, baclofen: Prescription, give: Prescribe, patient: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = set(InteractionFlag.objects.present())
        monkeypatch.setattr(recheck_module, "screen_patient", lambda *_: Screened(None, failure="ValueError"))
        give("paracetamol", mg(500), manual_check_reason="Checked against the formulary.")
        assert before
        assert set(InteractionFlag.objects.present()) == before

    def test_an_error_after_the_check_leaves_nothing(
        self, give: Prescribe, patient: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(**_: object) -> None:
            raise RuntimeError("log full")

        monkeypatch.setattr(actions.prescribing, "record", broken)
        with pytest.raises(RuntimeError):
            give("baclofen", mg(5))
        assert not Prescription.objects.exists()
        assert not InteractionFlag.objects.exists()
        assert not RegimenCheck.objects.exists()


class TestTakenBack:
    def test_a_waiting_prescription_is_taken_back_and_its_flags_go(
        self, baclofen: Prescription, give: Prescribe, clinician: User, patient: Patient, now: datetime
    ) -> None:
        made = give("amitriptyline", mg(25))
        cancel_prescription(prescription=made, reason="not_wanted", note="", by=clinician, now=now)
        assert made.state == "cancelled"
        assert not InteractionFlag.objects.present().filter(code="PAIR_CNS").exists()

    def test_what_is_taken_is_stopped_not_taken_back(
        self, baclofen: Prescription, clinician: User, now: datetime
    ) -> None:
        with pytest.raises(RegimenError):
            cancel_prescription(prescription=baclofen, reason="not_wanted", note="", by=clinician, now=now)
        cancel_prescription(prescription=baclofen, reason="entered_in_error", note="", by=clinician, now=now)
        with pytest.raises(RegimenConflict):
            cancel_prescription(prescription=baclofen, reason="entered_in_error", note="", by=clinician, now=now)

    def test_when_the_other_medicine_goes_it_waits_for_a_person_to_say_go(
        self, baclofen: Prescription, give: Prescribe, clinician: User, now: datetime
    ) -> None:
        made = give("amitriptyline", mg(25))
        with pytest.raises(RegimenError):
            confirm_prescription(prescription=made, by=clinician, now=now)
        cancel_prescription(prescription=baclofen, reason="entered_in_error", note="", by=clinician, now=now)
        made.refresh_from_db()
        assert made.state == "awaiting_acknowledgement"
        assert confirm_prescription(prescription=made, by=clinician, now=now).state == "active"


class TestImport:
    def test_what_is_taken_already_is_active_and_still_asks(
        self, baclofen: Prescription, patient: Patient, now: datetime, answer: Callable[[Prescription], Prescription]
    ) -> None:
        made = import_prescription(
            patient=patient, entered="amitriptyline 25 MG Oral Tablet", rxcui="856762", route="oral", dose=mg(25),
            sig="one at night", starts_on=None, ends_on=None, job="import_fhir", now=now,
        )  # fmt: skip
        assert made.state == "active"
        assert flag_of(patient, "PAIR_CNS").status == "open"
        # Nobody was looking at a page when the flag was raised.
        assert patient.alerts.filter(kind="regimen_check").exists()

    def test_an_unknown_name_is_kept_and_shown(self, patient: Patient, now: datetime) -> None:
        import_prescription(
            patient=patient, entered="zzyzxol", route="unknown", dose=None, sig="", starts_on=None, ends_on=None,
            job="import_fhir", now=now,
        )  # fmt: skip
        assert RegimenCheck.objects.get(patient=patient).overall == "unknown"
