"""Adding a medicine, one thing a page: which medicine, which dose, and what the interaction check says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from interactions.checking import read_entry
from interactions.medicines import search
from monitoring.checkins.queries.protocols import cadence_in_force
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Patient
from monitoring.regimens.actions import prescribe_and_answer
from monitoring.regimens.forms import DoseForm, GoAheadForm, SearchForm
from monitoring.regimens.forms.doses import initial_of
from monitoring.regimens.models import Prescription, PrescriptionState
from monitoring.regimens.queries import Proposed, ProposedScreening, dose_words, screen_proposed, understand
from monitoring.regimens.queries.doses import route_words
from monitoring.regimens.queries.safer import dose_hints, gentler_start
from monitoring.regimens.queries.standing import watch_in_words
from monitoring.regimens.views import drafts
from monitoring.regimens.views.doors import did, posted, read_patient, stale_is_409
from monitoring.regimens.views.drafts import Draft

CHANGED = pgettext_lazy(
    "staff", "The interactions changed while you were reading. Nothing has been added: read them again."
)


def _step(name: str, patient_pk: UUID, draft: Draft) -> HttpResponse:
    return redirect(f"{reverse(name, args=[patient_pk])}?{urlencode({'draft': draft.token})}")


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def medicine(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Step 1: search for the medicine. The search is posted, so that no address tells what somebody takes."""
    patient = read_patient(request, patient_pk, "medications")
    draft = drafts.find(request, patient_pk)
    form = SearchForm(posted(request), initial={"query": draft.query if draft else ""})
    if request.method == "POST" and form.is_valid():
        draft = drafts.new_draft(patient_pk)
        draft.query = form.cleaned_data["query"].strip()
        drafts.keep(request, draft)
        return _step("medication_new", patient_pk, draft)
    context = {"patient": patient, "form": form, "draft": draft, **(_found(draft) if draft else {})}
    return render(request, "monitoring/regimens/new_medicine.html", context, status=422 if form.errors else 200)


def _found(draft: Draft) -> dict[str, Any]:
    suggestions, understood = search(draft.query), understand(draft.query)
    offered = understood.checkable and any(set(s.ingredients) == set(understood.ingredients) for s in suggestions)
    return {"suggestions": suggestions, "understood": understood, "offered": offered}


@clinician_required
@require_POST
def choose(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Take one of the suggestions, or the words as they were written, on to the dose."""
    patient = read_patient(request, patient_pk, "medications")
    draft = drafts.find(request, patient_pk)
    entered = request.POST.get("entered", "").strip()[:300]
    if draft is None or not entered:
        return redirect("medication_new", patient.pk)
    understood = understand(entered)
    draft.entered = entered
    # The button says which medicine the misspelt words were read as: pressing it is the confirmation.
    draft.confirmed = list(understood.ingredients) if "confirmed" in request.POST else []
    draft.dose = {}
    if understood.needs_confirmation and not draft.confirmed:
        return _step("medication_new", patient_pk, draft)
    drafts.keep(request, draft)
    return _step("medication_new_dose", patient_pk, draft)


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def dose(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Step 2: how much, how often, by which route, from when."""
    patient = read_patient(request, patient_pk, "medications")
    if (answer := _already_made(request, patient)) is not None:
        return answer
    draft = drafts.find_or_404(request, patient_pk)
    today = patient.local_date(timezone.now())
    form = DoseForm(posted(request), initial=draft.dose or _prefill(draft) | {"starts_on": today}, today=today)
    if request.method == "POST" and form.is_valid():
        draft.dose = {name: str(request.POST.get(name, "")) for name in form.fields if request.POST.get(name)}
        drafts.keep(request, draft)
        return _step("medication_new_check", patient_pk, draft)
    understood = understand(draft.entered)
    context = {"patient": patient, "form": form, "draft": draft, "understood": understood}
    context |= {"hints": dose_hints(understood.ingredients, patient.egfr)}
    return render(request, "monitoring/regimens/new_dose.html", context, status=422 if form.errors else 200)


def _prefill(draft: Draft) -> dict[str, Any]:
    """What the typed words already say of dose and route; those of the search when they name this medicine."""
    entry = read_entry(draft.entered)
    searched = read_entry(draft.query)
    if entry.dose is None and searched.resolution.ingredients == entry.resolution.ingredients:
        entry = searched
    route = next((exposure.route.value for exposure in entry.exposures), "oral")
    return {"route": "oral" if route == "unknown" else route, **initial_of(entry.dose)}


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_409
def check(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Step 3: what the interaction check says of the regimen with this medicine, and whether to go ahead."""
    patient, now = read_patient(request, patient_pk, "medications"), timezone.now()
    if (answer := _already_made(request, patient)) is not None:
        return answer
    draft = drafts.find_or_404(request, patient_pk)
    filled = DoseForm(draft.dose, today=patient.local_date(now))
    if not filled.is_valid():
        return _step("medication_new_dose", patient_pk, draft)
    screened = screen_proposed(patient, _proposed(draft, filled), patient.local_date(now))
    form = GoAheadForm(posted(request), questions=screened.asked, ask_manual_check=screened.by_hand)
    if request.method == "POST" and not form.stale and form.is_valid():
        made = _go_ahead(request, draft, screened.proposed, form, patient=patient, now=now)
        if made is not None:
            return _added(request, made)
    return _check_page(request, patient, draft, screened, form)


def _already_made(request: SignedInRequest, patient: Patient) -> HttpResponse | None:
    """Where a form leads that has made its prescription: sent twice it is made once, and Back finds the medicines."""
    token = drafts.token_of(request)
    made = Prescription.objects.filter(pk=token, patient=patient).first() if token is not None else None
    if made is None:
        return None
    return _added(request, made) if request.method == "POST" else redirect("medications", patient.pk)


def _proposed(draft: Draft, filled: DoseForm) -> Proposed:
    return filled.proposed(understand(draft.entered))


def _go_ahead(
    request: SignedInRequest, draft: Draft, proposed: Proposed, form: GoAheadForm, *, patient: Patient, now: datetime
) -> Prescription | None:
    made: list[Prescription] = []

    def act() -> None:
        made.append(prescribe_and_answer(
            patient=patient, proposed=proposed, sig="", confirmed_ingredients=draft.confirmed,
            manual_check_reason=form.cleaned_data.get("manual_check_reason", ""), token=draft.key,
            answers=form.answers(), note=form.cleaned_data.get("note", ""), by=request.user, now=now,
        ))  # fmt: skip

    if not did(form, act):
        return None
    drafts.drop(request, draft)
    return made[0]


def _check_page(
    request: HttpRequest, patient: Patient, draft: Draft, screened: ProposedScreening, form: GoAheadForm
) -> HttpResponse:
    now, status, errors = timezone.now(), (422 if form.errors else 200), []
    if form.stale:
        form, status, errors = form.afresh(), 409, [CHANGED]
    context: Mapping[str, Any] = {
        "patient": patient, "draft": draft, "screened": screened, "form": form,
        "page_errors": errors, "page_invalid": status != 200,
        "dose_text": dose_words(screened.proposed.dose), "route_text": route_words(screened.proposed.route),
        "reasons": [form[name] for name in form.fields if name.startswith("reason_")],
        "gentler": gentler_start(screened.proposed, patient.local_date(now)) if screened.asked else None,
        "cadence": cadence_in_force(patient.clinic_id, now),
    }  # fmt: skip
    return render(request, "monitoring/regimens/new_check.html", context, status=status)


def _added(request: SignedInRequest, made: Prescription) -> HttpResponse:
    if made.state == PrescriptionState.AWAITING:
        messages.warning(
            request, pgettext("staff", "The medicine waits: another interaction appeared that must be answered first.")
        )
    else:
        messages.success(
            request, " ".join(filter(None, [pgettext("staff", "The medicine is added."), watch_in_words(made)]))
        )
    return redirect("medications", made.patient_id)
