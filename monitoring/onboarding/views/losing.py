"""A lost or stolen phone: what it opens, and one button that ends all of it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from monitoring.onboarding.actions import end_ways_in
from monitoring.onboarding.queries import ways_in
from monitoring.people.access import SignedInRequest, clinician_required, read_patient_or_404
from monitoring.people.actions import new_one_time_password
from monitoring.people.models import Patient
from monitoring.people.views.proof import proof_required


@never_cache
@require_http_methods(["GET", "POST"])
@clinician_required
def lost_phone(request: SignedInRequest, patient_id: UUID) -> HttpResponseBase:
    """What stands open; a POST ends it. The one-time password is on the answer to that and nowhere else."""
    return _lost(request, read_patient_or_404(request.user, patient_id, what="ways in"))


@proof_required
def _lost(request: SignedInRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        context = {"patient": patient, "ways": ways_in(patient, now)}
        return render(request, "monitoring/onboarding/lost_phone.html", context)
    password = new_one_time_password()
    try:
        ended = end_ways_in(patient=patient, password=password, by=request.user, now=now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("lost_phone", patient.pk)
    context = {"patient": patient, "ways": ended, "password": password}
    return render(request, "monitoring/onboarding/lost_phone_done.html", context)
