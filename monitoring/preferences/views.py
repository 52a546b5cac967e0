"""The pages on which people choose how they read; the chooser for those who are not signed in."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from monitoring import languages
from monitoring.people.access import SignedInRequest, patient_face_required, staff_required
from monitoring.people.models import User
from monitoring.preferences.actions import change_preference
from monitoring.preferences.forms import LookForm, StaffLookForm
from monitoring.preferences.models import TextSize
from monitoring.preferences.queries import TEXT_SIZE_COOKIE, preference_of

A_YEAR = 365 * 24 * 3600
# Where else the reader's own things are set, under what they are for; who helps and who looked is the patient's own.
REACHING = (
    _("Reminders"),
    (("my_check_in_times", _("Reminder times and quiet hours")), ("contact", _("How we reach you"))),
)
SEEING = (
    _("Who can see my data"),
    (
        ("my_carers", _("People who help me")),
        ("my_access", _("Who looked at your record")),
        ("my_feed", _("My phone’s calendar")),
    ),
)
SIGNING_IN = (
    _("Signing in, and this phone"),
    (
        ("passkeys", _("Passkeys")),
        ("sessions", _("Where you are signed in")),
        ("offline_device", _("This phone")),
        ("change_password", _("Change password")),
    ),
)
PATIENT_PAGES = (REACHING, SEEING, SIGNING_IN)
CARER_PAGES = ((REACHING[0], REACHING[1][1:]), SIGNING_IN)
STAFF_PAGES = (REACHING[1][1], *(page for page in SIGNING_IN[1] if page[0] != "offline_device"))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_face_required
def my_settings(request: SignedInRequest) -> HttpResponse:
    """How the patient's pages look and in which language, with the way to everything else they may set."""
    preference = preference_of(request.user)
    form = LookForm(request.POST if request.method == "POST" else None, preference=preference)
    if form.is_bound and form.is_valid():
        change_preference(by=request.user, now=timezone.now(), **form.cleaned_data)
        language = form.cleaned_data.get("language", languages.current())
        with languages.speaking(language):
            messages.success(request, gettext("Saved."))
        response = redirect("my_settings")
        _remember(response, language=language, text_size=form.cleaned_data["text_size"])
        return response
    status = 422 if form.is_bound else 200
    context = {"form": form, "groups": _groups(PATIENT_PAGES if request.user.is_patient else CARER_PAGES)}
    return render(request, "monitoring/preferences/my_settings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_settings(request: SignedInRequest) -> HttpResponse:
    """How staff pages look, and whether single keys do anything there."""
    form = StaffLookForm(request.POST if request.method == "POST" else None, preference=preference_of(request.user))
    if form.is_bound and form.is_valid():
        change_preference(by=request.user, now=timezone.now(), **form.cleaned_data)
        with languages.speaking(form.cleaned_data.get("language", languages.current())):
            messages.success(request, gettext("Saved."))
        return redirect("staff_settings")
    status = 422 if form.is_bound else 200
    context = {"form": form, "elsewhere": _elsewhere(STAFF_PAGES)}
    return render(request, "monitoring/preferences/staff_settings.html", context, status=status)


@require_POST
def choose_reading(request: HttpRequest) -> HttpResponse:
    """Keep a language or a text size with this browser, and with the person when signed in; back to the page."""
    chosen = {
        "language": _one_of(request, "language", languages.offered()),
        "text_size": _one_of(request, "text_size", TextSize.values),
    }
    changes = {name: value for name, value in chosen.items() if value}
    if changes and isinstance(request.user, User):
        change_preference(by=request.user, now=timezone.now(), **changes)
    response = redirect(_page_before(request))
    _remember(response, **changes)
    return response


def _groups(groups: Iterable[tuple[Any, Iterable[tuple[str, Any]]]]) -> list[dict[str, Any]]:
    return [{"heading": heading, "pages": _elsewhere(pages)} for heading, pages in groups]


def _elsewhere(pages: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"url": reverse(name), "label": label} for name, label in pages]


def _one_of(request: HttpRequest, name: str, known: object) -> str:
    given = request.POST.get(name, "")
    return given if isinstance(known, dict | list) and given in known else ""


def _page_before(request: HttpRequest) -> str:
    """The page that the chooser stood on, if it is one of ours."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours and page.startswith("/") else "/"


def _remember(response: HttpResponse, *, language: str = "", text_size: str = "") -> None:
    """Cookies that hold a choice of how to read and nothing of who reads."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), (TEXT_SIZE_COOKIE, text_size)):
        if value:
            response.set_cookie(
                name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
