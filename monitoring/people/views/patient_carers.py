"""Who helps a patient, as staff see it: consent said in person or on paper is recorded, and ended, here."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    get_patient_or_404,
    get_visible_or_404,
    read_patient_or_404,
)
from monitoring.people.actions import invite_carer, revoke_invitation, withdraw_consent
from monitoring.people.forms import EndConsentForm, StaffCarerForm, posted
from monitoring.people.models import CarerConsent, CarerInvitation, Patient
from monitoring.people.queries import carers_of, invitations_waiting
from monitoring.people.views.carers import show_link


@require_http_methods(["GET", "POST"])
@clinician_required
def patient_carers(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who helps this patient; a POST records what the patient said. Its link is on the answer and nowhere else."""
    patient = read_patient_or_404(request.user, pk, what="carers")
    form = StaffCarerForm(posted(request))
    if form.is_valid():
        try:
            invitation, token = invite_carer(patient=patient, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show_link(request, invitation, token, template="monitoring/people/patient_carer_link.html")
    return _page(request, patient, form)


@require_POST
@clinician_required
def patient_carer_end(request: SignedInRequest, pk: UUID, consent_pk: UUID) -> HttpResponse:
    """End a carer's access for the patient, with the reason."""
    patient = get_patient_or_404(request.user, pk)
    consent = get_visible_or_404(CarerConsent, request.user, consent_pk)
    form = EndConsentForm(request.POST)
    if consent.patient_id == patient.pk and form.is_valid():
        reason = form.cleaned_data["reason"]
        if withdraw_consent(consent=consent, by=request.user, now=timezone.now(), reason=reason):
            messages.success(
                request, pgettext("staff", "%(carer)s has no access any more.") % {"carer": consent.carer.name}
            )
        return redirect("patient_carers", patient.pk)
    return _page(request, patient, StaffCarerForm(), end_form=form)


@require_POST
@clinician_required
def patient_carer_revoke(request: SignedInRequest, pk: UUID, invitation_pk: UUID) -> HttpResponse:
    """Take an invitation back."""
    patient = get_patient_or_404(request.user, pk)
    invitation = get_visible_or_404(CarerInvitation, request.user, invitation_pk)
    if revoke_invitation(invitation=invitation, by=request.user, now=timezone.now()):
        messages.success(request, pgettext("staff", "The link does not work any more."))
    return redirect("patient_carers", patient.pk)


def _page(
    request: SignedInRequest, patient: Patient, form: StaffCarerForm, end_form: EndConsentForm | None = None
) -> HttpResponse:
    now, invalid = timezone.now(), bool(form.errors or end_form)
    consents = list(carers_of(patient))
    context = {
        "patient": patient,
        "form": form,
        "end_form": end_form,
        "consents": [one for one in consents if one.is_current(now)],
        "ended": [one for one in consents if not one.is_current(now)],
        "waiting": invitations_waiting(patient, now),
        "page_invalid": invalid,
    }
    return render(request, "monitoring/people/patient_carers.html", context, status=422 if invalid else 200)
