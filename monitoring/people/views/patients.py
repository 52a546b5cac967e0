"""Registering a patient, and who cares for them."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from monitoring.people.access import SignedInRequest, clinician_required, get_patient_or_404, read_patient_or_404
from monitoring.people.actions import (
    give_patient_sign_in,
    join_care_team,
    leave_care_team,
    new_one_time_password,
    register_patient,
)
from monitoring.people.forms import CareTeamForm, PatientSignInForm, RegisterPatientForm, posted
from monitoring.people.models import Patient, User
from monitoring.people.queries import care_team
from monitoring.people.views.proof import proof_required
from monitoring.people.views.users import show_password


@require_http_methods(["GET", "POST"])
@clinician_required
def register(request: SignedInRequest) -> HttpResponse:
    """Open a patient's record; whoever registers them is the first on the care team."""
    form = RegisterPatientForm(posted(request))
    if form.is_valid():
        try:
            patient = register_patient(clinic=request.user.clinic, by=request.user, now=timezone.now(), **form.facts())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                pgettext("staff", "%(patient)s is registered. You are on the care team.") % {"patient": patient},
            )
            return redirect("care_team", patient.pk)
    template = "monitoring/people/register_patient.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@clinician_required
def team(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who cares for this patient; a POST adds a colleague of the same clinic."""
    patient = read_patient_or_404(request.user, pk, what="care team")
    form = CareTeamForm(posted(request), patient=patient)
    if form.is_valid():
        colleague: User = form.cleaned_data["clinician"]
        join_care_team(patient=patient, clinician=colleague, by=request.user, now=timezone.now())
        messages.success(
            request, pgettext("staff", "%(colleague)s is now on the care team.") % {"colleague": colleague.name}
        )
        return redirect("care_team", patient.pk)
    return _team_page(request, patient, form)


@require_POST
@clinician_required
def remove_member(request: SignedInRequest, pk: UUID, clinician_pk: UUID) -> HttpResponse:
    """Take oneself or a colleague off the care team."""
    patient = get_patient_or_404(request.user, pk)
    clinician = get_object_or_404(User, pk=clinician_pk, clinic=request.user.clinic_id)
    try:
        leave_care_team(patient=patient, clinician=clinician, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("care_team", patient.pk)
    messages.success(
        request,
        pgettext("staff", "%(clinician)s is no longer on the care team of %(patient)s.")
        % {"clinician": clinician.name, "patient": patient},
    )
    return redirect("home") if clinician == request.user else redirect("care_team", patient.pk)


@require_POST
@clinician_required
def patient_sign_in(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Give a patient an account or a new one-time password, shown on the answer to this POST and nowhere else."""
    return _give_sign_in(request, get_patient_or_404(request.user, pk))


@proof_required
def _give_sign_in(request: SignedInRequest, patient: Patient) -> HttpResponse:
    form = PatientSignInForm(request.POST, has_account=patient.user is not None)
    if form.is_valid():
        password = new_one_time_password()
        try:
            user = give_patient_sign_in(
                patient=patient, password=password, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show_password(request, user, password, patient)
    return _team_page(request, patient, CareTeamForm(patient=patient), form)


def _team_page(
    request: SignedInRequest, patient: Patient, form: CareTeamForm, sign_in_form: PatientSignInForm | None = None
) -> HttpResponse:
    sign_in_form = sign_in_form or PatientSignInForm(initial={"email": patient.email})
    invalid = bool(form.errors or sign_in_form.errors)
    context = {
        "patient": patient,
        "team": care_team(patient),
        "form": form,
        "sign_in_form": sign_in_form,
        "page_invalid": invalid,
    }
    return render(request, "monitoring/people/care_team.html", context, status=422 if invalid else 200)
