"""Pages that change a medicine already in the regimen: another dose, a stop, taken back, made active."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.regimens.actions import (
    RegimenConflict,
    RegimenError,
    cancel_prescription,
    change_dose,
    confirm_prescription,
    stop_prescription,
)
from monitoring.regimens.forms import CancelForm, ChangeDoseForm, StopForm
from monitoring.regimens.forms.doses import initial_of
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import dose_of, dose_on, dose_words
from monitoring.regimens.views import drafts
from monitoring.regimens.views.doors import did, posted, prescription_or_404, stale_is_409


def _page(
    request: SignedInRequest,
    prescription: Prescription,
    form: forms.Form,
    *,
    template: str,
    act: Callable[[], object],
    done: str,
) -> HttpResponse:
    """Show a form about one prescription, or act on it; a refusal becomes an error of the form (422)."""
    if request.method == "POST" and form.is_valid() and did(form, act):
        messages.success(request, done)
        return redirect("medications", prescription.patient_id)
    today = prescription.patient.local_date(timezone.now())
    taper = form.fields.get("without_taper_reason")
    context = {
        "patient": prescription.patient, "prescription": prescription, "form": form,
        "present_dose": dose_words(dose_of(dose_on(prescription, today))),
        "needs_taper": taper is not None and taper.required,
    }  # fmt: skip
    return render(request, template, context, status=422 if form.errors else 200)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_409
def dose(request: SignedInRequest, patient_pk: UUID, pk: UUID) -> HttpResponse:
    """Change the dose from a day on."""
    prescription, now = prescription_or_404(request, patient_pk, pk), timezone.now()
    today = prescription.patient.local_date(now)
    initial = initial_of(dose_of(dose_on(prescription, today))) | {"version": prescription.version, "from_day": today}
    form = ChangeDoseForm(posted(request), initial=initial | drafts.prefill(request, patient_pk, pk))

    def act() -> None:
        change_dose(
            prescription=prescription, dose=form.new_dose(), sig="", from_day=form.cleaned_data["from_day"],
            expected_version=form.cleaned_data["version"], by=request.user, now=now,
            without_taper_reason=form.cleaned_data["without_taper_reason"],
        )  # fmt: skip

    done = pgettext("staff", "The new dose is recorded.")
    return _page(request, prescription, form, template="monitoring/regimens/dose.html", act=act, done=done)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_409
def stop(request: SignedInRequest, patient_pk: UUID, pk: UUID) -> HttpResponse:
    """Stop a medicine; baclofen after weeks of use asks for a taper or a reason."""
    prescription, now = prescription_or_404(request, patient_pk, pk), timezone.now()
    today = prescription.patient.local_date(now)
    initial = {"version": prescription.version, "last_day": today} | drafts.prefill(request, patient_pk, pk)
    form = StopForm(posted(request), initial=initial)

    def act() -> None:
        stop_prescription(prescription=prescription, by=request.user, now=now, **form.stop())

    done = pgettext("staff", "The medicine is recorded as stopped.")
    return _page(request, prescription, form, template="monitoring/regimens/stop.html", act=act, done=done)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_409
def cancel(request: SignedInRequest, patient_pk: UUID, pk: UUID) -> HttpResponse:
    """Take a prescription back as never taken."""
    prescription = prescription_or_404(request, patient_pk, pk)
    form = CancelForm(posted(request))

    def act() -> None:
        cancel_prescription(prescription=prescription, by=request.user, now=timezone.now(), **form.cleaned_data)

    return _page(
        request,
        prescription,
        form,
        template="monitoring/regimens/cancel.html",
        act=act,
        done=pgettext("staff", "The prescription is taken back."),
    )


@clinician_required
@require_POST
@stale_is_409
def confirm(request: SignedInRequest, patient_pk: UUID, pk: UUID) -> HttpResponse:
    """Make a waiting prescription active when nothing is left to answer."""
    prescription = prescription_or_404(request, patient_pk, pk)
    try:
        confirm_prescription(prescription=prescription, by=request.user, now=timezone.now())
    except RegimenConflict:
        raise
    except RegimenError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, pgettext("staff", "The medicine is now active."))
    return redirect("medications", patient_pk)
