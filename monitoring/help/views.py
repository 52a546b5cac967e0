"""Help pages that anyone can open, signed in or not, with or without JavaScript, even without a database."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring import languages
from monitoring.help.numbers import HelpNumbers, HoursLine, clinic_numbers, other_places
from monitoring.help.rules import OpeningHours, in_a_week, is_open, opens_next, read_hours

logger = logging.getLogger(__name__)
# In the address of a help page: the language to read it in. Nothing is kept of it, so that a neighbour may ask.
ASKED = "language"


def numbers_for(request: HttpRequest, *, kept: bool = False) -> HelpNumbers:
    """The reader's clinic's numbers when signed in; the site's when not, or when we cannot tell.

    `kept` is for pages that phones keep: what is true only now is not told on them.
    """
    site: HelpNumbers = settings.HELP_NUMBERS
    try:
        if not request.user.is_authenticated:
            return site
        clinic = request.user.clinic
    except DatabaseError:
        # A number to call matters more than whose it is.
        logger.exception("help page shown with the site's numbers: the database did not answer")
        return site
    numbers = numbers_of(clinic, timezone.now(), name=clinic.name)
    return replace(numbers, opens_at=None) if kept else numbers


def numbers_of(clinic: Any, now: datetime, *, name: str) -> HelpNumbers:
    """The numbers of a clinic under `name`, "" for none, with its hours and whether it is shut at `now`."""
    numbers = clinic_numbers(
        settings.HELP_NUMBERS, emergency=clinic.emergency_phone, crisis=clinic.crisis_phone, phone=clinic.phone,
        out_of_hours=clinic.out_of_hours_phone, name=name,
    )  # fmt: skip
    hours = hours_of(clinic)
    return numbers if hours is None else _at(numbers, hours, now.astimezone(ZoneInfo(clinic.time_zone)))


def hours_of(clinic: Any) -> OpeningHours | None:
    """When a clinic answers its telephone; None when nobody said, or what was said cannot be read."""
    try:
        return read_hours(clinic.opening_hours)
    except ValueError:
        logger.exception("the opening hours of a clinic cannot be read: they count as not known")
        return None


def _at(numbers: HelpNumbers, hours: OpeningHours, here: datetime) -> HelpNumbers:
    """The numbers with what holds at `here`, a moment on the clinic's clock."""
    lines = tuple(
        HoursLine(each.first, each.last, f"{each.span.opens:%H:%M}", f"{each.span.closes:%H:%M}")
        for each in in_a_week(hours)
    )
    elsewhere = timezone.get_current_timezone_name() != str(here.tzinfo)
    known = replace(numbers, hours=lines, is_elsewhere=elsewhere)
    return known if is_open(hours, here) else replace(known, is_shut=True, opens_at=opens_next(hours, here))


@require_safe
def emergency(request: HttpRequest) -> HttpResponse:
    """Signs that need an ambulance, and what to do while it comes (red flags RF1 to RF14)."""
    return _page(request, "monitoring/help/emergency.html")


@require_safe
def crisis(request: HttpRequest) -> HttpResponse:
    """Thoughts of self-harm: who to talk to now (red flag RF8), without any advice on medicines."""
    return _page(request, "monitoring/help/crisis.html")


@require_safe
def urgent(request: HttpRequest) -> HttpResponse:
    """What needs a talk with the clinic the same day, by which number, and what would make it an emergency."""
    return _page(request, "monitoring/help/urgent.html")


def mark_copy(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say whether a copy of this page names the reader's clinic: a phone keeps such a one only while they are in."""
    try:
        named = request.user.is_authenticated
    except DatabaseError:
        named = False
    if named:
        response["X-Copy"] = "own"
    return response


def _page(request: HttpRequest, template: str) -> HttpResponse:
    """The reader's own numbers first; those of other places for whoever travels."""
    numbers = numbers_for(request, kept=True)
    asked = request.GET.get(ASKED, "")
    context = {
        "numbers": numbers,
        "elsewhere": other_places(numbers),
        "spoken": [pair for pair in languages.offered().items() if pair[0] != languages.current()],
        "asked": f"?{ASKED}={asked}" if asked in languages.offered() else "",
    }
    return mark_copy(request, render(request, template, context))
