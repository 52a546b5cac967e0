"""The pages on which a clinician answers one alert."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

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
from monitoring.alerts.forms import CloseForm, ReleaseForm, SnoozeForm
from monitoring.alerts.models import Alert, AlertLevel, AlertState
from monitoring.alerts.views.worklist import back_to_list
from monitoring.audit.record import record_read
from monitoring.people.access import SignedInRequest, clinician_required, get_visible_or_404
from monitoring.people.models import User

View = Callable[..., HttpResponse]


def names_whoever_was_first(view: View) -> View:
    """Answer 409 with the name of whoever has the alert, when somebody was first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except AlertConflict as conflict:
            return render(request, "monitoring/alerts/conflict.html", {"conflict": conflict}, status=409)

    return guarded


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


# The page that shows what raised an alert: where it is within the record, and what it is called.
SOURCES: dict[str, tuple[str, Any]] = {
    "symptom_report": ("check-ins/", pgettext_lazy("staff", "See the check-ins")),
    "check_in": ("check-ins/", pgettext_lazy("staff", "See the check-ins")),
    "step": ("plans/", pgettext_lazy("staff", "See the plans")),
    "flag": ("flags/{}/", pgettext_lazy("staff", "See the interaction")),
    "regimen": ("medications/", pgettext_lazy("staff", "See the medicines and their flags")),
    "prescription": ("medications/#medicine-{}", pgettext_lazy("staff", "See the medicine")),
    "": ("", pgettext_lazy("staff", "See the patient’s page")),
}


def _source(alert: Alert) -> tuple[str, Any]:
    """The page that shows what raised the alert: its address and what it is called."""
    if alert.source_type == "notification":
        return "/notifications/failed/", pgettext("staff", "See which message failed")
    part, words = SOURCES.get(alert.source_type, SOURCES[""])
    return f"/patients/{alert.patient_id}/{part.format(alert.source_id)}", words


def _context(alert: Alert, user: User, now: datetime) -> dict[str, Any]:
    is_mine = alert.state == AlertState.TAKEN and alert.taken_by_id == user.pk
    row = queries.Row.of(alert, now, user)
    return {
        "alert": alert, "patient": alert.patient, "row": row, "is_mine": is_mine,
        "can_take": alert.state in {AlertState.NEW, AlertState.SNOOZED},
        "can_close": row.can_close,
        "can_snooze": row.can_snooze,
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
    messages.success(
        request,
        pgettext("staff", "You have taken this alert: %(patient)s. Close it when you have dealt with it.")
        % {"patient": alert.patient},
    )
    return _onward(request, alert)


def _onward(request: HttpRequest, alert: Alert) -> HttpResponse:
    """Back to the alert’s row where the answer was begun on the worklist, else to its page."""
    back = back_to_list(request)
    return redirect(f"{back}#alert-{alert.pk}") if back else redirect("alert", pk=alert.pk)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _answer(
    request: SignedInRequest,
    alert: Alert,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    what: str,
    done: str,
) -> HttpResponse:
    """Show a form about one alert, or act on it; a broken rule becomes an error of the form (422).

    The worklist asks for the form alone, to show it over the list.
    """
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except AlertRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, f"{alert.patient}: {done}")
            return _onward(request, alert)
    record_read(patient_id=alert.patient_id, what="alert", by=request.user, now=now)
    context = {"alert": alert, "patient": alert.patient, "form": form, "back": back_to_list(request)}
    template = "monitoring/alerts/_sheet.html" if request.htmx else f"monitoring/alerts/{what}.html"
    form_template = f"monitoring/alerts/_{what}_form.html"
    return render(request, template, {**context, "form_template": form_template}, status=422 if form.errors else 200)


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

    return _answer(request, alert, form, act, what="snooze", done="snoozed.")


@clinician_required
@require_http_methods(["GET", "POST"])
@names_whoever_was_first
def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Close an alert with its outcome."""
    alert = get_visible_or_404(Alert, request.user, pk)

    def act(given: dict[str, Any]) -> None:
        close_alert(alert=alert, by=request.user, now=timezone.now(), **given)

    return _answer(request, alert, CloseForm(_posted(request)), act, what="close", done="closed.")


@clinician_required
@require_http_methods(["GET", "POST"])
@names_whoever_was_first
def release(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give an alert back to the team."""
    alert = get_visible_or_404(Alert, request.user, pk)

    def act(given: dict[str, Any]) -> None:
        release_alert(alert=alert, by=request.user, now=timezone.now(), **given)

    form = ReleaseForm(_posted(request))
    return _answer(request, alert, form, act, what="release", done="given back to the team.")


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
