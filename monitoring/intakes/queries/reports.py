"""Reports of single doses as they stand."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from monitoring.alerts.models import Alert, AlertKind
from monitoring.intakes.models import DoseReport, DoseReportKind
from monitoring.intakes.rules import Missed
from monitoring.people.models import Patient

NOT_TAKEN = frozenset({DoseReportKind.SKIPPED.value, DoseReportKind.STOPPED.value})


def reports_between(patient: Patient, start: date, end: date) -> list[DoseReport]:
    """The reports that stand for the days from `start` to `end`, both included, by day and dose.

    A later report of the same dose takes the place of an earlier one. That more was taken than planned, or nothing any
    more, is never taken back here: a person looks at it.
    """
    rows = DoseReport.objects.filter(patient=patient).between(start, end).select_related("prescription", "reported_by")
    return sorted(standing(rows), key=lambda row: (row.local_date, row.prescription.label, row.dose))


def standing(rows: Iterable[DoseReport]) -> list[DoseReport]:
    """Of reports in the order in which they came, those that no later one replaces."""
    latest: dict[object, DoseReport] = {}
    for row in rows:
        stays = row.kind in {DoseReportKind.EXTRA, DoseReportKind.STOPPED}
        latest[row.pk if stays else (row.prescription_id, row.local_date, row.dose)] = row
    return list(latest.values())


def missed_doses(patient: Patient, prescription_id: UUID, start: date, end: date) -> frozenset[Missed]:
    """The doses of one medicine that stand as missed, by day and number; 0 for a day from which it was stopped."""
    rows = DoseReport.objects.filter(patient=patient, prescription=prescription_id).between(start, end)
    return frozenset((row.local_date, row.dose) for row in standing(rows) if row.kind in NOT_TAKEN)


def all_reports(patient: Patient) -> "QuerySet[DoseReport]":
    """Every report ever made of the patient's doses, those that were replaced among them, newest first."""
    rows = DoseReport.objects.filter(patient=patient).select_related("prescription", "reported_by")
    return rows.order_by("-reported_at", "dose", "id")


def team_looks_by(report: DoseReport, now: datetime) -> datetime | None:
    """When the care team means to have looked at what was said of doses, if that is still ahead."""
    kinds = [AlertKind.DOSES, AlertKind.WITHDRAWAL]
    alerts = Alert.objects.open().filter(patient=report.patient_id, kind__in=kinds, due_at__gt=now)
    due_at: datetime | None = alerts.order_by("due_at").values_list("due_at", flat=True).first()
    return due_at
