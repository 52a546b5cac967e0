"""In and out of a comparison: what was typed while prescribing comes in, and what was chosen goes on to its page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from interactions.checking.what_if import Add, ChangeDose, ChangeRoute, Line, Replace
from interactions.checking.wishes import OptionError, Read
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.regimens.forms.doses import fields_of
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import dose_of, dose_on, understand
from monitoring.regimens.views import choosing, drafts
from monitoring.regimens.views.choosing import Choices
from monitoring.regimens.views.desk import Desk, desk_of, kept, read_options
from monitoring.regimens.views.doors import read_patient
from monitoring.regimens.views.drafts import Draft


@clinician_required
@require_POST
def carry(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """From the interaction check of the prescribing pages: what was typed there becomes the first option."""
    read_patient(request, patient_pk, "comparison")
    draft = drafts.find_or_404(request, patient_pk)
    if not draft.dose:
        raise Http404
    change = {"kind": "add", "row": "", "to": draft.entered, "dose": draft.dose, "confirmed": draft.confirmed}
    choices = Choices(token=draft.token, patient=str(patient_pk), options=[[change]], prescribing=draft.token)
    return kept(request, choices)


@clinician_required
@require_POST
def take(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Go on to the page that prescribes, changes or stops what was compared, with its fields filled in."""
    desk = desk_of(request, patient_pk)
    option, change = choosing.place_or_404(request, desk.choices)
    read = read_options(desk.taken, desk.choices.options)[option]
    if isinstance(read, OptionError):
        raise Http404
    steps = {"prescribe": _prescribe, "dose": _change, "stop": _stop}
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    draft, name, row = step(desk, desk.choices.options[option][change], read.reads[change])
    drafts.keep(request, draft)
    return _to(name, patient_pk, draft, row)


def _to(name: str, patient_pk: UUID, draft: Draft, row: Prescription | None) -> HttpResponse:
    answer = redirect(name, patient_pk, row.pk) if row is not None else redirect(name, patient_pk)
    answer["Location"] += f"?draft={draft.token}"
    return answer


Step = tuple[Draft, str, Prescription | None]


def _prescribe(desk: Desk, typed: dict[str, Any], read: Read) -> Step:
    draft, change = drafts.new_draft(desk.patient.pk), read.change
    if isinstance(change, ChangeRoute):
        row = desk.taken.rows[change.line]
        draft.query = draft.entered = row.entered
        starts_on = (change.from_day or desk.taken.on).isoformat()
        present = fields_of(dose_of(dose_on(row, desk.taken.on)))
        draft.dose = present | {"route": change.route.value, "starts_on": starts_on}
        return draft, "medication_new_dose", None
    if not isinstance(change, Add | Replace):
        raise Http404
    draft.query = draft.entered = typed["to"]
    if "dose" in typed:
        draft.dose, draft.confirmed = typed["dose"], typed["confirmed"]
        return draft, "medication_new_dose", None
    return _new_medicine(draft, change.new)


def _new_medicine(draft: Draft, new: Line) -> Step:
    understood = understand(draft.entered)
    if not understood.checkable or understood.needs_confirmation:
        # A person chooses or confirms the name first, as with everything that is prescribed.
        draft.entered = ""
        return draft, "medication_new", None
    first = new.exposures[0]
    draft.dose = fields_of(first.dose) if len(new.exposures) == 1 else {}
    draft.dose |= {"route": first.route.value}
    draft.dose |= {"starts_on": first.start.isoformat()} if first.start else {}
    draft.dose |= {"ends_on": first.end.isoformat()} if first.end else {}
    return draft, "medication_new_dose", None


def _change(desk: Desk, _typed: dict[str, Any], read: Read) -> Step:
    change = read.change
    if not isinstance(change, ChangeDose):
        raise Http404
    row = desk.taken.rows[change.line]
    draft = drafts.new_draft(desk.patient.pk)
    draft.row = str(row.pk)
    dose = change.doses[0] if len(change.doses) == 1 else None
    draft.dose = fields_of(dose) | {"from_day": (change.from_day or desk.taken.on).isoformat()}
    return draft, "medication_dose", row


def _stop(desk: Desk, _typed: dict[str, Any], read: Read) -> Step:
    change = read.change
    if isinstance(change, Add | ChangeDose):
        raise Http404
    row = desk.taken.rows[change.line]
    draft = drafts.new_draft(desk.patient.pk)
    draft.row = str(row.pk)
    draft.dose = {"last_day": desk.last_day_before(change.from_day).isoformat()}
    return draft, "medication_stop", row
