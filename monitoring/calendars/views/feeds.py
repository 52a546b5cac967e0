"""The calendar that a phone reads: switched on and off by the patient, read by whoever holds its address."""

from typing import Final

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.calendars.actions import name_feed, note_fetch, open_feed, revoke_feed
from monitoring.calendars.export import calendar_file
from monitoring.calendars.queries import feed_by_token, feed_of, tasks_of
from monitoring.people.access import SignedInRequest, patient_of, patient_self_required
from monitoring.people.models import Patient

# From one address: a household's phones ask a few times an hour, somebody who guesses asks without end.
MOST_ASKED: Final = 60
WITHIN_SECONDS: Final = 600


@require_http_methods(["GET", "HEAD", "POST"])
@patient_self_required
def my_feed(request: SignedInRequest) -> HttpResponse:
    """Switch the calendar on, give it another address, let it name medicines, or switch it off."""
    patient = patient_of(request)
    if patient is None:
        return redirect("my_plan")
    if request.method == "POST" and request.POST.get("go") == "open":
        _, token = open_feed(patient=patient, neutral=_stays_neutral(patient), by=request.user, now=timezone.now())
        address = request.build_absolute_uri(reverse("calendar_feed", args=[token]))
        return _page(request, patient, address)
    if request.method == "POST":
        _change(request, patient)
        return redirect("my_feed")
    return _page(request, patient)


def _stays_neutral(patient: Patient) -> bool:
    """A new address keeps what was chosen for the old one; the first one is neutral."""
    feed = feed_of(patient)
    return feed is None or feed.neutral


def _change(request: SignedInRequest, patient: Patient) -> None:
    go, now = request.POST.get("go"), timezone.now()
    if go == "revoke" and revoke_feed(patient=patient, by=request.user, now=now):
        messages.success(request, gettext("Your calendar is switched off. The old address works no more."))
    elif go in {"names", "neutral"} and name_feed(patient=patient, neutral=go == "neutral", by=request.user, now=now):
        messages.success(request, gettext("Saved."))


def _page(request: SignedInRequest, patient: Patient, address: str = "") -> HttpResponse:
    subscribe = address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1)
    context = {"patient": patient, "feed": feed_of(patient), "address": address, "subscribe": subscribe}
    return render(request, "monitoring/calendars/feed.html", context)


@require_safe
@never_cache
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address. Unknown, revoked and malformed look the same: nothing is there."""
    if _asks_too_often(request):
        return HttpResponse(status=429, headers={"Retry-After": str(WITHIN_SECONDS)})
    now = timezone.now()
    feed = feed_by_token(token)
    if feed is None:
        raise Http404
    note_fetch(feed=feed, now=now)
    body = calendar_file(tasks_of(feed.patient, now), neutral=feed.neutral, now=now)
    return HttpResponse(
        body, content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="tasks.ics"', "X-Robots-Tag": "noindex"},
    )  # fmt: skip


def _asks_too_often(request: HttpRequest) -> bool:
    key = f"calendar-{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WITHIN_SECONDS)
    try:
        return cache.incr(key) > MOST_ASKED
    except ValueError:  # it ran out in between
        return False
