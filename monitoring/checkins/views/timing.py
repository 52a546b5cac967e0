"""When and how often one patient is asked: times and zone for staff and patient, the cadence for staff."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from monitoring.audit.record import record_read
from monitoring.checkins.actions import override_cadence, return_to_rule, set_check_in_times, timing_with
from monitoring.checkins.forms import CadenceForm, TimesForm, cadence_shown, known_zones, times_shown
from monitoring.checkins.queries import Timing, next_occasions, preference_of, timing_of
from monitoring.checkins.queries.burden import burden_of
from monitoring.checkins.rules import InputError, Occasion, faults_of_override
from monitoring.checkins.rules.burden import Burden
from monitoring.people.access import clinician_required, patient_of, patient_self_required, read_patient_or_404
from monitoring.people.models import Patient, User

SAVED = pgettext_lazy("staff", "Saved. The next check-ins follow it.")


@clinician_required
@require_http_methods(["GET", "POST"])
def times(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The time of the check-in, the quiet hours and the time zone of a patient."""
    patient, now = read_patient_or_404(_user(request), patient_id, what="check_in_times"), timezone.now()
    form = TimesForm(request.POST or None, initial=times_shown(patient, preference_of(patient)))
    form.fields["time_zone"].help_text = pgettext("staff", "Where the patient lives now, like Europe/London.")
    if request.method == "POST" and _set_times(form, patient, by=_user(request), now=now):
        messages.success(request, SAVED)
        return redirect("patient_check_ins", patient_id=patient.pk)
    _, asks = _coming(patient, timing_of(patient), now)
    context = {"patient": patient, "form": form, "zones": known_zones(), "burden": asks}
    return render(request, "monitoring/checkins/staff_times.html", context, status=422 if form.errors else 200)


@patient_self_required
@require_http_methods(["GET", "POST"])
def my_times(request: HttpRequest) -> HttpResponse:
    """The same for the patient's own record. How often they are asked is the clinic's to say."""
    patient, now = patient_of(request), timezone.now()
    if patient is None:
        return redirect("my_plan")  # which says what to do
    form = TimesForm(request.POST or None, initial=times_shown(patient, preference_of(patient)))
    if request.method == "POST" and _set_times(form, patient, by=_user(request), now=now):
        messages.success(request, gettext("Saved. We will ask you then."))
        return redirect("my_check_ins")
    record_read(patient_id=patient.pk, what="check_in_times", by=_user(request), now=now)
    context = {"form": form, "zones": known_zones()}
    return render(request, "monitoring/checkins/my_times.html", context, status=422 if form.errors else 200)


def _set_times(form: TimesForm, patient: Patient, *, by: User, now: datetime) -> bool:
    """Set them; False, with the faults at their fields, when they cannot be."""
    if not form.is_valid():
        return False
    try:
        set_check_in_times(patient=patient, times=form.times(), by=by, now=now)
    except InputError as refused:
        form.show_faults(refused.faults)
        return False
    return True


@clinician_required
@require_http_methods(["GET", "POST"])
def cadence(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask more or less often than the rule, with a look at the next days before it is saved; or as the rule says."""
    patient, now = read_patient_or_404(_user(request), patient_id, what="check_in_cadence"), timezone.now()
    timing, go = timing_of(patient), request.POST.get("go", "")
    form = CadenceForm(request.POST or None, initial=cadence_shown(timing.preference), today=patient.local_date(now))
    if go == "rule" or (go == "save" and _override(form, patient, by=_user(request), now=now)):
        if go == "rule":
            return_to_rule(patient=patient, by=_user(request), now=now)
        messages.success(request, SAVED)
        return redirect("patient_check_ins", patient_id=patient.pk)
    context = {"patient": patient, "form": form, **_preview(form, patient, timing, go, now)}
    return render(request, "monitoring/checkins/staff_cadence.html", context, status=422 if form.errors else 200)


def _override(form: CadenceForm, patient: Patient, *, by: User, now: datetime) -> bool:
    """Set it; False, with the faults at their fields, when it cannot be."""
    if not form.is_valid():
        return False
    try:
        override_cadence(patient=patient, override=form.override(), reason=form.cleaned_data["reason"], by=by, now=now)
    except InputError as refused:
        form.show_faults(refused.faults)
        return False
    return True


def _preview(form: CadenceForm, patient: Patient, timing: Timing, go: str, now: datetime) -> dict[str, object]:
    """The next days as they are, and as they would be when the form asks for a look."""
    guarded_until = timing_with(timing, timing.override, now).guarded_until(patient.local_date(now))
    coming, asks = _coming(patient, timing, now)
    shown: dict[str, object] = {"timing": timing, "coming": coming, "burden": asks, "guarded_until": guarded_until}
    if go != "look" or not form.is_valid():
        return shown
    wanted = timing_with(timing, form.override(), now)
    faults = faults_of_override(
        wanted.override, form.cleaned_data["reason"], today=patient.local_date(now), running=wanted.asking
    )
    form.show_faults(tuple(faults))
    if faults:
        return shown
    would_come, would = _coming(patient, wanted, now)
    return shown | {"would_come": would_come, "would": would, "looked": True}


def _coming(patient: Patient, timing: Timing, now: datetime) -> tuple[list[Occasion], Burden]:
    """The next occasions, and what those of a week ask of the patient."""
    coming = next_occasions(patient, timing, now)
    return coming, burden_of(patient, coming, patient.local_date(now))


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
