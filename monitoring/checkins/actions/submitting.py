"""Take a patient's answers: report, verdict, alert, first messages and audit line commit together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.audit.record import record
from monitoring.checkins.actions.judging import judge
from monitoring.checkins.actions.unsent import Actor, judge_left_by_link
from monitoring.checkins.models import AnsweredBy, CheckIn, CheckInState, ReportChannel, SymptomReport
from monitoring.checkins.queries import check_in_to_fill, occasion_at
from monitoring.checkins.rules import (
    Answers,
    InputError,
    Kept,
    Level,
    PhoneCall,
    Verdict,
    Vitals,
    faults_of_call,
    read_answers,
    read_vitals,
)
from monitoring.people.models import Patient, User
from monitoring.people.queries import may_answer_for

UNSCHEDULED_WINDOW = timedelta(hours=12)
NOTE_MAX = 1000
# Who did it, where a link stood for a sign-in: anybody who held it.
LINK_HOLDER = "check_in_link"


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
    phone: PhoneCall | None = None,
    kept: Kept | None = None,
    by_link: bool = False,
) -> SymptomReport:
    """Keep, judge and act on one check-in, all or nothing. `by` is the patient, a carer, or staff who asked by phone.

    A carer needs the patient's consent at this moment, else PermissionDenied; the report says that a carer answered.

    With `by_link` nobody had signed in: `by` is whose link it was, and the log does not say that they did it.

    Sending the same again (same `submission_key`, or the same content for the same occasion) gives back the
    first report and changes nothing; the same key with other content is a SubmissionConflict. Faulty answers,
    vitals or times of a call raise InputError with the path of each fault, an occasion still to come
    CheckInNotOpen. A report for an occasion that has closed, or that has a report, gets an occasion of its own:
    it tells of now, and the missed one stays missed. What staff took, or a phone without a network `kept`, while the
    occasion was open is its report, whenever it comes; where nobody can say when, it is one of its own, of now.
    From warning on an alert is raised; what cannot be judged is kept and an urgent one.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    phone = phone or (PhoneCall(now) if by.is_clinician else None)
    if by.is_carer and not may_answer_for(by, patient, now):
        raise PermissionDenied
    sent = _read(answers, vitals, note, phone or kept, now, by_link=by_link, by_carer=by.is_carer)
    earlier: SymptomReport | None = SymptomReport.objects.filter(patient=patient, submission_key=submission_key).first()
    if earlier is not None:
        if _content(earlier) != sent.content:
            raise SubmissionConflict(earlier)
        return earlier
    meant = _meant(patient, check_in, sent, now)
    return _kept_for(meant, sent) or _take(sent, patient, meant, submission_key, by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Sent:
    answers: Answers
    vitals: Vitals
    note: str
    given_at: datetime
    phone: PhoneCall | None
    kept: Kept | None
    is_sure_when: bool
    by_link: bool
    by_carer: bool

    @property
    def content(self) -> dict[str, Any]:
        return {"answers": self.answers.as_dict(), "vitals": self.vitals.as_dict(), "note": self.note}

    @property
    def channel(self) -> dict[str, str]:
        if self.by_link:
            return {"channel": ReportChannel.LINK, "answered_by": AnsweredBy.LINK}
        carer = self.by_carer or (self.phone is not None and self.phone.by_carer)
        own = ReportChannel.KEPT if self.kept else ReportChannel.APP
        return {
            "channel": ReportChannel.PHONE if self.phone else own,
            "answered_by": AnsweredBy.CARER if carer else AnsweredBy.PATIENT,
        }

    @property
    def comes_later(self) -> bool:
        return self.phone is not None or self.kept is not None


def _read(
    answers: Answers | Mapping[str, object],
    vitals: Vitals | Mapping[str, object] | None,
    note: str,
    earlier: PhoneCall | Kept | None,
    now: datetime,
    *,
    by_link: bool,
    by_carer: bool,
) -> _Sent:
    if isinstance(earlier, PhoneCall) and (faults := faults_of_call(earlier, now=now)):
        raise InputError(faults)
    phone, kept = (earlier, None) if isinstance(earlier, PhoneCall) else (None, earlier)
    said = phone.taken_at if phone else kept.given_at(now=now) if kept else now
    return _Sent(
        answers=answers if isinstance(answers, Answers) else read_answers(answers),
        vitals=vitals if isinstance(vitals, Vitals) else read_vitals(vitals),
        note=note.strip()[:NOTE_MAX],
        given_at=said or now,
        phone=phone,
        kept=kept,
        is_sure_when=said is not None,
        by_link=by_link,
        by_carer=by_carer,
    )


def _take(
    sent: _Sent, patient: Patient, meant: CheckIn | None, submission_key: UUID, *, by: User, now: datetime
) -> SymptomReport:
    """Keep a report that is new, for the occasion it was meant for where that is open still."""
    fits = meant if meant is not None and _is_open(meant, sent.given_at) else None
    occasion = fits or _unscheduled(patient, sent.given_at)
    late_for = meant if meant is not None and fits is None and _is_past(meant, sent.given_at) else None
    report, verdict = _keep(sent, occasion, submission_key, late_for=late_for, by=by, now=now)
    _raise_alert(report, patient, verdict, by=by, now=now)
    if occasion.reminded_at is not None:  # the message that asked may have brought a link
        judge_left_by_link(occasion, patient, now=now, **_actor(report, by))
    _record(report, late=late_for is not None or occasion.state != CheckInState.DUE, by=by, now=now)
    return report


def _keep(
    sent: _Sent, occasion: CheckIn, submission_key: UUID, *, late_for: CheckIn | None, by: User, now: datetime
) -> tuple[SymptomReport, Verdict | None]:
    verdict = judge(occasion.patient, sent.answers, sent.vitals, sent.note, now=sent.given_at)
    report: SymptomReport = SymptomReport.objects.create(
        check_in=occasion,
        patient=occasion.patient,
        submission_key=submission_key,
        submitted_at=sent.given_at,
        submitted_by=by,
        entered_at=now if sent.comes_later else None,
        phone_said=sent.kept.taken_at if sent.kept else None,
        late_for=late_for,
        level=None if verdict is None else int(verdict.level),
        reasons=[] if verdict is None else list(verdict.reasons),
        threshold_version="" if verdict is None else verdict.version,
        judged_with=None if verdict is None or verdict.context is None else verdict.context.as_dict(),
        **sent.channel,
        **sent.content,
    )
    CheckIn.objects.filter(pk=occasion.pk).update(state=CheckInState.SUBMITTED)
    return report, verdict


def _content(report: SymptomReport) -> dict[str, Any]:
    return {"answers": report.answers, "vitals": report.vitals, "note": report.note}


def _meant(patient: Patient, check_in: CheckIn | None, sent: _Sent, now: datetime) -> CheckIn | None:
    """The occasion a report is meant for, as it stands now that the patient is locked; None for one of its own."""
    if check_in is not None:
        found: CheckIn = CheckIn.objects.get(pk=check_in.pk, patient=patient)
        if found.opens_at > now:
            raise CheckInNotOpen(found.opens_at)
        return found
    if not sent.is_sure_when:
        return None
    return occasion_at(patient, sent.given_at) if sent.comes_later else check_in_to_fill(patient, now)


def _kept_for(meant: CheckIn | None, sent: _Sent) -> SymptomReport | None:
    """The report with this very content that an earlier sending has left for this occasion."""
    if meant is None:
        return None
    there = SymptomReport.objects.filter(Q(check_in=meant) | Q(late_for=meant), patient=meant.patient_id)
    return next((report for report in there if _content(report) == sent.content), None)


def _is_open(occasion: CheckIn, given_at: datetime) -> bool:
    """Whether answers given at this moment are this occasion's: within its window, or before a sweep closed it."""
    if hasattr(occasion, "report") or given_at < occasion.opens_at:
        return False
    return given_at < occasion.closes_at or occasion.state == CheckInState.DUE


def _is_past(occasion: CheckIn, given_at: datetime) -> bool:
    return given_at >= occasion.closes_at and not hasattr(occasion, "report")


def _unscheduled(patient: Patient, at: datetime) -> CheckIn:
    made: CheckIn = CheckIn.objects.create(
        patient=patient, local_date=patient.local_date(at), opens_at=at, closes_at=at + UNSCHEDULED_WINDOW
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
        rule_version=report.threshold_version,
        **_actor(report, by),
    )


def _actor(report: SymptomReport, by: User) -> Actor:
    return {"job": LINK_HOLDER} if report.channel == ReportChannel.LINK else {"by": by}


def _record(report: SymptomReport, *, late: bool, by: User, now: datetime) -> None:
    record(
        action="check_in.submit",
        now=now,
        **({"anonymous": LINK_HOLDER} if report.channel == ReportChannel.LINK else {"by": by}),
        patient_id=report.patient_id,
        object_type="symptom_report",
        object_id=report.pk,
        detail={
            "level": "unjudged" if report.level is None else Level(report.level).word,
            "thresholds": report.threshold_version,
            "late": late,
            "for_patient": by.is_clinician,
            "by_phone": report.channel == ReportChannel.PHONE,
            "by_carer": report.answered_by == AnsweredBy.CARER,
            "kept": report.channel == ReportChannel.KEPT,
        },
    )
