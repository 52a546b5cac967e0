"""A submission is one report, one verdict and one alert, whatever is repeated or breaks."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import SubmissionConflict, submit_check_in
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.rules import InputError, Level
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.core]

Answers = dict[str, object]


def test_an_all_well_check_in_is_kept_and_raises_nothing(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    report = submit_check_in(
        patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=now, check_in=due
    )
    due.refresh_from_db()
    assert report.level == Level.NONE
    assert report.threshold_version == "2026.11"
    assert due.state == CheckInState.SUBMITTED
    assert not Alert.objects.exists()


def test_a_breach_commits_report_alert_message_and_audit_line_together(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    report = submit_check_in(
        patient=patient, answers={**well, "q2_breathing": 2}, submission_key=uuid4(), by=patient.user, now=now
    )
    alert = Alert.objects.get()
    assert report.check_in == due
    assert (report.level, alert.level, alert.kind) == (Level.EMERGENCY, AlertLevel.EMERGENCY, AlertKind.SYMPTOMS)
    assert alert.source_id == report.pk
    assert alert.rule_version == report.threshold_version
    assert Notification.objects.filter(ref_id=alert.pk, urgent=True).exists()
    assert AuditEvent.objects.filter(action="check_in.submit", object_id=str(report.pk)).count() == 1


def test_the_same_submission_again_is_the_same_report(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    key = uuid4()
    answers = {**well, "q5_thinking": 2}
    first = submit_check_in(
        patient=patient, answers=answers, submission_key=key, by=patient.user, now=now, check_in=due
    )
    later = now + timedelta(seconds=3)
    again = submit_check_in(
        patient=patient, answers=answers, submission_key=key, by=patient.user, now=later, check_in=due
    )
    other_tab = submit_check_in(
        patient=patient, answers=answers, submission_key=uuid4(), by=patient.user, now=later, check_in=due
    )
    assert first == again == other_tab
    assert SymptomReport.objects.count() == Alert.objects.count() == 1
    assert Alert.objects.get().report_count == 1


def test_other_answers_under_the_same_key_are_a_conflict_that_names_the_kept_report(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    key = uuid4()
    kept = submit_check_in(patient=patient, answers=well, submission_key=key, by=patient.user, now=now)
    with pytest.raises(SubmissionConflict) as refused:
        submit_check_in(
            patient=patient, answers={**well, "q1_sleepiness": 3}, submission_key=key, by=patient.user, now=now
        )
    assert refused.value.report == kept
    assert SymptomReport.objects.count() == 1


def test_other_answers_for_an_occasion_that_has_a_report_are_kept_on_their_own(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    submit_check_in(patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=now, check_in=due)
    worse = submit_check_in(
        patient=patient, answers={**well, "q1_sleepiness": 4}, submission_key=uuid4(), by=patient.user, now=now,
        check_in=due,
    )  # fmt: skip
    assert worse.check_in != due
    assert worse.check_in.schedule is None
    assert Alert.objects.get().level == AlertLevel.EMERGENCY


def test_a_missed_occasion_takes_a_late_report_and_keeps_its_alert(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    submit_check_in(patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=now, check_in=due)
    due.refresh_from_db()
    assert due.state == CheckInState.SUBMITTED
    assert AuditEvent.objects.get(action="check_in.submit").detail["late"] is True


def test_answers_that_cannot_be_judged_are_kept_and_are_an_urgent_alert(
    patient: Patient, due: CheckIn, well: Answers, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        Patient.objects.raw("SELECT nothing FROM nowhere")[0]

    monkeypatch.setattr("monitoring.checkins.actions.judging.judge_whole", broken)
    report = submit_check_in(patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=now)
    alert = Alert.objects.get()
    assert report.level is None
    assert (alert.kind, alert.level) == (AlertKind.UNJUDGED, AlertLevel.URGENT)


def test_when_the_alert_cannot_be_raised_nothing_is_kept(
    patient: Patient, due: CheckIn, well: Answers, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**kwargs: object) -> None:
        raise RuntimeError("no alert")

    monkeypatch.setattr("monitoring.checkins.actions.submitting.raise_alert", broken)
    with pytest.raises(RuntimeError):
        submit_check_in(
            patient=patient, answers={**well, "q1_sleepiness": 4}, submission_key=uuid4(), by=patient.user, now=now
        )
    assert not SymptomReport.objects.exists()


def test_faulty_answers_are_refused_with_the_path_of_each_fault(patient: Patient, due: CheckIn, now: datetime) -> None:
    with pytest.raises(InputError) as refused:
        submit_check_in(
            patient=patient, answers={"q1_sleepiness": True, "q8_body": ["gills"]}, submission_key=uuid4(),
            by=patient.user, now=now, vitals={"temp_c": "NaN"},
        )  # fmt: skip
    assert [fault.path for fault in refused.value.faults] == ["answers.q1_sleepiness", "answers.q8_body[0]"]


def test_a_skipped_safety_question_is_a_warning_and_never_all_well(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    answers = {key: value for key, value in well.items() if key != "q2_breathing"}
    report = submit_check_in(patient=patient, answers=answers, submission_key=uuid4(), by=patient.user, now=now)
    assert report.level == Level.WARNING
    assert report.reasons == ["Not answered: breathing"]


def test_a_note_with_red_words_is_urgent_though_every_answer_is_well(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    report = submit_check_in(
        patient=patient,
        answers=well,
        submission_key=uuid4(),
        by=patient.user,
        now=now,
        note="i dont wanna live, I wnat to die",
    )
    assert report.level == Level.URGENT
    assert Alert.objects.get().level == AlertLevel.URGENT


def test_a_jump_from_the_usual_of_the_week_is_a_warning(
    patient: Patient, due: CheckIn, well: Answers, now: datetime
) -> None:
    Patient.objects.filter(pk=patient.pk).update(egfr="95", birth_date="1990-01-01")
    for day in (3, 2, 1):
        then = now - timedelta(days=day)
        submit_check_in(patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=then)
    report = submit_check_in(
        patient=patient, answers={**well, "q1_sleepiness": 2}, submission_key=uuid4(), by=patient.user, now=now
    )
    assert report.level == Level.WARNING
    assert "0 is usual in the last 7 days" in report.reasons[0]
