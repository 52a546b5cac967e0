"""Who opened a patient's record: for the care team, and for the patient in plain words."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from monitoring.audit.queries import stepped_in, turned_away
from monitoring.audit.record import record_read
from monitoring.people.access import (
    SignedInRequest,
    clinician_required,
    patient_of,
    patient_self_required,
    read_patient_or_404,
)
from monitoring.people.models import User
from monitoring.people.queries import ACCESS_SHOWN, Opening, days_opened_by_others, openings_of

PAGE_SIZE = 30
REFUSALS_SHOWN = 20
# What a part of the record is to its patient; any other is simply the record.
IN_PLAIN_WORDS: dict[str, Promise] = {
    **dict.fromkeys(("check_ins", "check_in", "check_in_times", "check_in_cadence"), gettext_lazy("your check-ins")),
    **dict.fromkeys(("medications", "prescription", "flag", "flags", "override"), gettext_lazy("your medicines")),
    **dict.fromkeys(("plans", "plan calendar", "plan sheet", "my plan"), gettext_lazy("your plan")),
    **dict.fromkeys(("dose report", "dose reports", "supplies"), gettext_lazy("your doses")),
    "alert": gettext_lazy("your alerts"),
    "education": gettext_lazy("your safety cards"),
    "notes": gettext_lazy("notes about you"),
}


@require_safe
@clinician_required
def access(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who of staff and carers opened this record in the last 90 days, who stepped in, and who was turned away."""
    now = timezone.now()
    patient = read_patient_or_404(request.user, pk, what="access")
    page = Paginator(days_opened_by_others(patient, now), PAGE_SIZE).get_page(request.GET.get("page"))
    refused = list(turned_away(patient.pk, since=now - ACCESS_SHOWN)[:REFUSALS_SHOWN])
    steps = list(stepped_in(patient.pk, since=now - ACCESS_SHOWN))
    people = User.objects.in_bulk({UUID(each.actor_id) for each in [*refused, *steps]})
    context = {
        "patient": patient, "page_obj": page, "openings": openings_of(patient, page.object_list, now),
        "refused": [(each, people.get(UUID(each.actor_id))) for each in refused],
        "steps": [(each, people.get(UUID(each.actor_id))) for each in steps],
        "days": ACCESS_SHOWN.days,
    }  # fmt: skip
    return render(request, "monitoring/people/access.html", context)


@require_safe
@patient_self_required
def my_access(request: SignedInRequest) -> HttpResponse:
    """Who looked at the patient's own record in the last 90 days, each person and day in one sentence."""
    patient, now = patient_of(request), timezone.now()
    if patient is None:
        raise Http404
    record_read(patient_id=patient.pk, what="my access", by=request.user, now=now)
    page = Paginator(days_opened_by_others(patient, now), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [(each, _in_plain_words(each)) for each in openings_of(patient, page.object_list, now)]
    context = {"page_obj": page, "lines": lines, "days": ACCESS_SHOWN.days}
    return render(request, "monitoring/people/my_access.html", context)


def _in_plain_words(opening: Opening) -> list[str]:
    """What was looked at, as its patient calls it; nothing for a part that only staff have a name for."""
    return list(dict.fromkeys(str(IN_PLAIN_WORDS[part]) for part in opening.parts if part in IN_PLAIN_WORDS))
