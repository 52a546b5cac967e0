"""Take a patient's answers: report, verdict, alert, first messages and audit line commit together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.audit.record import record
from monitoring.checkins.actions.judging import judge
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.queries import check_in_to_fill
from monitoring.checkins.rules import Answers, Level, Verdict, Vitals, read_answers, read_vitals
from monitoring.people.models import Patient, User

UNSCHEDULED_WINDOW = timedelta(hours=12)
NOTE_MAX = 1000


class SubmissionConflict(Exception):  # noqa: N818 - named for what happened
    """This submission key was used for other answers; `report` is the one that was kept."""

    def __init__(self, report: SymptomReport) -> None:
        self.report = report
        super().__init__("This check-in was already sent with other answers.")


class CheckInNotOpen(Exception):  # noqa: N818 - named for what happened
    """This occasion is still to come: answers of today say nothing of that day."""

    def __init__(self, opens_at: datetime) -> None:
        self.opens_at = opens_at
        super().__init__("This check-in is not open yet.")


@transaction.atomic
def submit_check_in(
    *,
    patient: Patient,
    answers: Answers | Mapping[str, object],
    submission_key: UUID,
    by: User,
    now: datetime,
    check_in: CheckIn | None = None,
    vitals: Vitals | Mapping[str, object] | None = None,
    note: str = "",
) -> SymptomReport:
    """Keep, judge and act on one check-in, all or nothing. `by` is the patient, or staff who asked by phone.

    Sending the same again (same `submission_key`, or the same content for the same occasion) gives back the
    first report and changes nothing; the same key with other content is a SubmissionConflict. Faulty answers
    or vitals raise InputError with the path of each fault, an occasion still to come CheckInNotOpen. A report
    for an occasion that was closed meanwhile counts as late and leaves its alert open; one for an occasion that
    already has a report gets an occasion of its own. From warning on an alert is raised; answers that
    cannot be judged are kept and are an urgent one.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    sent = _read(answers, vitals, note)
    reports = SymptomReport.objects.filter(patient=patient)
    earlier: SymptomReport | None = reports.filter(submission_key=submission_key).first()
    if earlier is not None:
        if _content(earlier) != sent.content:
            raise SubmissionConflict(earlier)
        return earlier
    occasion = _occasion(patient, check_in, now)
    kept: SymptomReport | None = reports.filter(check_in=occasion).first()
    if kept is not None:
        if _content(kept) == sent.content:
            return kept
        occasion = _unscheduled(patient, now)
    report, verdict = _keep(sent, occasion, submission_key, by=by, now=now)
    _raise_alert(report, patient, verdict, by=by, now=now)
    _record(report, late=occasion.state != CheckInState.DUE, by=by, now=now)
    return report


@dataclass(frozen=True, slots=True)
class _Sent:
    answers: Answers
    vitals: Vitals
    note: str

    @property
    def content(self) -> dict[str, Any]:
        return {"answers": self.answers.as_dict(), "vitals": self.vitals.as_dict(), "note": self.note}


def _read(answers: Answers | Mapping[str, object], vitals: Vitals | Mapping[str, object] | None, note: str) -> _Sent:
    return _Sent(
        answers=answers if isinstance(answers, Answers) else read_answers(answers),
        vitals=vitals if isinstance(vitals, Vitals) else read_vitals(vitals),
        note=note.strip()[:NOTE_MAX],
    )


def _keep(
    sent: _Sent, occasion: CheckIn, submission_key: UUID, *, by: User, now: datetime
) -> tuple[SymptomReport, Verdict | None]:
    verdict = judge(occasion.patient, sent.answers, sent.vitals, sent.note, now=now)
    report: SymptomReport = SymptomReport.objects.create(
        check_in=occasion,
        patient=occasion.patient,
        submission_key=submission_key,
        submitted_at=now,
        submitted_by=by,
        level=None if verdict is None else int(verdict.level),
        reasons=[] if verdict is None else list(verdict.reasons),
        threshold_version="" if verdict is None else verdict.version,
        **sent.content,
    )
    CheckIn.objects.filter(pk=occasion.pk).update(state=CheckInState.SUBMITTED)
    return report, verdict


def _content(report: SymptomReport) -> dict[str, Any]:
    return {"answers": report.answers, "vitals": report.vitals, "note": report.note}


def _occasion(patient: Patient, check_in: CheckIn | None, now: datetime) -> CheckIn:
    """The occasion that a report is for, as it stands now that the patient is locked."""
    if check_in is not None:
        found: CheckIn = CheckIn.objects.get(pk=check_in.pk, patient=patient)
        if found.opens_at > now:
            raise CheckInNotOpen(found.opens_at)
        return found
    return check_in_to_fill(patient, now) or _unscheduled(patient, now)


def _unscheduled(patient: Patient, now: datetime) -> CheckIn:
    made: CheckIn = CheckIn.objects.create(
        patient=patient, local_date=patient.local_date(now), opens_at=now, closes_at=now + UNSCHEDULED_WINDOW
    )
    return made


def _raise_alert(report: SymptomReport, patient: Patient, verdict: Verdict | None, *, by: User, now: datetime) -> None:
    if verdict is None:
        kind, level, why = (
            AlertKind.UNJUDGED,
            Level.URGENT,
            ["A check-in arrived and could not be judged: read it."],
        )
    elif verdict.level >= Level.WARNING:
        kind, level, why = AlertKind.SYMPTOMS, verdict.level, list(verdict.reasons)
    else:
        return
    raise_alert(
        patient=patient,
        kind=kind,
        level=level,
        why=why,
        source_type="symptom_report",
        source_id=report.pk,
        now=now,
        by=by,
        rule_version=report.threshold_version,
    )


def _record(report: SymptomReport, *, late: bool, by: User, now: datetime) -> None:
    record(
        action="check_in.submit",
        now=now,
        by=by,
        patient_id=report.patient_id,
        object_type="symptom_report",
        object_id=report.pk,
        detail={
            "level": "unjudged" if report.level is None else Level(report.level).word,
            "thresholds": report.threshold_version,
            "late": late,
            "for_patient": by.is_clinician,
        },
    )
