"""Messages in the app, and the list of messages that could not be sent.

A button pressed after the session has ended leads, by way of signing in, to a GET of its address: that shows the list
again and does nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.audit.doors import role_required
from monitoring.audit.record import record_reads
from monitoring.notifications.actions import dismiss_notification, mark_messages_read, retry_notification
from monitoring.notifications.models import Notification, NotificationState, Template
from monitoring.notifications.queries import failing, inbox, unread_count
from monitoring.notifications.rules import problem_words
from monitoring.people.access import SignedInRequest, any_role_required
from monitoring.people.models import Role

PAGE_SIZE = 50
staff_required = role_required(Role.CLINICIAN, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it is listed: its words and where it leads."""

    message: Notification
    text: str
    url: str
    times: int = 1

    @property
    def problem(self) -> str:
        return problem_words(self.message.last_error)

    @classmethod
    def of(cls, message: Notification, times: int = 1) -> "Line":
        known = message.template in Template.values
        text = Template(message.template).label if known else Template.MESSAGE.label
        return cls(message, str(text), _address(message), times)


def _address(message: Notification) -> str:
    if message.template == Template.ALERT_UNSTAFFED:
        return "/users/"
    if message.template == Template.ALERT_UNANSWERED:
        return "/clinic/"
    if message.template == Template.UNREACHABLE:
        return reverse("failed_messages")
    if message.ref_type == "contact":
        return reverse("contact")
    if message.template == Template.LEARN:
        return "/me/learn/"
    if message.template == Template.MONITORING_GAP:
        return "/monitoring/"
    if message.ref_type == "alert" and message.ref_id:
        return reverse("alert", args=[message.ref_id])
    return "/"


def _folded(messages_shown: Iterable[Notification]) -> list[Line]:
    """An alert that was told again and again is one line, with its count."""
    runs = groupby(messages_shown, key=lambda message: (message.template, message.ref_id or message.pk))
    return [Line.of(run[0], len(run)) for run in (list(group) for _, group in runs)]


@any_role_required
@require_safe
def message_list(request: SignedInRequest) -> HttpResponse:
    """The signed-in person's messages, newest first."""
    page = Paginator(inbox(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "lines": _folded(page),
        "unread": unread_count(request.user),
    }
    kind = "patient" if request.user.has_patient_face else "staff"
    return render(request, f"monitoring/notifications/messages_{kind}.html", context)


@any_role_required
@require_http_methods(["GET", "POST"])
def mark_read(request: SignedInRequest) -> HttpResponse:
    """Mark the signed-in person's messages as read."""
    if request.method == "POST":
        mark_messages_read(by=request.user, now=timezone.now())
    return redirect("messages")


@staff_required
@require_safe
def failed(request: SignedInRequest) -> HttpResponse:
    """Messages that were given up or are in trouble, until a person deals with them."""
    page = Paginator(failing(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [Line.of(message) for message in page]
    named = [line.message.recipient.patient.pk for line in lines if line.message.recipient.is_patient]
    record_reads(patient_ids=named, what="failed_messages", by=request.user, now=timezone.now())
    context = {"page_obj": page, "lines": lines, "dead": NotificationState.DEAD}
    return render(request, "monitoring/notifications/failed.html", context)


@staff_required
@require_http_methods(["GET", "POST"])
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Try a given-up message again."""
    message = get_object_or_404(failing(request.user), pk=pk)
    if request.method == "POST" and retry_notification(notification=message, by=request.user, now=timezone.now()):
        messages.success(request, pgettext("staff", "It will be tried again for 24 hours."))
    return redirect("failed_messages")


@staff_required
@require_http_methods(["GET", "POST"])
def dismiss(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a given-up message off the list."""
    message = get_object_or_404(failing(request.user), pk=pk)
    if request.method == "POST" and dismiss_notification(notification=message, by=request.user, now=timezone.now()):
        messages.success(request, pgettext("staff", "Taken off the list."))
    return redirect("failed_messages")
