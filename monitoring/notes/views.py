"""The notes of one patient: a list, and a form that adds to it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from monitoring.notes.actions import AlreadyCorrectedError, write_note
from monitoring.notes.forms import NoteForm
from monitoring.notes.models import Note, NoteKind
from monitoring.notes.queries import notes_of
from monitoring.people.access import SignedInRequest, clinician_required, read_patient_or_404
from monitoring.people.forms import posted
from monitoring.people.models import Patient

PAGE_SIZE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def notes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the team has written, newest first; a POST adds a note."""
    patient = read_patient_or_404(request.user, pk, what="notes")
    return _page(request, patient)


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def correct(request: SignedInRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    """Mend a note: another one is written that points to it, and both stay."""
    patient = read_patient_or_404(request.user, pk, what="notes")
    note = notes_of(patient).filter(pk=note_pk).first()
    if note is None:
        raise Http404
    return _page(request, patient, note)


def _page(request: SignedInRequest, patient: Patient, amends: Note | None = None) -> HttpResponse:
    initial = {"kind": amends.kind, "text": amends.text} if amends else None
    form = NoteForm(posted(request), initial=initial)
    if form.is_valid() and _write(form, patient, amends, request, timezone.now()):
        messages.success(
            request,
            pgettext("staff", "Corrected. The old note stays, struck through.")
            if amends
            else pgettext("staff", "Note added."),
        )
        return redirect("patient_notes", patient.pk)
    page = Paginator(notes_of(patient), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"patient": patient, "form": form, "page_obj": page, "amends": amends}
    template = "correct" if amends else "notes"
    return render(request, f"monitoring/notes/{template}.html", context, status=422 if form.errors else 200)


def _write(form: NoteForm, patient: Patient, amends: Note | None, request: SignedInRequest, now: datetime) -> bool:
    """Write it; False, saying so at the top, when somebody else has corrected the same note meanwhile."""
    said = form.cleaned_data
    try:
        write_note(
            patient=patient, text=said["text"], kind=NoteKind(said["kind"]), submission_key=said["submission_key"],
            amends=amends, by=request.user, now=now,
        )  # fmt: skip
    except AlreadyCorrectedError as fault:
        name = fault.correction.author.name
        form.add_error(
            None,
            pgettext("staff", "%(name)s has corrected this note already. Correct the newer one, or add a note.")
            % {"name": name},
        )
        return False
    return True
