"""What the pages of this feature share: whose page it is, and what a stale page answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from monitoring.audit.record import record_read
from monitoring.people.access import SignedInRequest, get_patient_or_404, get_visible_or_404
from monitoring.people.models import Patient
from monitoring.regimens.actions import NeedsTaper, RegimenConflict, RegimenError
from monitoring.regimens.models import InteractionFlag, Prescription

View = Callable[..., HttpResponse]


def stale_is_409(view: View) -> View:
    """Answer 409, with nothing saved, when what the page showed has changed since."""

    @wraps(view)
    def guarded(request: HttpRequest, patient_pk: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, patient_pk, *args, **kwargs)
        except RegimenConflict as conflict:
            patient = get_patient_or_404(request.user, patient_pk)
            context = {"patient": patient, "message": conflict.message}
            return render(request, "monitoring/regimens/conflict.html", context, status=409)

    return guarded


def read_patient(request: SignedInRequest, patient_pk: UUID, what: str) -> Patient:
    """The patient of this page, with the reading noted in the audit log; 404 when it is not theirs."""
    patient = get_patient_or_404(request.user, patient_pk)
    record_read(patient_id=patient.pk, what=what, by=request.user, now=timezone.now())
    return patient


def prescription_or_404(request: SignedInRequest, patient_pk: UUID, pk: UUID) -> Prescription:
    """A prescription of the patient in the address, when the reader may see it."""
    prescription: Prescription = get_visible_or_404(Prescription, request.user, pk)
    if prescription.patient_id != patient_pk:
        raise Http404
    record_read(patient_id=patient_pk, what="prescription", by=request.user, now=timezone.now())
    return prescription


def flag_or_404(request: SignedInRequest, patient_pk: UUID, pk: UUID) -> InteractionFlag:
    """A flag of the patient in the address, when the reader may see it."""
    flag: InteractionFlag = get_visible_or_404(InteractionFlag, request.user, pk)
    if flag.patient_id != patient_pk:
        raise Http404
    record_read(patient_id=patient_pk, what="flag", by=request.user, now=timezone.now())
    return flag


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def did(form: forms.Form, act: Callable[[], object]) -> bool:
    """Act on a valid form; False, with the refusal beside the field at fault, when the act is refused.

    A page that is stale is no fault of the form: that refusal goes on to `stale_is_409`.
    """
    try:
        act()
    except RegimenConflict:
        raise
    except RegimenError as error:
        put_error(form, error)
        if isinstance(error, NeedsTaper):
            form.fields[error.field].required = True
        return False
    return True


def put_error(form: forms.Form, error: RegimenError) -> None:
    """Show a refusal beside the field at fault, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
