"""What is known of the patient: the facts that the interaction check asks for."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from interactions.checking import vocabulary
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_patient_context
from monitoring.regimens.forms import ContextForm
from monitoring.regimens.forms.context import condition_words, initial_of
from monitoring.regimens.views.doors import posted, read_patient, stale_is_409


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_409
def context(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Correct eGFR, QTc, weight, alcohol and conditions; the medicines are checked again at once."""
    patient, now = read_patient(request, patient_pk, "context"), timezone.now()
    form = ContextForm(posted(request), initial=initial_of(patient), today=patient.local_date(now))
    if request.method == "POST" and form.is_valid():
        changed = _change(form, patient, by=request.user, now=now)
        if changed is not None:
            done = (
                pgettext("staff", "Saved. The medicines have been checked again.")
                if changed
                else pgettext("staff", "Nothing changed.")
            )
            messages.success(request, done)
            return redirect("medications", patient_pk)
    shown = {"patient": patient, "form": form, "vocabulary": [condition_words(code) for code in vocabulary()]}
    return render(request, "monitoring/regimens/context.html", shown, status=422 if form.errors else 200)


def _change(form: ContextForm, patient: Patient, *, by: User, now: datetime) -> tuple[str, ...] | None:
    """The fields that changed; None, with the faults in the form, when a value cannot be so."""
    try:
        seen = form.cleaned_data["seen"]
        return change_patient_context(patient=patient, changes=form.changes(), seen=seen, by=by, now=now)
    except ValidationError as error:
        for field, problems in error.message_dict.items():
            form.add_error(field if field in form.fields else None, problems)
        return None
