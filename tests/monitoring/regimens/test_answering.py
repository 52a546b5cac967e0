"""A clinician answers a flag, and the answer does what it promises."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckIn, CheckInSchedule
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import (
    Answer,
    RegimenConflict,
    RegimenError,
    acknowledge_flag,
    cancel_prescription,
    change_dose,
    prescribe_and_answer,
)
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import Proposed, screen_proposed, understand
from monitoring.regimens.rules import flag_mark
from tests.monitoring.regimens.conftest import NOTE, Prescribe, flag_of, mg

pytestmark = pytest.mark.django_db


@pytest.fixture
def amitriptyline(baclofen: Prescription, give: Prescribe) -> Prescription:
    return give("amitriptyline", mg(25))


@pytest.mark.core
class TestAcknowledge:
    def test_the_answer_activates_and_will_monitor_starts_check_ins(
        self, amitriptyline: Prescription, patient: Patient, clinician: User, now: datetime, today: date
    ) -> None:
        flag = flag_of(patient, "PAIR_CNS")
        override = acknowledge_flag(flag=flag, reason="will_monitor", note=f"  {NOTE} ", by=clinician, now=now)
        amitriptyline.refresh_from_db()
        flag.refresh_from_db()
        assert amitriptyline.state == "active"
        assert flag.status == "acknowledged"
        assert (override.note, override.by, override.severity) == (NOTE, clinician, flag.severity)
        schedule = CheckInSchedule.objects.get(patient=patient)
        assert (schedule.source, schedule.source_id) == ("override", flag.pk)
        assert schedule.daily_until == today + timedelta(days=13)
        assert CheckIn.objects.filter(patient=patient).exists()

    def test_another_reason_starts_nothing_beyond_what_follows_by_rule(
        self, amitriptyline: Prescription, patient: Patient, clinician: User, now: datetime
    ) -> None:
        acknowledge_flag(flag=flag_of(patient, "PAIR_CNS"), reason="tolerated", note=NOTE, by=clinician, now=now)
        assert set(CheckInSchedule.objects.values_list("source", flat=True)) == {"change"}

    def test_it_waits_until_the_last_flag_is_answered(
        self, amitriptyline: Prescription, give: Prescribe, patient: Patient, clinician: User, now: datetime
    ) -> None:
        tramadol = give("tramadol", mg(50, 50, 50))
        flags = list(tramadol.flags.unanswered())
        assert len(flags) > 1
        for left, flag in enumerate(reversed(flags)):
            tramadol.refresh_from_db()
            assert tramadol.state == "awaiting_acknowledgement", left
            reason = "will_monitor"
            acknowledge_flag(flag=flag, reason=reason, note=NOTE, by=clinician, now=now)
        tramadol.refresh_from_db()
        assert tramadol.state == "active"

    @pytest.mark.parametrize(
        ("reason", "note", "field"),
        [
            ("will_monitor", "too short", "note"),
            ("will_monitor", " " * 40, "note"),
            ("taper_arranged", NOTE, "reason"),
            ("", NOTE, "reason"),
        ],
    )
    def test_no_override_without_a_coded_reason_and_a_note(
        self, amitriptyline: Prescription, patient: Patient, clinician: User, now: datetime,
        reason: str, note: str, field: str,
    ) -> None:  # fmt: skip
        flag = flag_of(patient, "PAIR_CNS")
        with pytest.raises(RegimenError) as caught:
            acknowledge_flag(flag=flag, reason=reason, note=note, by=clinician, now=now)
        assert caught.value.field == field
        amitriptyline.refresh_from_db()
        assert amitriptyline.state == "awaiting_acknowledgement"
        assert not flag.overrides.exists()

    def test_a_flag_that_changed_since_it_was_read_is_a_conflict(
        self, amitriptyline: Prescription, give: Prescribe, patient: Patient, clinician: User, now: datetime
    ) -> None:
        flag = flag_of(patient, "PAIR_CNS")
        seen = flag_mark(flag.finding, flag.status)
        give("tramadol", mg(50, 50))
        with pytest.raises(RegimenConflict):
            acknowledge_flag(flag=flag, reason="will_monitor", note=NOTE, by=clinician, now=now, seen=seen)
        assert not flag.overrides.exists()

    def test_a_dose_that_rose_since_it_was_read_is_a_conflict(
        self, amitriptyline: Prescription, baclofen: Prescription, patient: Patient, clinician: User, now: datetime,
        today: date,
    ) -> None:  # fmt: skip
        flag = flag_of(patient, "PAIR_CNS")
        seen = flag_mark(flag.finding, flag.status)
        change_dose(
            prescription=baclofen, dose=mg(10, 10, 15), sig="", from_day=today, by=clinician, now=now,
            expected_version=baclofen.version,
        )  # fmt: skip
        with pytest.raises(RegimenConflict):
            acknowledge_flag(flag=flag, reason="will_monitor", note=NOTE, by=clinician, now=now, seen=seen)
        assert not flag.overrides.exists()

    def test_a_flag_that_is_gone_is_a_conflict(
        self, amitriptyline: Prescription, patient: Patient, clinician: User, now: datetime
    ) -> None:
        flag = flag_of(patient, "PAIR_CNS")
        cancel_prescription(prescription=amitriptyline, reason="not_wanted", note="", by=clinician, now=now)
        with pytest.raises(RegimenConflict):
            acknowledge_flag(flag=flag, reason="will_monitor", note=NOTE, by=clinician, now=now)

    def test_the_promise_ends_with_the_hazard(
        self, amitriptyline: Prescription, patient: Patient, clinician: User, now: datetime
    ) -> None:
        acknowledge_flag(flag=flag_of(patient, "PAIR_CNS"), reason="will_monitor", note=NOTE, by=clinician, now=now)
        cancel_prescription(prescription=amitriptyline, reason="entered_in_error", note="", by=clinician, now=now)
        assert CheckInSchedule.objects.get().ended_at == now

    def test_the_note_is_not_in_the_log(
        self, amitriptyline: Prescription, patient: Patient, clinician: User, now: datetime
    ) -> None:
        acknowledge_flag(flag=flag_of(patient, "PAIR_CNS"), reason="will_monitor", note=NOTE, by=clinician, now=now)
        event = AuditEvent.objects.filter(action="flag.acknowledge").order_by("-id")[0]
        assert event.reason == "will_monitor"
        assert event.detail["activated"] == [str(amitriptyline.pk)]
        assert NOTE not in f"{event.detail}{event.reason}"


class TestPrescribeAndAnswer:
    def test_a_finding_nobody_was_shown_keeps_it_waiting(
        self, baclofen: Prescription, give: Prescribe, answer: Callable[[Prescription], Prescription],
        patient: Patient, clinician: User, now: datetime, today: date,
    ) -> None:  # fmt: skip
        proposed = Proposed(understand("amitriptyline"), "oral", mg(25), today)
        shown = screen_proposed(patient, proposed, today)
        answers = {card.fingerprint: Answer("tolerated", card.mark) for card in shown.asked}
        answer(give("clarithromycin", mg(250, 250)), "will_monitor")
        made = self._add(patient, proposed, answers, clinician, now)
        assert [card.code for card in shown.asked] == ["PAIR_CNS"]
        assert flag_of(patient, "PAIR_CNS").status == "acknowledged"
        assert made.state == "awaiting_acknowledgement"
        assert {flag.code for flag in made.flags.unanswered()} == {"QT"}

    def test_a_finding_that_grew_since_stores_nothing(
        self, baclofen: Prescription, give: Prescribe, answer: Callable[[Prescription], Prescription],
        patient: Patient, clinician: User, now: datetime, today: date,
    ) -> None:  # fmt: skip
        proposed = Proposed(understand("amitriptyline"), "oral", mg(25), today)
        shown = screen_proposed(patient, proposed, today)
        answers = {card.fingerprint: Answer("tolerated", card.mark) for card in shown.asked}
        answer(give("morphine", mg(10, 10)), "will_monitor")
        with pytest.raises(RegimenConflict):
            self._add(patient, proposed, answers, clinician, now)
        assert not Prescription.objects.filter(label="amitriptyline").exists()

    @staticmethod
    def _add(
        patient: Patient, proposed: Proposed, answers: dict[str, Answer], clinician: User, now: datetime
    ) -> Prescription:
        return prescribe_and_answer(
            patient=patient, proposed=proposed, sig="", confirmed_ingredients=[], manual_check_reason="",
            token=uuid4(), answers=answers, note=NOTE, by=clinician, now=now,
        )  # fmt: skip
