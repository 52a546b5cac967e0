"""The patient's plan as a month and as a sheet of paper, for the patient and for their care team."""

from contextlib import nullcontext
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring.audit.record import record_read
from monitoring.calendars.queries import CalendarDay, days_of, feed_of, plan_of, sheet_of, spans_of
from monitoring.calendars.rules import (
    MONTHS_AHEAD,
    MONTHS_BACK,
    SHEET_DAYS,
    month_before,
    months_between,
    next_month,
    read_first,
    read_month,
    weeks_of_month,
)
from monitoring.formatting import birth_text
from monitoring.help.views import numbers_for
from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    patient_of,
    patient_required,
    read_patient_or_404,
)
from monitoring.people.models import Patient
from monitoring.wording.queries import reader_of, speaking_to


@require_safe
@patient_required
def my_calendar(request: SignedInRequest) -> HttpResponse:
    """A month of doses as a grid and as a list, by `?month=2026-06`."""
    now = timezone.now()
    patient = patient_of(request)
    if patient is None:
        return redirect("my_plan")  # which says what to do
    record_read(patient_id=patient.pk, what="plan calendar", by=request.user, now=now)
    context = {"patient": patient, "numbers": numbers_for(request), "feed": feed_of(patient)}
    context |= _month(patient, request.GET.get("month", ""), now)
    return render(request, "monitoring/calendars/month.html", context)


def _month(patient: Patient, asked: str, now: datetime) -> dict[str, object]:
    today = patient.local_date(now)
    month = read_month(asked, today)
    weeks = weeks_of_month(month)
    plan = plan_of(patient, today)
    days = {each.day: each for each in days_of(plan, weeks[0][0], weeks[-1][-1])}
    inside = [each for day, each in days.items() if day.month == month.month]
    return {
        "month": month,
        "today": today,
        "weeks": [[_cell(days[day], month) for day in week] for week in weeks],
        "spans": spans_of(inside),
        "waits": plan.waits,
        **_around(month, today),
    }


def _cell(day: CalendarDay, month: date) -> tuple[CalendarDay, bool]:
    return day, day.day.month == month.month


def _around(month: date, today: date) -> dict[str, object]:
    """The months before and after that can be opened."""
    before, after, present = month_before(month), next_month(month), today.replace(day=1)
    return {
        "before": before if months_between(present, before) >= -MONTHS_BACK else None,
        "after": after if months_between(present, after) <= MONTHS_AHEAD else None,
    }


@require_safe
@patient_required
def my_sheet(request: SignedInRequest) -> HttpResponse:
    """Four weeks on one A4 sheet, by `?from=2026-06-15`."""
    now = timezone.now()
    patient = patient_of(request)
    if patient is None:
        return redirect("my_plan")
    record_read(patient_id=patient.pk, what="plan sheet", by=request.user, now=now)
    return render(request, "monitoring/calendars/sheet.html", _sheet(request, patient, now))


@require_safe
@clinician_required
def patient_sheet(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """The same sheet, printed by the care team to be handed over, in the patient's language."""
    patient = read_patient_or_404(request.user, patient_id, what="plan sheet")
    reader, now = reader_of(patient.user) if patient.user else None, timezone.now()
    with speaking_to(patient.user) if patient.user else nullcontext():
        context = _sheet(request, patient, now)
    return render(request, "monitoring/calendars/sheet_staff.html", context | {"reader": reader})


def _sheet(request: SignedInRequest, patient: Patient, now: datetime) -> dict[str, object]:
    today = patient.local_date(now)
    sheet = sheet_of(plan_of(patient, today), read_first(request.GET.get("from", ""), today))
    return {
        "patient": patient,
        "numbers": numbers_for(request),
        "now": now,
        "born": birth_text(patient.birth_date),
        "sheet": sheet,
        "next_from": sheet.first + timedelta(days=SHEET_DAYS),
    }
