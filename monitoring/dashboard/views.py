"""One patient's overview, one alert, and the patient's own home page."""

from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring.alerts.models import Alert
from monitoring.alerts.views.answering import alert_page
from monitoring.audit.record import record_read
from monitoring.checkins.queries import home_check_in
from monitoring.checkins.views.results import recent_in_words
from monitoring.dashboard.queries import (
    alert_strip,
    changes_ahead,
    changes_before,
    history_days,
    history_of,
    lanes_of,
    medicines_today,
    steps_ahead,
    surroundings_of,
)
from monitoring.dashboard.queries.charting import SPANS, chart_of
from monitoring.dashboard.svg.small import draw_lane
from monitoring.education.queries import learning_of
from monitoring.help.views import numbers_for
from monitoring.notes.queries import latest_notes
from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    patient_of,
    patient_required,
    read_patient_or_404,
)
from monitoring.people.actions import note_opened
from monitoring.people.models import Patient
from monitoring.people.queries import last_openings
from monitoring.regimens.queries import flags_panel, regimen_of
from monitoring.supplies.queries import supplies_of

# A page of a patient’s history: about two weeks of daily check-ins.
HISTORY_DAYS = 14


@require_safe
@clinician_required
def patient_overview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One patient on one screen: what is open, doses over symptoms, what is taken, and what comes next."""
    now = timezone.now()
    patient = read_patient_or_404(request.user, pk, what="overview")
    note_opened(patient=patient, by=request.user, now=now)
    context = {
        "patient": patient,
        "alerts": alert_strip(patient, now),
        "steps": steps_ahead(patient, now),
        "first_due": home_check_in(patient, now).next_opens_at,
        "chart": chart_of(patient, now, request.GET.get("w", "")),
        "spans": SPANS,
        **_written(patient, now),
        **_medicines(patient, patient.local_date(now)),
    }
    return render(request, "monitoring/dashboard/patient_overview.html", context)


def _written(patient: Patient, now: datetime) -> dict[str, object]:
    """What colleagues wrote of the patient, and who opened the record."""
    return {"latest_notes": latest_notes(patient), "openings": last_openings(patient, now)}


def _medicines(patient: Patient, today: date) -> dict[str, object]:
    """What is taken and what of it just changed, what was flagged and answered, and what runs out."""
    return {
        "today": today,
        "changes": changes_before(patient, today),
        "regimen": regimen_of(patient, today),
        "panel": flags_panel(patient, today),
        "supplies_ending": [supply for supply in supplies_of(patient, today) if supply.loudness],
    }


@require_safe
@clinician_required
def alert(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One alert among what surrounds it: its check-in, the week before, and doses that had just changed."""

    def beside(one: Alert) -> dict[str, object]:
        return {"around": surroundings_of(one)}

    return alert_page(request, pk, template="monitoring/dashboard/alert.html", beside=beside)


@require_safe
@patient_required
def my_plan(request: SignedInRequest) -> HttpResponse:
    """The patient's home: today's doses, today's check-in, how to stay safe, what comes next."""
    now = timezone.now()
    patient = patient_of(request)
    if patient is None:
        return render(request, "monitoring/dashboard/no_record.html", status=404)
    record_read(patient_id=patient.pk, what="my plan", by=request.user, now=now)
    context = {
        "patient": patient,
        "home": home_check_in(patient, now),
        "recent": recent_in_words(patient),
        "learning": learning_of(patient),
        "numbers": numbers_for(request, kept=True),
        **_doses(patient, patient.local_date(now)),
    }
    return render(request, "monitoring/dashboard/my_plan.html", context)


def _doses(patient: Patient, today: date) -> dict[str, object]:
    """What to take today and what comes next, in the patient's words."""
    medicines = medicines_today(patient, today)
    return {
        "today": today,
        "medicines": medicines,
        "changes": changes_ahead(patient, regimen_of(patient, today)),
        "takes_baclofen": any(each.medicine.is_baclofen for each in medicines),
    }


@require_safe
@patient_required
def my_history(request: SignedInRequest) -> HttpResponse:
    """What happened, day by day and newest first, in words; each symptom as a small chart after it."""
    now = timezone.now()
    patient = patient_of(request)
    if patient is None:
        return redirect("my_plan")  # which says what to do
    record_read(patient_id=patient.pk, what="history", by=request.user, now=now)
    today = patient.local_date(now)
    page = Paginator(history_days(patient, today), HISTORY_DAYS).get_page(request.GET.get("page"))
    lanes = lanes_of(patient, today) if page.number == 1 else []
    context = {
        "patient": patient,
        "page_obj": page,
        "days": history_of(patient, list(page), today),
        "lanes": [(lane, draw_lane(lane.scores, lane.first, lane.last, lane.highest)) for lane in lanes],
    }
    return render(request, "monitoring/dashboard/history.html", context)
