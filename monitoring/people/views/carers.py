"""The patient's own page about who helps them: invited, seen and ended here, by nobody else."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.people.access import SignedInRequest, patient_of, patient_self_required
from monitoring.people.actions import invite_carer, revoke_invitation, withdraw_consent
from monitoring.people.forms import CarerForm, posted
from monitoring.people.models import CarerConsent, CarerInvitation
from monitoring.people.queries import carers_of, invitations_waiting
from monitoring.people.views.proof import proof_required


@require_safe
@patient_self_required
def my_carers(request: SignedInRequest) -> HttpResponse:
    """Who can see what, since when, and one tap to end it."""
    patient, now = patient_of(request), timezone.now()
    if patient is None:
        return redirect("my_plan")  # which says what to do
    context = {
        "patient": patient,
        "consents": [one for one in carers_of(patient) if one.is_current(now)],
        "ended": [one for one in carers_of(patient) if not one.is_current(now)],
        "waiting": invitations_waiting(patient, now),
    }
    return render(request, "monitoring/people/my_carers.html", context)


@require_http_methods(["GET", "POST"])
@patient_self_required
@proof_required
def my_carer_new(request: SignedInRequest) -> HttpResponse:
    """Say yes to one carer. The link to hand on is on the answer to this POST and nowhere else."""
    patient, now = patient_of(request), timezone.now()
    if patient is None:
        return redirect("my_plan")
    form = CarerForm(posted(request))
    if form.is_valid():
        try:
            invitation, token = invite_carer(patient=patient, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show_link(request, invitation, token, template="monitoring/people/my_carer_link.html")
    template = "monitoring/people/my_carer_new.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@require_POST
@patient_self_required
def my_carer_end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End one carer's access, at once."""
    consent = get_object_or_404(CarerConsent, pk=pk, patient__user=request.user)
    if withdraw_consent(consent=consent, by=request.user, now=timezone.now()):
        messages.success(request, _("Done. %(name)s can see nothing of yours now.") % {"name": consent.carer.name})
    return redirect("my_carers")


@require_POST
@patient_self_required
def my_carer_revoke(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take an invitation back: its link opens nothing from now on."""
    invitation = get_object_or_404(CarerInvitation, pk=pk, patient__user=request.user)
    if revoke_invitation(invitation=invitation, by=request.user, now=timezone.now()):
        messages.success(request, _("Done. The link does not work any more."))
    return redirect("my_carers")


def show_link(request: SignedInRequest, invitation: CarerInvitation, token: str, *, template: str) -> HttpResponse:
    """The one page that shows an invitation's link; a redirect would have to keep it somewhere."""
    link = request.build_absolute_uri(reverse("carer_welcome", args=[token]))
    return render(request, template, {"invitation": invitation, "link": link, "patient": invitation.patient})
