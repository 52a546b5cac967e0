"""The clinic sees who has read what, reads the cards out, and asks patients to read."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interactions.checking.citing import sources_of
from monitoring.audit.record import record_reads
from monitoring.education.actions import (
    ChangedError,
    NobodyToAskError,
    WrongAnswerError,
    remind_to_read,
    sign_read_out,
)
from monitoring.education.forms import ReadOutForm
from monitoring.education.queries import learning_of, patients_by_standing, rows_of
from monitoring.education.rules import Edition, all_editions, current_edition
from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    get_patient_or_404,
    read_patient_or_404,
    staff_required,
)
from monitoring.people.forms import posted
from monitoring.people.models import Patient
from monitoring.wording.queries import reader_of

PAGE_SIZE = 50
FILTERS = (
    ("", pgettext_lazy("staff", "All")),
    ("unsigned", pgettext_lazy("staff", "Never signed")),
    ("outdated", pgettext_lazy("staff", "Signed an older text")),
    ("signed", pgettext_lazy("staff", "Signed this text")),
)
# Shown and signed in the language of the staff's pages, which is the source of every translation.
SPOKEN = "en"


@require_safe
@clinician_required
def education(request: SignedInRequest) -> HttpResponse:
    """Who of the reader's patients has read and signed which version, and who has not."""
    wanted = request.GET.get("state", "")
    page = Paginator(patients_by_standing(request.user, wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    record_reads(patient_ids=[patient.pk for patient in page], what="education list", by=request.user, now=now)
    context = {
        "page_obj": page, "rows": rows_of(list(page)), "edition": current_edition(), "filters": FILTERS,
        "wanted": wanted,
    }  # fmt: skip
    return render(request, "monitoring/education/patients.html", context)


@require_safe
@staff_required
def texts(request: SignedInRequest) -> HttpResponse:
    """Every card with what each sentence rests on, who has reviewed it, and the versions before it."""
    edition = current_edition()
    context = {"edition": edition, "editions": all_editions(), "sources": _sources(edition)}
    return render(request, "monitoring/education/texts.html", context)


def _sources(edition: Edition) -> dict[str, Any]:
    ids = {each for card in edition.cards for statement in card.statements for each in statement.sources}
    return {source.id: source for source in sources_of(sorted(ids))}


@require_safe
@clinician_required
def record_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What one patient has read, answered and signed."""
    patient = read_patient_or_404(request.user, pk, what="education")
    return render(request, "monitoring/education/record.html", {"patient": patient, "learning": learning_of(patient)})


@require_POST
@clinician_required
def remind(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send the patient a message that asks to read."""
    patient = get_patient_or_404(request.user, pk)
    try:
        remind_to_read(patient=patient, by=request.user, now=timezone.now())
    except NobodyToAskError:
        messages.error(request, pgettext("staff", "The patient has no sign-in. Read the cards out, or print them."))
    else:
        messages.success(request, pgettext("staff", "Asked. The message does not say what it is about."))
    return redirect("patient_education", patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def read_out(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Read the cards out, ask the questions, and sign for the patient."""
    patient = read_patient_or_404(request.user, pk, what="education")
    learning = learning_of(patient)
    form = ReadOutForm(posted(request), edition=learning.edition)
    if form.is_valid() and _sign(request, patient, form):
        messages.success(request, pgettext("staff", "Signed for the patient: read out by you."))
        return redirect("patient_education", patient.pk)
    questions = [(question, form[question.key]) for question in learning.edition.questions]
    context = {"patient": patient, "learning": learning, "form": form, "questions": questions}
    return render(request, "monitoring/education/read_out.html", context, status=422 if form.errors else 200)


def _sign(request: SignedInRequest, patient: Patient, form: ReadOutForm) -> bool:
    """Sign; False, with what to do at its field, when it cannot be."""
    seen, answers, now = form.cleaned_data["seen"], form.answers(), timezone.now()
    try:
        sign_read_out(patient=patient, seen=seen, answers=answers, language=SPOKEN, by=request.user, now=now)
    except WrongAnswerError as fault:
        form.show_wrong(fault)
        return False
    except ChangedError:
        form.add_error(
            None,
            pgettext("staff", "The cards have changed since this page was opened. Open it again and read them out."),
        )
        return False
    return True


@require_safe
@clinician_required
def sheet(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All cards on one sheet of paper, for this patient to take home."""
    patient = read_patient_or_404(request.user, pk, what="education")
    reader = reader_of(patient.user) if patient.user else None
    context = {"patient": patient, "learning": learning_of(patient), "now": timezone.now(), "reader": reader}
    return render(request, "monitoring/education/sheet.html", context)
