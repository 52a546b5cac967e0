"""The report on answers to interactions, also in computable form, and the sheet that one shift hands to the next."""

from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring.audit.doors import role_required
from monitoring.audit.record import record, record_reads
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Role
from monitoring.regimens.models import Override
from monitoring.reports import queries
from monitoring.reports.export import csv_lines, json_parts
from monitoring.reports.forms import DayForm, PeriodForm
from monitoring.reports.queries import figures_for, patients_told_of, told_in, told_of_cards, visible_answers
from monitoring.reports.rules import FOLLOWED, Period

ROWS_A_PAGE = 25
EXPORTED = "override report export"
FORMATS = {"csv": "text/csv; charset=utf-8; header=present", "json": "application/json"}

staff_required = role_required(Role.CLINICIAN, Role.ADMIN)


def _form(request: SignedInRequest, now: datetime) -> PeriodForm:
    zone = ZoneInfo(request.user.clinic.time_zone)
    return PeriodForm(request.GET, today=now.astimezone(zone).date(), zone=zone)


@require_safe
@staff_required
def overrides(request: SignedInRequest) -> HttpResponse:
    """The clinic's figures; for a clinician also the single answers of the patients they care for."""
    now = timezone.now()
    form = _form(request, now)
    if not form.is_valid():
        return render(request, "monitoring/reports/overrides.html", {"form": form}, status=422)
    period = form.period()
    context = {"form": form.filled(), "figures": figures_for(request.user, period, now=now), "query": _query(period)}
    if request.user.role == Role.CLINICIAN:
        context |= {"page_obj": _own(request, period, now), "old_enough": now - FOLLOWED}
    record(action="report.read", now=now, by=request.user, object_type="report", object_id="overrides")
    return render(request, "monitoring/reports/overrides.html", context)


def _own(request: SignedInRequest, period: Period, now: datetime) -> Page[Override]:
    page = Paginator(visible_answers(request.user, period), ROWS_A_PAGE).get_page(request.GET.get("page"))
    patients = list(dict.fromkeys(answer.flag.patient_id for answer in page))
    record_reads(patient_ids=patients, what="override report", by=request.user, now=now)
    return page


def _query(period: Period) -> str:
    return f"from={period.first.isoformat()}&until={period.last.isoformat()}"


@require_safe
@staff_required
def export(request: SignedInRequest) -> HttpResponseBase:
    """Every intervention of the period as CSV, or as JSON with `format=json`."""
    now = timezone.now()
    form, kind = _form(request, now), request.GET.get("format", "csv")
    if not form.is_valid() or kind not in FORMATS:
        return render(request, "monitoring/reports/overrides.html", {"form": form}, status=422)
    period = form.period()
    detail = {"from": period.first.isoformat(), "until": period.last.isoformat(), "format": kind}
    record(action="report.export", now=now, by=request.user, object_type="report", object_id="overrides", detail=detail)
    record_reads(patient_ids=patients_told_of(request.user, period), what=EXPORTED, by=request.user, now=now)
    rows = chain(told_in(request.user, period), told_of_cards(request.user, period))
    parts = csv_lines(rows) if kind == "csv" else json_parts(rows, clinic=request.user.clinic.name, period=period)
    response = StreamingHttpResponse(parts, content_type=FORMATS[kind])
    response["Content-Disposition"] = f'attachment; filename="interventions-{now:%Y%m%dT%H%M%SZ}.{kind}"'
    return response


@require_safe
@clinician_required
def handover(request: SignedInRequest) -> HttpResponse:
    """What is open and by whom, what was closed, is due, held or missed, who is away: on a sheet or two."""
    now = timezone.now()
    form = DayForm(request.GET, now=now, zone=ZoneInfo(request.user.clinic.time_zone))
    if not form.is_valid():
        return render(request, "monitoring/reports/handover.html", {"form": form}, status=422)
    sheet = queries.handover(request.user, form.moment())
    record(action="report.read", now=now, by=request.user, object_type="report", object_id="handover")
    record_reads(patient_ids=sheet.shown, what="handover", by=request.user, now=now)
    filled = DayForm({"date": form.cleaned_data["date"]}, now=now, zone=form.zone)
    context = {"form": filled, "sheet": sheet, "is_today": form.cleaned_data["date"] == form.today}
    return render(request, "monitoring/reports/handover.html", context)
