"""Finding anything: patients, pages and what can be done, on a page of its own or over any other."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.audit.record import record_reads
from monitoring.people.access import SignedInRequest, staff_required
from monitoring.people.models import Patient, User
from monitoring.search.forms import TextForm
from monitoring.search.queries import found, recent_patients
from monitoring.search.rules import DEEDS, PAGES, Place, places_found


@dataclass(frozen=True, slots=True)
class Link:
    """Where a result leads, and whom it is about."""

    label: str
    url: str


def _links(places: list[Place], patient: Patient | None) -> list[Link]:
    return [
        Link(
            place.label,
            reverse(place.address, args=[patient.pk] if place.about_patient and patient is not None else None),
        )
        for place in places
    ]


def _at_hand(user: User, asked: QueryDict) -> Patient | None:
    """The patient whose record lies open behind the search, when it is one `user` may see."""
    try:
        key = UUID(asked.get("patient", ""))
    except ValueError:
        return None
    return Patient.objects.visible_to(user).filter(pk=key).first()


def _results(user: User, text: str, patient: Patient | None) -> dict[str, Any]:
    """What the text finds; without one, who was opened last and everything one can do and go to."""
    has_patient = patient is not None
    return {
        "patients": found(user, text) if text else recent_patients(user),
        "pages": _links(places_found(PAGES, text, user.role, has_patient=has_patient), patient),
        "deeds": _links(places_found(DEEDS, text, user.role, has_patient=has_patient), patient),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def search(request: SignedInRequest) -> HttpResponse:
    """Search by POST, so that no name comes into an address; the palette asks for the results alone."""
    asked = request.POST if request.method == "POST" else None
    form, patient = TextForm.for_anything(asked), _at_hand(request.user, asked or request.GET)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    results = _results(request.user, text, patient) if not form.errors else {}
    shown = [*results.get("patients", []), *([patient] if patient else [])]
    record_reads(patient_ids=[each.pk for each in shown], what="search", by=request.user, now=timezone.now())
    context = {"form": form, "text": text, "at_hand": patient, **results}
    part = "_palette" if request.method == "GET" else "_found"
    template = f"monitoring/search/{part}.html" if request.htmx else "monitoring/search/search.html"
    return render(request, template, context, status=422 if form.errors and not request.htmx else 200)


@require_safe
@staff_required
def keys(request: SignedInRequest) -> HttpResponse:
    """What the keys of the keyboard do, and where they are switched off."""
    template = "monitoring/search/_keys.html" if request.htmx else "monitoring/search/keys.html"
    return render(request, template)
