"""Help pages that anyone can open, signed in or not, with or without JavaScript, even without a database."""

import logging

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring.help.numbers import HelpNumbers, clinic_numbers, other_places

logger = logging.getLogger(__name__)


def numbers_for(request: HttpRequest) -> HelpNumbers:
    """The reader's clinic's numbers when signed in; the site's when not, or when we cannot tell."""
    site: HelpNumbers = settings.HELP_NUMBERS
    try:
        if not request.user.is_authenticated:
            return site
        clinic = request.user.clinic
    except DatabaseError:
        # A number to call matters more than whose it is.
        logger.exception("help page shown with the site's numbers: the database did not answer")
        return site
    return clinic_numbers(
        site, emergency=clinic.emergency_phone, crisis=clinic.crisis_phone, phone=clinic.phone,
        out_of_hours=clinic.out_of_hours_phone, name=clinic.name,
    )  # fmt: skip


@require_safe
def emergency(request: HttpRequest) -> HttpResponse:
    """Signs that need an ambulance, and what to do while it comes (red flags RF1 to RF14)."""
    return render(request, "monitoring/help/emergency.html", _lines(request))


@require_safe
def crisis(request: HttpRequest) -> HttpResponse:
    """Thoughts of self-harm: who to talk to now (red flag RF8), without any advice on medicines."""
    return render(request, "monitoring/help/crisis.html", _lines(request))


@require_safe
def urgent(request: HttpRequest) -> HttpResponse:
    """What needs a talk with the clinic the same day, by which number, and what would make it an emergency."""
    return render(request, "monitoring/help/urgent.html", _lines(request))


def _lines(request: HttpRequest) -> dict[str, object]:
    """The reader's own numbers first; those of other places for whoever travels."""
    numbers = numbers_for(request)
    return {"numbers": numbers, "elsewhere": other_places(numbers)}
