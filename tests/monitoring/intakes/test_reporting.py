"""Reports of doses are kept, answered and told to the care team."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.intakes.actions import DoseNotReportable, report_doses
from monitoring.intakes.models import DoseReport
from monitoring.intakes.queries import missed_doses, reports_between
from monitoring.intakes.rules import Kind
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription, PrescriptionState

pytestmark = pytest.mark.django_db

Report = Callable[..., list[DoseReport]]


@pytest.fixture
def said(baclofen: Prescription, patient: Patient, today: date, now: datetime) -> Report:
    """Maya says of her baclofen that this happened to these doses, so many days ago."""

    minutes = count()

    def _said(kind: Kind, *doses: int, back: int = 0, key: UUID | None = None) -> list[DoseReport]:
        assert patient.user is not None
        return report_doses(
            prescription=baclofen, local_date=today - timedelta(days=back), doses=doses, kind=kind,
            submission_key=key or uuid4(), by=patient.user,
            now=now + timedelta(minutes=next(minutes)),
        )  # fmt: skip

    return _said


def test_a_missed_dose_is_kept_with_what_was_planned_and_nobody_is_alarmed(said: Report, patient: Patient) -> None:
    (row,) = said(Kind.SKIPPED, 2)
    assert (row.dose, row.time_of_day, row.planned, row.advice) == (2, "midday", "10\u00a0mg", "missed")
    assert not Alert.objects.filter(kind__in=[AlertKind.DOSES, AlertKind.WITHDRAWAL]).exists()
    event = AuditEvent.objects.get(action="dose.report")
    assert event.patient_id == patient.pk


def test_the_third_missed_dose_of_baclofen_in_three_days_is_an_urgent_alert(said: Report) -> None:
    said(Kind.SKIPPED, 3, back=2)
    said(Kind.SKIPPED, 1, back=1)
    assert not Alert.objects.exists()
    (row,) = said(Kind.SKIPPED, 2)
    assert row.advice == "withdrawal"
    alert = Alert.objects.get()
    assert (alert.kind, alert.level) == (AlertKind.WITHDRAWAL, AlertLevel.URGENT)
    assert "3 doses of baclofen" in alert.why[0]


def test_a_whole_day_of_doses_is_one_report_and_one_alert(said: Report) -> None:
    rows = said(Kind.SKIPPED, 1, 2, 3)
    assert [row.dose for row in rows] == [1, 2, 3]
    assert Alert.objects.get().level == AlertLevel.URGENT


def test_a_stopped_medicine_is_urgent_at_once_and_is_taken_back_by_a_person_alone(
    said: Report, patient: Patient, today: date
) -> None:
    (row,) = said(Kind.STOPPED)
    assert (row.dose, row.planned, row.advice) == (0, "", "stopped")
    alert = Alert.objects.get()
    assert (alert.kind, alert.level) == (AlertKind.WITHDRAWAL, AlertLevel.URGENT)
    assert "baclofen is taken no more" in alert.why[0]
    said(Kind.TOOK, 1, 2, 3)
    assert row in reports_between(patient, today, today)


def test_more_than_planned_is_an_emergency_at_once_and_is_never_taken_back_here(
    said: Report, patient: Patient, today: date
) -> None:
    (row,) = said(Kind.EXTRA)
    assert (row.dose, row.advice) == (0, "too_much")
    alert = Alert.objects.get()
    assert (alert.kind, alert.level) == (AlertKind.DOSES, AlertLevel.EMERGENCY)
    said(Kind.TOOK, 1, 2, 3)
    said(Kind.EXTRA)
    kinds = [each.kind for each in reports_between(patient, today, today)]
    assert kinds.count("extra") == 2
    alert.refresh_from_db()
    assert alert.report_count == 2


def test_a_later_report_of_a_dose_stands_in_place_of_the_earlier_one(
    said: Report, patient: Patient, baclofen: Prescription, today: date
) -> None:
    said(Kind.SKIPPED, 1, 2)
    said(Kind.TOOK, 1)
    assert missed_doses(patient, baclofen.pk, today, today) == {(today, 2)}
    assert [(row.dose, row.kind) for row in reports_between(patient, today, today)] == [(1, "took"), (2, "skipped")]
    assert DoseReport.objects.count() == 3


def test_a_double_tap_keeps_one_report(said: Report) -> None:
    key = uuid4()
    first = said(Kind.EXTRA, key=key)
    assert said(Kind.EXTRA, key=key) == first
    assert said(Kind.SKIPPED, 1, key=key) == first
    assert DoseReport.objects.count() == 1
    assert Alert.objects.get().report_count == 1


@pytest.mark.core
def test_the_database_refuses_to_change_or_remove_a_report(said: Report) -> None:
    kept = said(Kind.EXTRA)[0]
    changes: list[Callable[[], object]] = [
        lambda: DoseReport.objects.update(kind=Kind.TOOK),
        lambda: DoseReport.objects.filter(pk=kept.pk)._raw_delete(using="default"),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert DoseReport.objects.get().kind == Kind.EXTRA


@pytest.mark.parametrize(
    ("kind", "doses", "back"),
    [
        (Kind.SKIPPED, (), 0),
        (Kind.SKIPPED, (4,), 0),
        (Kind.LATE, (0,), 0),
        (Kind.SKIPPED, (1,), 7),
        (Kind.EXTRA, (), -1),
    ],
)
def test_what_cannot_be_is_refused(said: Report, kind: Kind, doses: tuple[int, ...], back: int) -> None:
    with pytest.raises(DoseNotReportable):
        said(kind, *doses, back=back)
    assert not DoseReport.objects.exists()


def test_a_medicine_that_ended_before_that_day_has_no_doses(said: Report, baclofen: Prescription, today: date) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(
        state=PrescriptionState.STOPPED, ends_on=today - timedelta(days=2)
    )
    with pytest.raises(DoseNotReportable):
        said(Kind.SKIPPED, 1)
    assert said(Kind.SKIPPED, 1, back=2)
