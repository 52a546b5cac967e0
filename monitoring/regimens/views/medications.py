"""A patient's medicines, what the last check says of them, and one flag."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.people.access import SignedInRequest, clinician_required, get_patient_or_404
from monitoring.regimens.actions import acknowledge_flag, recheck_regimen
from monitoring.regimens.forms import AcknowledgeForm
from monitoring.regimens.queries import exposures_for, flag_card, flags_panel, regimen_of, taken_words, with_plans
from monitoring.regimens.rules import flag_mark
from monitoring.regimens.views.doors import did, flag_or_404, posted, read_patient, stale_is_409


@clinician_required
@require_safe
def medications(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Active, awaiting, still in the body, planned and stopped medicines, with the flags on them."""
    patient = read_patient(request, patient_pk, "medications")
    today = patient.local_date(timezone.now())
    context = {
        "patient": patient, "today": today, "regimen": regimen_of(patient, today),
        "panel": flags_panel(patient, today),
    }  # fmt: skip
    return render(request, "monitoring/regimens/medications.html", context)


@clinician_required
@require_POST
def recheck(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Run the interaction check again, after it failed or for certainty."""
    patient = get_patient_or_404(request.user, patient_pk)
    screening = recheck_regimen(patient=patient, by=request.user, now=timezone.now())
    if screening is None:
        messages.error(request, pgettext("staff", "The interaction check failed again. Check the medicines by hand."))
    else:
        messages.success(request, pgettext("staff", "The medicines have been checked again."))
    return redirect("medications", patient_pk)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_409
def flag(request: SignedInRequest, patient_pk: UUID, pk: UUID) -> HttpResponse:
    """One interaction: why, for whom, how sure; its answers so far; and a form to answer it."""
    found, now = flag_or_404(request, patient_pk, pk), timezone.now()
    form = AcknowledgeForm(posted(request), code=found.code, initial={"seen": flag_mark(found.finding, found.status)})

    def act() -> None:
        acknowledge_flag(flag=found, by=request.user, now=now, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and did(form, act):
        messages.success(request, pgettext("staff", "Your answer is recorded."))
        return redirect("medications", patient_pk)
    today = found.patient.local_date(now)
    given = exposures_for(found.patient, today)
    taken = with_plans(taken_words(given.exposures, given.rows, today), given.courses, today)
    shown = flag_card(found, today, taken)
    context = {"patient": found.patient, "flag": found, "shown": shown, "card": shown.card, "form": form}
    return render(request, "monitoring/regimens/flag.html", context, status=422 if form.errors else 200)
