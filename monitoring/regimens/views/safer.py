"""A safer way to go on from the interaction check: the same medicine at its gentlest first dose."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.regimens.forms import DoseForm
from monitoring.regimens.forms.doses import DoseFields, fields_of
from monitoring.regimens.queries import understand
from monitoring.regimens.queries.safer import gentler_start
from monitoring.regimens.views import drafts
from monitoring.regimens.views.doors import read_patient


@clinician_required
@require_POST
def lower(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Put the gentlest first dose in place of the one that was typed, and check again. Nothing is added yet."""
    patient = read_patient(request, patient_pk, "medications")
    draft = drafts.find_or_404(request, patient_pk)
    today = patient.local_date(timezone.now())
    filled = DoseForm(draft.dose, today=today)
    offer = gentler_start(filled.proposed(understand(draft.entered)), today) if filled.is_valid() else None
    if offer is None:
        raise Http404
    others = {name: value for name, value in draft.dose.items() if name not in DoseFields.base_fields}
    draft.dose = others | fields_of(offer.dose)
    drafts.keep(request, draft)
    return redirect(f"{reverse('medication_new_check', args=[patient_pk])}?draft={draft.token}")
