"""Check-ins on a patient's record: the list, one in full, and one that staff take by phone."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from monitoring.checkins.actions import SubmissionConflict, submit_check_in
from monitoring.checkins.forms import StaffForm
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.checkins.queries import (
    answered_links,
    draft_answers,
    history,
    link_answers,
    next_occasions,
    occasions,
    open_occasions,
    standing,
    tally_of,
    timing_of,
    unsent_links,
    was_linked,
)
from monitoring.checkins.queries.protocols import thresholds_to_judge_by
from monitoring.checkins.rules import Level, read_answers
from monitoring.checkins.rules.questions import PAGES, QUESTIONS, answer_words
from monitoring.hints import hint_delivery
from monitoring.people.access import clinician_required, read_patient_or_404
from monitoring.people.models import Patient, User

SAVED_AS_EXTRA = "Saved as an extra check-in: its window had passed, so the missed one stays missed."
ALREADY_SENT = "This form was already saved with other answers. Open a new one to add these."


@clinician_required
@require_GET
def check_ins(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every occasion that is open or past, newest first, with how it stands; and how often it was which."""
    patient, now = read_patient_or_404(_user(request), patient_id, what="check_ins"), timezone.now()
    timing = timing_of(patient)
    context = {
        "patient": patient,
        "rows": [(each, standing(each, now)) for each in [*open_occasions(patient, now), *history(patient)]],
        "tally": tally_of(patient, now),
        "timing": timing,
        "coming": next_occasions(patient, timing, now, limit=3),
    }
    return render(request, "monitoring/checkins/staff_list.html", context)


@clinician_required
@require_GET
def check_in(request: HttpRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    """One check-in: answers in words, the verdict with its reasons, and the thresholds that judged it.

    One that was never sent shows its state, and whatever was answered before it was left: signed in, or by a link.
    """
    patient = read_patient_or_404(_user(request), patient_id, what="check_in")
    occasion = occasions(patient).filter(pk=check_in_id).annotate(linked=was_linked()).first()
    if occasion is None:
        raise Http404
    report: SymptomReport | None = getattr(occasion, "report", None)
    said = {"rows": _in_words(draft_answers(occasion))} if report is None else _in_full(report)
    said |= _by_link(occasion, report) if occasion.linked else {}
    late = occasion.late_reports.select_related("check_in").order_by("submitted_at", "id")
    stands = standing(occasion, timezone.now())
    context = {"patient": patient, "check_in": occasion, "report": report, "stands": stands, "late": late, **said}
    return render(request, "monitoring/checkins/staff_detail.html", context)


def _by_link(occasion: CheckIn, report: SymptomReport | None) -> dict[str, object]:
    """What was answered by a link and is in no report, in words, with when the link was last used.

    Each link stands alone: who held it is not known, so their answers are never put together.
    """
    answered = answered_links(occasion)
    unsent = unsent_links(answered, sent={} if report is None else report.answers)
    return {
        "unsent": [{"used_at": each.opened_at, "rows": _in_words(link_answers(each))} for each in unsent],
        "answered_by_link": bool(answered),
    }


def _in_words(raw: Mapping[str, object]) -> list[dict[str, str]]:
    """Every question with its answer in words; "" was not answered."""
    answers = read_answers(raw)
    return [{"label": QUESTIONS[key].label, "value": answer_words(answers, key)} for page in PAGES for key in page.keys]


def _in_full(report: SymptomReport) -> dict[str, object]:
    """A report in words: verdict, answers, measurements, and whether other thresholds are in force by now."""
    in_force, _ = thresholds_to_judge_by(report.patient.clinic_id, timezone.now())
    return {
        "level": None if report.level is None else Level(report.level),
        "rows": _in_words(report.answers),
        "vitals": [
            {"label": label, "value": report.vitals[name], "unit": unit}
            for name, (label, unit) in StaffForm.VITALS.items()
            if name in report.vitals
        ],
        "newer_thresholds": report.threshold_version != in_force.version,
    }


@clinician_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A check-in taken by phone, entered for the patient; `for` names the occasion it was asked at."""
    patient, now = read_patient_or_404(_user(request), patient_id, what="check_in"), timezone.now()
    form = StaffForm(request.POST or None, initial={"occasion": request.GET.get("for")}, now=now)
    report = _submit(form, patient, request, now) if request.method == "POST" and form.is_valid() else None
    if report is not None:
        hint_delivery(report.level)
        messages.success(request, SAVED_AS_EXTRA if report.late_for_id else "The check-in is saved.")
        return redirect("patient_check_in", patient_id=patient.pk, check_in_id=report.check_in_id)
    context = {"patient": patient, "form": form}
    return render(request, "monitoring/checkins/staff_new.html", context, status=422 if form.errors else 200)


def _submit(form: StaffForm, patient: Patient, request: HttpRequest, now: datetime) -> SymptomReport | None:
    try:
        return submit_check_in(
            patient=patient,
            check_in=_occasion(form, patient, now),
            answers=form.answers(),
            vitals=form.vitals(),
            note=form.cleaned_data["note"],
            submission_key=form.cleaned_data["submission_key"],
            phone=form.call(),
            by=_user(request),
            now=now,
        )
    except SubmissionConflict:
        form.add_error(None, ALREADY_SENT)
        return None


def _occasion(form: StaffForm, patient: Patient, now: datetime) -> CheckIn | None:
    """The occasion the page was opened for, when it is this patient's and has opened; else the time of it decides."""
    named = form.cleaned_data["occasion"]
    found: CheckIn | None = occasions(patient).filter(pk=named, opens_at__lte=now).first() if named else None
    return found


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
