"""A patient says what happened to a dose and reads at once what to do; the care team reads all that was said."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.audit.record import record_read
from monitoring.help.views import numbers_for
from monitoring.intakes.actions import DoseNotReportable, report_doses
from monitoring.intakes.forms import DoseReportForm
from monitoring.intakes.models import DoseReport
from monitoring.intakes.queries import MedicineDay, all_reports, medicines_on, reports_between, team_looks_by
from monitoring.intakes.rules import DAYS_BACK, Kind, can_be_reported
from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    get_visible_or_404,
    patient_answers_required,
    patient_of,
    patient_required,
    read_patient_or_404,
)
from monitoring.people.models import Patient

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@patient_answers_required
def report(request: SignedInRequest, day: date) -> HttpResponse:
    """Which medicine, then what happened to which dose. `day` is one of the last seven of the patient's own."""
    now = timezone.now()
    patient = patient_of(request)
    if patient is None:
        return redirect("my_plan")  # which says what to do
    if not can_be_reported(day, patient.local_date(now)):
        raise Http404
    record_read(patient_id=patient.pk, what="dose report", by=request.user, now=now)
    medicines = medicines_on(patient, day)
    chosen = _chosen(request, medicines)
    if chosen is None:
        return render(request, "monitoring/intakes/which.html", _frame(patient, day, now) | {"medicines": medicines})
    return _ask(request, patient, chosen, day, now)


def _chosen(request: SignedInRequest, medicines: list[MedicineDay]) -> MedicineDay | None:
    """The medicine that the address names; the only one where there is no choice."""
    asked = request.GET.get("medicine", "")
    if not asked and len(medicines) == 1:
        return medicines[0]
    found = next((each for each in medicines if str(each.prescription.pk) == asked), None)
    if found is None and (asked or request.method == "POST"):
        raise Http404
    return found


def _ask(request: SignedInRequest, patient: Patient, medicine: MedicineDay, day: date, now: datetime) -> HttpResponse:
    form = DoseReportForm(request.POST if request.method == "POST" else None, medicine=medicine)
    if form.is_valid():
        try:
            rows = report_doses(
                prescription=medicine.prescription, local_date=day, doses=form.numbers(),
                kind=Kind(form.cleaned_data["kind"]), submission_key=form.cleaned_data["submission_key"],
                by=request.user, now=now,
            )  # fmt: skip
        except DoseNotReportable:
            raise Http404 from None
        return redirect("my_dose_advice", pk=rows[0].pk)
    said = [row for row in reports_between(patient, day, day) if row.prescription_id == medicine.prescription.pk]
    context = {"medicine": medicine, "form": form, "said": said, **_frame(patient, day, now)}
    return render(request, "monitoring/intakes/report.html", context, status=422 if form.errors else 200)


def _frame(patient: Patient, day: date, now: datetime) -> dict[str, object]:
    today = patient.local_date(now)
    return {
        "patient": patient,
        "day": day,
        "today": today,
        "days": [(each, reverse("my_dose_report", args=[each])) for each in _last_days(today)],
    }


def _last_days(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in range(DAYS_BACK + 1)]


@require_safe
@patient_required
def advice(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What to do now, by what was reported. It stays at its address."""
    now = timezone.now()
    found: DoseReport = get_visible_or_404(DoseReport, request.user, pk)
    record_read(patient_id=found.patient_id, what="dose report", by=request.user, now=now)
    together = found.patient.dose_reports.filter(submission_key=found.submission_key)
    context = {
        "report": found,
        "rows": together.select_related("prescription").order_by("dose"),
        "is_baclofen": "baclofen" in found.prescription.ingredients,
        "patient": found.patient,
        "numbers": numbers_for(request),
        "looks_by": team_looks_by(found, now),
    }
    return render(request, "monitoring/intakes/advice.html", context)


@require_safe
@clinician_required
def dose_reports(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Everything that was ever said of this patient's doses, newest first, with what stands."""
    patient = read_patient_or_404(request.user, patient_id, what="dose reports")
    page = Paginator(all_reports(patient), PAGE_SIZE).get_page(request.GET.get("page"))
    days = [row.local_date for row in page]
    standing = {row.pk for row in reports_between(patient, min(days), max(days))} if days else set()
    context = {"patient": patient, "page_obj": page, "rows": [(row, row.pk in standing) for row in page]}
    return render(request, "monitoring/intakes/dose_reports.html", context)
