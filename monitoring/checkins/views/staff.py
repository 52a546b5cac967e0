"""Check-ins on a patient's record: the list, one in full, and one that staff take by phone."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from monitoring.checkins.actions import SubmissionConflict, submit_check_in
from monitoring.checkins.forms import StaffForm
from monitoring.checkins.models import SymptomReport
from monitoring.checkins.queries import history
from monitoring.checkins.rules import Level, current_thresholds, read_answers
from monitoring.checkins.rules.questions import PAGES, QUESTIONS, answer_words
from monitoring.people.access import clinician_required, read_patient_or_404
from monitoring.people.models import Patient, User

ALREADY_SENT = "This form was already saved with other answers. Open a new one to add these."


@clinician_required
@require_GET
def check_ins(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every occasion that is past, newest first, with its level."""
    patient = read_patient_or_404(_user(request), patient_id, what="check_ins")
    context = {"patient": patient, "rows": history(patient)}
    return render(request, "monitoring/checkins/staff_list.html", context)


@clinician_required
@require_GET
def check_in(request: HttpRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    """One check-in: answers in words, the verdict with its reasons, and the thresholds that judged it."""
    patient = read_patient_or_404(_user(request), patient_id, what="check_in")
    report = SymptomReport.objects.filter(check_in=check_in_id, patient=patient).select_related("check_in").first()
    if report is None:
        raise Http404
    context = {"patient": patient, "report": report, **_in_full(report)}
    return render(request, "monitoring/checkins/staff_detail.html", context)


def _in_full(report: SymptomReport) -> dict[str, object]:
    """A report in words: verdict, answers, measurements, and whether newer thresholds exist."""
    answers = read_answers(report.answers)
    return {
        "level": None if report.level is None else Level(report.level),
        "rows": [
            {"label": QUESTIONS[key].label, "value": answer_words(answers, key)} for page in PAGES for key in page.keys
        ],
        "vitals": [
            {"label": label, "value": report.vitals[name], "unit": unit}
            for name, (label, unit) in StaffForm.VITALS.items()
            if name in report.vitals
        ],
        "newer_thresholds": report.threshold_version != current_thresholds().version,
    }


@clinician_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A check-in taken by phone, entered for the patient."""
    patient = read_patient_or_404(_user(request), patient_id, what="check_in")
    form = StaffForm(request.POST or None)
    report = _submit(form, patient, request) if request.method == "POST" and form.is_valid() else None
    if report is not None:
        messages.success(request, "The check-in is saved.")
        return redirect("patient_check_in", patient_id=patient.pk, check_in_id=report.check_in_id)
    context = {"patient": patient, "form": form}
    return render(request, "monitoring/checkins/staff_new.html", context, status=422 if form.errors else 200)


def _submit(form: StaffForm, patient: Patient, request: HttpRequest) -> SymptomReport | None:
    try:
        return submit_check_in(
            patient=patient,
            answers=form.answers(),
            vitals=form.vitals(),
            note=form.cleaned_data["note"],
            submission_key=form.cleaned_data["submission_key"],
            by=_user(request),
            now=timezone.now(),
        )
    except SubmissionConflict:
        form.add_error(None, ALREADY_SENT)
        return None


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
