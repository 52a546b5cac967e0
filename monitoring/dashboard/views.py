"""The list of patients, one patient's overview, and the patient's own home page."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring.alerts.queries import open_alerts_of
from monitoring.audit.record import record_reads
from monitoring.checkins.queries import home_check_in
from monitoring.dashboard.queries import WEEKS, doses_today, next_steps, patients_for, timeline_of
from monitoring.dashboard.svg import WIDTH, chart_height, draw
from monitoring.dashboard.timeline import summary, table
from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    patient_required,
    read_patient_or_404,
)
from monitoring.people.models import Patient
from monitoring.regimens.queries import flags_panel, regimen_of

PAGE_SIZE = 50


@require_safe
@clinician_required
def patient_list(request: SignedInRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:80]
    page = Paginator(patients_for(request.user, query), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    record_reads(patient_ids=[patient.pk for patient in page], what="patient list", by=request.user, now=now)
    rows = [(patient, patient.age_on(patient.local_date(now))) for patient in page]
    context = {"page_obj": page, "rows": rows, "query": query}
    return render(request, "monitoring/dashboard/patient_list.html", context)


@require_safe
@clinician_required
def patient_overview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    patient = read_patient_or_404(request.user, pk, what="overview")
    weeks = int(request.GET.get("w", "8")) if request.GET.get("w", "8") in map(str, WEEKS) else 8
    timeline = timeline_of(patient, now=now, weeks=weeks)
    today = patient.local_date(now)
    context = {
        "patient": patient,
        "alerts": open_alerts_of(patient.pk),
        "timeline": timeline,
        "chart": draw(timeline),
        "chart_size": (WIDTH, chart_height(timeline)),
        "summary": summary(timeline),
        "table": table(timeline),
        "weeks": weeks,
        "all_weeks": WEEKS,
        "regimen": regimen_of(patient, today),
        "flags": flags_panel(patient, today),
        "next_steps": next_steps(patient),
    }
    return render(request, "monitoring/dashboard/patient_overview.html", context)


@require_safe
@patient_required
def my_plan(request: SignedInRequest) -> HttpResponse:
    """The patient's home: today's doses, today's check-in, how to stay safe, what comes next."""
    now = timezone.now()
    patient = Patient.objects.select_related("clinic").filter(user=request.user).first()
    if patient is None:
        raise Http404
    today = patient.local_date(now)
    lines = regimen_of(patient, today).active
    context = {
        "patient": patient,
        "today": today,
        "doses": doses_today(lines, today),
        "home": home_check_in(patient, now),
        "next_steps": next_steps(patient),
        "takes_baclofen": any("baclofen" in line.prescription.ingredients for line in lines),
    }
    return render(request, "monitoring/dashboard/my_plan.html", context)
