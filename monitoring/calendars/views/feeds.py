"""The calendar that a phone reads: switched on and off by the patient, read by whoever holds its address."""

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.calendars.actions import name_feed, note_feed_refused, note_fetch, open_feed, revoke_feed
from monitoring.calendars.export import calendar_file
from monitoring.calendars.models import CalendarFeed
from monitoring.calendars.queries import can_be_read, feed_by_token, feed_of, tasks_of
from monitoring.people.access import SignedInRequest, patient_of, patient_self_required
from monitoring.people.models import Patient
from monitoring.people.views.proof import proof_required
from monitoring.rest.limits import is_beyond, put_off, refused_too_often
from monitoring.wording.queries import speaking_to

# By one address of a calendar: programs ask a few times an hour. Calendar services read many from one place, so that
# who asks is counted only where nothing is found.
READ_A_MINUTE: Final = 30


@require_http_methods(["GET", "HEAD", "POST"])
@patient_self_required
def my_feed(request: SignedInRequest) -> HttpResponseBase:
    """Switch the calendar on, give it another address, let it name medicines, or switch it off."""
    patient = patient_of(request)
    if patient is None:
        return redirect("my_plan")
    if request.method != "POST":
        return _page(request, patient)
    # Less is told at once; more, to whoever proves who they are: an address goes on when the session has ended.
    return _tell_more(request, patient) if request.POST.get("go") in {"open", "names"} else _change(request, patient)


@proof_required
def _tell_more(request: SignedInRequest, patient: Patient) -> HttpResponse:
    if request.POST.get("go") != "open":
        return _change(request, patient)
    _, token = open_feed(patient=patient, neutral=_stays_neutral(patient), by=request.user, now=timezone.now())
    return _page(request, patient, request.build_absolute_uri(reverse("calendar_feed", args=[token])))


def _stays_neutral(patient: Patient) -> bool:
    """A new address keeps what was chosen for the old one; the first one is neutral."""
    feed = feed_of(patient)
    return feed is None or feed.neutral


def _change(request: SignedInRequest, patient: Patient) -> HttpResponse:
    go, now = request.POST.get("go"), timezone.now()
    if go == "revoke" and revoke_feed(patient=patient, by=request.user, now=now):
        messages.success(request, gettext("Your calendar is switched off. The old address works no more."))
    elif go in {"names", "neutral"} and name_feed(patient=patient, neutral=go == "neutral", by=request.user, now=now):
        messages.success(request, gettext("Saved."))
    return redirect("my_feed")


def _page(request: SignedInRequest, patient: Patient, address: str = "") -> HttpResponse:
    subscribe = address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1)
    context = {"patient": patient, "feed": feed_of(patient), "address": address, "subscribe": subscribe}
    return render(request, "monitoring/calendars/feed.html", context)


@require_safe
@never_cache
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address. Unknown, revoked and malformed look the same: nothing is there."""
    now, feed = timezone.now(), feed_by_token(token)
    if feed is None or not can_be_read(feed):
        return _nothing(request, token, feed, now)
    if is_beyond(READ_A_MINUTE, "calendar-read", str(feed.pk), now):
        return put_off(HttpResponse(), now)
    note_fetch(feed=feed, now=now)
    # A calendar program says nothing of its owner's language: they do.
    with speaking_to(feed.patient.user or feed.created_by):
        body = calendar_file(tasks_of(feed.patient, now), neutral=feed.neutral, now=now)
    return HttpResponse(
        body, content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="tasks.ics"', "X-Robots-Tag": "noindex"},
    )  # fmt: skip


def _nothing(request: HttpRequest, token: str, feed: CalendarFeed | None, now: datetime) -> HttpResponse:
    if refused_too_often("calendar", address=request.META.get("REMOTE_ADDR", ""), token=token, now=now):
        return put_off(HttpResponse(), now)
    note_feed_refused(feed=feed, now=now)
    raise Http404
