"""The audit log's pages, for admins. Looking at the log is itself in the log."""

from datetime import UTC
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from monitoring.audit.actions import check_log
from monitoring.audit.doors import role_required
from monitoring.audit.export import csv_lines
from monitoring.audit.forms import SearchForm
from monitoring.audit.models import AuditEvent, AuditEventQuerySet
from monitoring.audit.queries import find, last_verification
from monitoring.audit.record import record
from monitoring.audit.verification import CouldNotCheckError

EVENTS_A_PAGE = 50
# A check reads every event; a longer log than this is checked by the sweep and the command.
LARGEST_CHECK = 100_000

admin_only = role_required("admin")


class Reader(HttpRequest):
    """A request that has passed the door."""

    user: Any


@require_safe
@admin_only
def log(request: Reader) -> HttpResponse:
    """The events that answer the address's question, newest first."""
    form, now = SearchForm(request.GET), timezone.now()
    if not form.is_valid():
        return render(request, "monitoring/audit/log.html", {"form": form}, status=422)
    search = form.search(today=now.astimezone(UTC).date())
    cursor = request.GET.get("before", "")
    page = _page(find(request.user, search), cursor)
    record(action="audit.search", now=now, by=request.user, patient_id=search.patient, detail=search.as_detail())
    context = {"form": form, "search": search, "chips": _chips(request, form), "verification": last_verification()}
    return render(request, "monitoring/audit/log.html", context | page)


@require_safe
@admin_only
def event(request: Reader, serial: UUID) -> HttpResponse:
    """One event with everything it holds."""
    found = AuditEvent.objects.visible_to(request.user).filter(serial=serial).first()
    if found is None:
        raise Http404
    record(action="audit.read", now=timezone.now(), by=request.user, object_type="audit event", object_id=found.serial)
    return render(request, "monitoring/audit/event.html", {"event": found})


@require_safe
@admin_only
def export(request: Reader) -> HttpResponseBase:
    """The same events as a CSV file, sent as it is read."""
    form, now = SearchForm(request.GET), timezone.now()
    if not form.is_valid():
        return render(request, "monitoring/audit/log.html", {"form": form}, status=422)
    search = form.search(today=now.astimezone(UTC).date())
    record(action="audit.export", now=now, by=request.user, patient_id=search.patient, detail=search.as_detail())
    lines = csv_lines(find(request.user, search).iterator(chunk_size=1_000))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="audit-{now:%Y%m%dT%H%M%SZ}.csv"'
    return response


@require_POST
@admin_only
def verify(request: Reader) -> HttpResponse:
    """Check the log now and note what was found."""
    if AuditEvent.objects.order_by("-id").values_list("id", flat=True)[LARGEST_CHECK : LARGEST_CHECK + 1].exists():
        messages.info(
            request, pgettext("staff", "This log is long: it is checked by the hour, and by manage.py audit_verify.")
        )
        return redirect("audit")
    try:
        check_log(now=timezone.now(), by=request.user)
    except CouldNotCheckError as error:
        messages.error(request, pgettext("staff", "The log could not be checked. %(error)s") % {"error": error})
    return redirect("audit")


def _page(found: AuditEventQuerySet, cursor: str) -> dict[str, Any]:
    """The events below the cursor, and the cursor of the page after them."""
    if cursor.isdecimal() and len(cursor) < 19:
        found = found.filter(pk__lt=int(cursor))
    events = list(found[: EVENTS_A_PAGE + 1])
    older = events[EVENTS_A_PAGE - 1].pk if len(events) > EVENTS_A_PAGE else None
    return {"events": events[:EVENTS_A_PAGE], "older": older, "is_first": not cursor}


def _chips(request: HttpRequest, form: SearchForm) -> list[dict[str, str]]:
    """What is asked for now, each with the address that asks all but that."""
    chips = []
    for field in form:
        value = request.GET.get(field.name, "")
        if value:
            rest = request.GET.copy()
            for name in (field.name, "before"):
                rest.pop(name, None)
            chips.append({"label": str(field.label), "value": value, "url": f"?{rest.urlencode()}"})
    return chips
