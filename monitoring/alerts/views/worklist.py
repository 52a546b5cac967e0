"""The worklist: what is open, most pressing first, and what has come up since it was drawn."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from monitoring.alerts import queries
from monitoring.alerts.forms import FilterForm
from monitoring.audit.record import record_reads
from monitoring.notifications.queries import given_up_count
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Patient, User
from monitoring.people.queries import stands_in_for

PAGE_SIZE = 50
# A worklist older than this is drawn anew rather than told of its news; nobody signs in for longer.
LONGEST_NEWS: Final = timedelta(hours=12)


def worklist_page(
    request: SignedInRequest,
    *,
    template: str,
    patients: Collection[UUID] | None,
    beside: Callable[[datetime], dict[str, object]],
) -> HttpResponse:
    """Open alerts, most pressing first, with the filters in the address; only of `patients` when a name was given.

    The view stands higher up, where check-ins are known; it has passed the door for clinicians.
    """
    now = timezone.now()
    form = FilterForm(request.GET)
    filters = form.filters(patients)
    page = Paginator(queries.worklist(request.user, filters, now), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [queries.Row.of(alert, now, request.user) for alert in page]
    record_reads(patient_ids=[row.alert.patient_id for row in rows], what="worklist", by=request.user, now=now)
    context = {
        "form": form, "filters": filters, "asked": form.asked(), "page_obj": page, "rows": rows, "now": now,
        "here": request.get_full_path(),
        **_around(request.user, now),
        "has_patients": bool(rows) or Patient.objects.visible_to(request.user).exists(),
        **beside(now),
    }  # fmt: skip
    return render(request, template, context)


def _around(user: User, now: datetime) -> dict[str, object]:
    """What stands above the rows: the figures, who calls for help, for whom one stands in, what was not sent."""
    return {
        "counts": queries.counts(user, now),
        "calls": list(queries.calling_for_help(user)[:PAGE_SIZE]),
        "covered": stands_in_for(user, now),
        "given_up": given_up_count(user),
    }


@require_safe
@clinician_required
def news(request: SignedInRequest) -> HttpResponse:
    """What has come up since the worklist was drawn, as a part of that page. It is no reading of any record.

    It comes from a clock, not from a person, and so does not keep anybody signed in.
    """
    if not request.htmx:
        return redirect("worklist")
    now, since = timezone.now(), _moment(request.GET.get("since", ""))
    context: dict[str, object] = {
        "here": _without(request, "since", "was"),
        "was_well": request.GET.get("was") == "well",
    }
    if since is not None and now - LONGEST_NEWS <= since <= now:
        context["news"] = queries.news_since(request.user, FilterForm(request.GET).filters(), since, now)
    request.renews_session = False
    return render(request, "monitoring/alerts/_news.html", context)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None


def _without(request: HttpRequest, *names: str) -> str:
    """The worklist with this request’s settings but for these."""
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return f"{reverse('worklist')}?{kept.urlencode()}" if kept else reverse("worklist")


def back_to_list(request: HttpRequest) -> str:
    """The worklist an answer was begun on, with its filters; empty when it was begun elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and parts.path == reverse("worklist")
    return f"{parts.path}?{parts.query}" if is_ours and parts.query else parts.path if is_ours else ""
