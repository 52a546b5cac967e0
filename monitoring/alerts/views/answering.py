"""The worklist and the pages on which a clinician answers one alert."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.alerts import queries
from monitoring.alerts.actions import (
    AlertConflict,
    AlertRefused,
    close_alert,
    release_alert,
    snooze_alert,
    step_in,
    take_alert,
)
from monitoring.alerts.forms import CloseForm, FilterForm, ReleaseForm, SnoozeForm
from monitoring.alerts.models import Alert, AlertLevel, AlertState
from monitoring.alerts.rules import due_words
from monitoring.audit.record import record_read, record_reads
from monitoring.notifications.queries import given_up_count
from monitoring.people.access import SignedInRequest, clinician_required, get_visible_or_404
from monitoring.people.models import Patient, User
from monitoring.people.queries import stands_in_for

PAGE_SIZE = 50
REASONS_SHOWN = 2
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist."""

    alert: Alert
    age: int
    due: str
    overdue: bool
    owner: str
    why: str
    more: int
    came_back: str

    @classmethod
    def of(cls, alert: Alert, now: datetime) -> "Row":
        holder = {AlertState.TAKEN: alert.taken_by, AlertState.SNOOZED: alert.snoozed_by,
                  AlertState.CLOSED: alert.closed_by}.get(AlertState(alert.state))  # fmt: skip
        return cls(
            alert=alert,
            age=alert.patient.age_on(alert.patient.local_date(now)),
            due=due_words(alert.due_at, now),
            overdue=alert.due_at <= now and alert.state in {AlertState.NEW, AlertState.TAKEN},
            owner=holder.name if holder else "",
            why=" + ".join(alert.why[:REASONS_SHOWN]) or alert.get_kind_display(),
            more=max(0, len(alert.why) - REASONS_SHOWN),
            came_back=alert.follows.closed_by.name if alert.follows and alert.follows.closed_by else "",
        )


def names_whoever_was_first(view: View) -> View:
    """Answer 409 with the name of whoever has the alert, when somebody was first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except AlertConflict as conflict:
            return render(request, "monitoring/alerts/conflict.html", {"conflict": conflict}, status=409)

    return guarded


@clinician_required
@require_safe
def worklist(request: SignedInRequest) -> HttpResponse:
    """Open alerts, most pressing first, with the filters in the address."""
    now = timezone.now()
    form = FilterForm(request.GET)
    filters = form.filters()
    page = Paginator(queries.worklist(request.user, filters, now), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [Row.of(alert, now) for alert in page]
    record_reads(patient_ids=[row.alert.patient_id for row in rows], what="worklist", by=request.user, now=now)
    context = {
        "form": form, "filters": filters, "page_obj": page, "rows": rows, "now": now,
        "counts": queries.counts(request.user, now), "last_check": queries.last_check(),
        "calls": list(queries.calling_for_help(request.user)[:PAGE_SIZE]),
        "covered": stands_in_for(request.user, now),
        "given_up": given_up_count(request.user),
        "has_patients": bool(rows) or Patient.objects.visible_to(request.user).exists(),
    }  # fmt: skip
    return render(request, "monitoring/alerts/worklist.html", context)


def alert_page(
    request: SignedInRequest, pk: UUID, *, template: str, beside: Callable[[Alert], dict[str, object]]
) -> HttpResponse:
    """One alert: why, since when, what happened to it, what can be done now, and what `beside` knows of it.

    The view stands higher up, where the doses are known; it has passed the door for clinicians.
    """
    if queries.calling_for_help(request.user).filter(pk=pk).exists():
        return redirect("alert_step_in", pk=pk)
    alert = get_visible_or_404(Alert, request.user, pk)
    now = timezone.now()
    record_read(patient_id=alert.patient_id, what="alert", by=request.user, now=now)
    return render(request, template, {**_context(alert, request.user, now), **beside(alert)})


def _source(alert: Alert) -> tuple[str, str]:
    """The page that shows what raised the alert: its address and what it is called."""
    record = f"/patients/{alert.patient_id}/"
    pages = {
        "symptom_report": (f"{record}check-ins/", "See the check-ins"),
        "check_in": (f"{record}check-ins/", "See the check-ins"),
        "step": (f"{record}plans/", "See the plans"),
        "flag": (f"{record}flags/{alert.source_id}/", "See the interaction"),
        "regimen": (f"{record}medications/", "See the medicines and their flags"),
        "prescription": (f"{record}medications/#medicine-{alert.source_id}", "See the medicine"),
        "notification": ("/notifications/failed/", "See which message failed"),
    }
    return pages.get(alert.source_type, (record, "See the patient’s page"))


def _context(alert: Alert, user: User, now: datetime) -> dict[str, Any]:
    is_mine = alert.state == AlertState.TAKEN and alert.taken_by_id == user.pk
    is_emergency = alert.level == AlertLevel.EMERGENCY
    is_free = alert.state in {AlertState.NEW, AlertState.SNOOZED}
    return {
        "alert": alert, "patient": alert.patient, "row": Row.of(alert, now), "is_mine": is_mine,
        "can_take": is_free,
        "can_close": is_mine or (is_free and not is_emergency),
        "can_snooze": not is_emergency and (is_mine or alert.state == AlertState.NEW),
        "show_contact": alert.state == AlertState.NEW and alert.level >= AlertLevel.URGENT,
        "source": _source(alert),
        "came_back_as": alert.followed_by.order_by("raised_at").first(),
        "history": alert.history.select_related("by"),
        "earlier": queries.earlier_alerts(alert),
    }  # fmt: skip


@clinician_required
@require_http_methods(["GET", "POST"])
@names_whoever_was_first
def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take an alert, from the worklist or from its page. Whoever comes here from signing in again sees it first."""
    alert = get_visible_or_404(Alert, request.user, pk)
    if request.method == "GET":
        return redirect("alert", pk=pk)
    take_alert(alert=alert, by=request.user, now=timezone.now())
    messages.success(request, "You have taken this alert. Close it when you have dealt with it.")
    return redirect("alert", pk=pk)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _answer(
    request: SignedInRequest,
    alert: Alert,
    form: forms.Form,
    template: str,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Show a form about one alert, or act on it; a broken rule becomes an error of the form (422)."""
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except AlertRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return redirect("alert", pk=alert.pk)
    record_read(patient_id=alert.patient_id, what="alert", by=request.user, now=now)
    context = {"alert": alert, "patient": alert.patient, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)


@clinician_required
@require_http_methods(["GET", "POST"])
@names_whoever_was_first
def snooze(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let an alert rest for a while, with a reason."""
    alert = get_visible_or_404(Alert, request.user, pk)
    now = timezone.now()
    form = SnoozeForm(_posted(request), policy=queries.policy_in_force(request.user.clinic_id, alert.level))

    def act(given: dict[str, Any]) -> None:
        until = now + timedelta(hours=given["hours"])
        snooze_alert(alert=alert, until=until, note=given["note"], by=request.user, now=now)

    return _answer(request, alert, form, "monitoring/alerts/snooze.html", act)


@clinician_required
@require_http_methods(["GET", "POST"])
@names_whoever_was_first
def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Close an alert with its outcome."""
    alert = get_visible_or_404(Alert, request.user, pk)

    def act(given: dict[str, Any]) -> None:
        close_alert(alert=alert, by=request.user, now=timezone.now(), **given)

    return _answer(request, alert, CloseForm(_posted(request)), "monitoring/alerts/close.html", act)


@clinician_required
@require_http_methods(["GET", "POST"])
@names_whoever_was_first
def release(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give an alert back to the team."""
    alert = get_visible_or_404(Alert, request.user, pk)

    def act(given: dict[str, Any]) -> None:
        release_alert(alert=alert, by=request.user, now=timezone.now(), **given)

    form = ReleaseForm(_posted(request))
    return _answer(request, alert, form, "monitoring/alerts/release.html", act)


@clinician_required
@require_http_methods(["GET", "POST"])
@names_whoever_was_first
def step_in_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Join the care team of an unanswered alert that was passed on to the whole clinic, and take it."""
    alert, now = queries.calling_for_help(request.user).filter(pk=pk).first(), timezone.now()
    if alert is None:
        raise Http404
    if request.method == "POST":
        step_in(alert=alert, by=request.user, now=now)
        return redirect("alert", pk=pk)
    covered = queries.covered_in(alert, request.user, now)
    context = {"alert": alert, "covered": covered, "show_contact": alert.level >= AlertLevel.URGENT}
    return render(request, "monitoring/alerts/step_in.html", context)
