"""The two lists a clinician works from: what is open, and who they care for."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from monitoring.alerts.models import AlertLevel
from monitoring.alerts.views.worklist import worklist_page
from monitoring.audit.record import record_reads
from monitoring.formatting import day_text
from monitoring.operations.queries import last_full_sweep
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Patient, User
from monitoring.search.forms import PatientFilterForm, clean_query
from monitoring.search.models import ListName
from monitoring.search.queries import (
    Lately,
    Show,
    known_as,
    lately_of,
    patients_for,
    received_today,
    recent_patients,
    saved_filters,
)
from monitoring.search.svg import sparkline
from monitoring.search.views.names import name_form_of, name_on, names_by_post

PAGE_SIZE = 50


def _finding(request: SignedInRequest, on_list: ListName, name: str) -> dict[str, object]:
    """What both lists show above their rows: the name searched for, and the filters that are kept."""
    query = clean_query(on_list, request.GET.urlencode())
    form = name_form_of(request, on_list)
    kept = list(saved_filters(request.user, on_list))
    return {
        "name": name, "name_form": form, "on_list": on_list, "page_invalid": bool(form.errors),
        "kept": [(each, each.query == query) for each in kept],
        "query_to_keep": "" if any(each.query == query for each in kept) else query,
    }  # fmt: skip


def _alive(user: User, now: datetime) -> dict[str, object]:
    """That the clock runs and reports come in: an empty list proves nothing by itself."""
    swept = last_full_sweep()
    is_today = swept is not None and timezone.localdate(swept) == timezone.localdate(now)
    return {"last_sweep": swept, "swept_today": is_today, "received": received_today(user, now)}


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@names_by_post(ListName.WORKLIST)
def worklist(request: SignedInRequest) -> HttpResponse:
    """Open alerts, most pressing first, with the filters in the address and a name in the session."""
    name = name_on(request, ListName.WORKLIST)

    def beside(now: datetime) -> dict[str, object]:
        return {**_alive(request.user, now), **_finding(request, ListName.WORKLIST, name)}

    patients = known_as(request.user, name) if name else None
    page = worklist_page(request, template="monitoring/alerts/worklist.html", patients=patients, beside=beside)
    page.status_code = 422 if hasattr(request, "name_form") else page.status_code
    return page


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
@names_by_post(ListName.PATIENTS)
def patient_list(request: SignedInRequest) -> HttpResponse:
    """The patients of one’s care teams: their worst open alert, last check-in, next step and last 14 days."""
    now, name = timezone.now(), name_on(request, ListName.PATIENTS)
    form = PatientFilterForm(request.GET)
    filters = form.filters(known_as(request.user, name) if name else None)
    page = Paginator(patients_for(request.user, filters, now), PAGE_SIZE).get_page(request.GET.get("page"))
    recent = [] if form.asked() or name or page.number > 1 else recent_patients(request.user)
    shown = [patient.pk for patient in [*page, *recent]]
    record_reads(patient_ids=shown, what="patient list", by=request.user, now=now)
    context = {
        "page_obj": page, "rows": _rows(list(page), now), "recent": recent, "show": Show, "filters": filters,
        **_finding(request, ListName.PATIENTS, name),
    }  # fmt: skip
    return render(
        request, "monitoring/search/patient_list.html", context, status=422 if context["page_invalid"] else 200
    )


def _rows(patients: list[Patient], now: datetime) -> list[dict[str, Any]]:
    lately = lately_of(patients, now)
    return [
        {
            "patient": patient,
            "age": patient.age_on(patient.local_date(now)),
            "spark": sparkline(_marks(lately[patient.pk]), lately_words(lately[patient.pk])),
        }
        for patient in patients
    ]


def _marks(lately: Lately) -> list[int | str | None]:
    return [lately.levels.get(day, "missed" if day in lately.missed else "") for day in lately.days]


def lately_words(lately: Lately) -> str:
    """The same in words: how many check-ins, how many missed, and the worst of them with its day."""
    days = [day for day in lately.days if day in lately.levels]
    missed = pgettext("staff", "none missed")
    if lately.missed:
        missed = pgettext("staff", "%(number)s missed") % {"number": len(lately.missed)}
    if not days:
        return pgettext("staff", "Last 14 days: no check-in, %(missed)s.") % {"missed": missed}
    said = [pgettext("staff", "%(number)s with a check-in") % {"number": len(days)}, missed]
    if unknown := sum(lately.levels[day] is None for day in days):
        said.append(pgettext("staff", "%(number)s not judged") % {"number": unknown})
    words = pgettext("staff", "Last 14 days: %(said)s.") % {"said": ", ".join(said)}
    return " ".join(filter(None, [words, _worst_words(lately)]))


def _worst_words(lately: Lately) -> str:
    judged = [(level, day) for day in lately.days if (level := lately.levels.get(day)) is not None]
    level, day = max(judged, default=(0, None))
    if not level or day is None:
        return ""
    return pgettext("staff", "Worst: %(level)s on %(day)s.") % {"level": AlertLevel(level).label, "day": day_text(day)}
