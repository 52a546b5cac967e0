"""What surrounds an alert: the check-in behind it, the week before, and doses that had just changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from monitoring.alerts.models import Alert
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.queries import occasions
from monitoring.checkins.rules import TOPICS, read_answers
from monitoring.checkins.rules.questions import PAGES, QUESTIONS, answer_words
from monitoring.dashboard.timeline import WATCH_DAYS
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.regimens.queries import dose_of, dose_words
from monitoring.titration.models import TitrationStep

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DoseChange:
    """A dose that became another on the patient's day `on`; "" is not taken."""

    label: str
    before: str
    after: str
    on: date
    how: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`check_in` or `plan_id` is what raised the alert; the changes are of `WATCH_DAYS` days, newest first.

    `answers` are those of that check-in in words, "" for a question that was left out; none without a report.
    `troubles` names the topics that stood above 0 on any day of the week; `scores` has their numbers for each of
    `recent`, None for one that was not answered.
    """

    check_in: CheckIn | None
    plan_id: UUID | None
    recent: tuple[CheckIn, ...]
    changes: tuple[DoseChange, ...]
    answers: tuple[tuple[str, str], ...] = ()
    troubles: tuple[str, ...] = ()
    scores: tuple[tuple[int | None, ...], ...] = ()

    @property
    def week(self) -> list[tuple[CheckIn, tuple[int | None, ...]]]:
        """Each check-in of the week with its numbers."""
        return list(zip(self.recent, self.scores, strict=True))


def surroundings_of(alert: Alert) -> Surroundings:
    """The check-in, week and dose changes up to the day of the alert's last report."""
    day = alert.patient.local_date(alert.last_reported_at)
    past = occasions(alert.patient).exclude(state__in=[CheckInState.DUE, CheckInState.CANCELLED])
    week = tuple(past.filter(local_date__gt=day - WEEK, local_date__lte=day))
    check_in = _check_in_of(alert)
    told = [_scores(each) for each in week]
    troubles = tuple(topic for topic in TOPICS if any(each.get(topic) for each in told))
    return Surroundings(
        check_in=check_in,
        answers=_answers(check_in),
        plan_id=_plan_of(alert),
        recent=week,
        changes=changes_before(alert.patient, day),
        troubles=tuple(QUESTIONS[topic].label for topic in troubles),
        scores=tuple(tuple(each.get(topic) for topic in troubles) for each in told),
    )


def changes_before(patient: Patient, day: date) -> tuple[DoseChange, ...]:
    """The doses that became others up to `day`, over as long as the chart watches for, newest first."""
    return tuple(sorted(_changes(patient, day), key=lambda change: (change.on, change.label), reverse=True))


def _check_in_of(alert: Alert) -> CheckIn | None:
    if alert.source_id is None:
        return None
    own = CheckIn.objects.filter(patient=alert.patient_id)
    if alert.source_type == "check_in":
        return own.filter(pk=alert.source_id).first()
    return own.filter(report=alert.source_id).first() if alert.source_type == "symptom_report" else None


def _answers(check_in: CheckIn | None) -> tuple[tuple[str, str], ...]:
    report: SymptomReport | None = getattr(check_in, "report", None)
    if report is None:
        return ()
    told = read_answers(report.answers)
    return tuple((QUESTIONS[key].label, answer_words(told, key)) for page in PAGES for key in page.keys)


def _scores(check_in: CheckIn) -> Mapping[str, int]:
    report: SymptomReport | None = getattr(check_in, "report", None)
    return read_answers(report.answers).scores if report is not None else {}


def _plan_of(alert: Alert) -> UUID | None:
    if alert.source_type != "step" or alert.source_id is None:
        return None
    steps = TitrationStep.objects.filter(pk=alert.source_id, plan__patient=alert.patient_id)
    return steps.values_list("plan_id", flat=True).first()


def _changes(patient: Patient, day: date) -> Iterator[DoseChange]:
    first = day - timedelta(days=WATCH_DAYS)
    for prescription in Prescription.objects.filter(patient=patient).taken().prefetch_related("dose_periods"):
        periods = sorted(prescription.dose_periods.all(), key=lambda one: (_start(prescription, one), one.created_at))
        for number, period in enumerate(periods):
            if first <= _start(prescription, period) <= day:
                yield _change(prescription, periods, number)
        ended = prescription.ends_on
        if periods and ended is not None and first <= ended + timedelta(days=1) <= day:
            before = dose_words(dose_of(periods[-1]))
            how = prescription.get_stop_reason_display()
            yield DoseChange(prescription.label, before, "", ended + timedelta(days=1), how.lower())


def _change(prescription: Prescription, periods: Sequence[DosePeriod], number: int) -> DoseChange:
    period = periods[number]
    return DoseChange(
        label=prescription.label,
        before=dose_words(dose_of(periods[number - 1])) if number else "",
        after=dose_words(dose_of(period)),
        on=_start(prescription, period),
        how=period.get_source_display(),
    )


def _start(prescription: Prescription, period: DosePeriod) -> date:
    return period.starts_on or prescription.starts_on or date.min
