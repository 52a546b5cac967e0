"""What is left of each medicine: the clinician's page and the patient's own, which are the same deed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from monitoring.audit.record import record_read
from monitoring.help.views import numbers_for
from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    get_patient_or_404,
    patient_of,
    patient_required,
)
from monitoring.people.models import Patient
from monitoring.supplies.actions import NotTakenError, count_supply
from monitoring.supplies.forms import CountForm
from monitoring.supplies.queries import Supply, supplies_of

GONE = _("This medicine is not taken any more. Nothing was saved.")


@dataclass(frozen=True, slots=True)
class Row:
    """A medicine on the page, with the form to count it."""

    supply: Supply
    form: CountForm
    is_over: bool


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def supplies(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """What one patient has left, and a form to write down a new count."""
    patient = get_patient_or_404(request.user, patient_id)
    return _page(
        request, patient, template="monitoring/supplies/supplies.html", back=reverse("supplies", args=[patient.pk])
    )


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def my_supplies(request: SignedInRequest) -> HttpResponse:
    """The patient's own count."""
    patient = patient_of(request)
    if patient is None:
        raise Http404
    return _page(request, patient, template="monitoring/supplies/my_supplies.html", back=reverse("my_supplies"))


def _page(request: SignedInRequest, patient: Patient, *, template: str, back: str) -> HttpResponse:
    now = timezone.now()
    rows = [_row(request, supply, patient.local_date(now)) for supply in supplies_of(patient, patient.local_date(now))]
    counted = next((row for row in rows if row.form.is_bound), None)
    if counted is not None and counted.form.is_valid() and _save(request, counted, now):
        return redirect(back)
    gone = request.method == "POST" and (counted is None or not counted.form.errors)
    record_read(patient_id=patient.pk, what="supplies", by=request.user, now=now)
    context = {
        "patient": patient, "rows": rows, "today": patient.local_date(now), "form": counted.form if counted else None,
        "page_errors": [GONE] if gone else [], "page_invalid": request.method == "POST",
        "numbers": numbers_for(request),
    }  # fmt: skip
    return render(request, template, context, status=409 if gone else 422 if counted else 200)


def _save(request: SignedInRequest, row: Row, now: datetime) -> bool:
    """Keep the count; False when the medicine has just ended."""
    try:
        count_supply(prescription=row.supply.prescription, packs=row.form.packs(), by=request.user, now=now)
    except NotTakenError:
        return False
    messages.success(request, gettext("Saved."))
    return True


def _row(request: SignedInRequest, supply: Supply, today: date) -> Row:
    chosen = request.method == "POST" and request.POST.get("prescription") == str(supply.prescription.pk)
    form = CountForm(request.POST if chosen else None, prescription=supply.prescription)
    return Row(supply, form, supply.is_over(today))
