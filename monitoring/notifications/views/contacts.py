"""A person's own page about how they are reached."""

import hashlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.notifications.actions import (
    Answer,
    CodeNotSentError,
    TooManyBrowsersError,
    TooManyCodesError,
    add_browser,
    bid_farewell,
    confirm_number,
    remove_contact,
    send_number_code,
    set_channel_order,
)
from monitoring.notifications.forms import BrowserForm, CodeForm, FirstForm, NumberForm
from monitoring.notifications.models import Channel, ContactPoint
from monitoring.notifications.queries import channels_for, channels_in_service, contacts_of, number_to_confirm
from monitoring.notifications.senders.push import public_key
from monitoring.people.access import SignedInRequest, any_role_required
from monitoring.people.models import User
from monitoring.people.rules import browser_label
from monitoring.people.views.proof import proof_required


@any_role_required
@require_safe
def contact(request: SignedInRequest) -> HttpResponse:
    """By what the signed-in person is reached."""
    return _page(request)


@any_role_required
@require_http_methods(["GET", "POST"])
@proof_required
def number_new(request: SignedInRequest) -> HttpResponse:
    """Send a code to a mobile number."""
    form = NumberForm(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            send_number_code(number=form.cleaned_data["number"], by=request.user, now=timezone.now())
        except TooManyCodesError:
            form.add_error("number", gettext("You have asked for too many codes. Try again tomorrow."))
        except CodeNotSentError:
            form.add_error("number", gettext("We could not send a code. Check the number, or try again later."))
        else:
            messages.success(request, gettext("We have sent you a code."))
    return _answer(request, number_form=form)


@any_role_required
@require_http_methods(["GET", "POST"])
def number_confirm(request: SignedInRequest) -> HttpResponse:
    """Take a number into use by the code that came there."""
    form, point = CodeForm(request.POST), number_to_confirm(request.user, timezone.now())
    if request.method == "POST" and point is None:
        messages.error(request, gettext("That code no longer works. Ask for a new one."))
    elif request.method == "POST" and point is not None and form.is_valid():
        before = list(contacts_of(request.user, Channel.SMS))
        answer = confirm_number(point=point, code=form.cleaned_data["code"], by=request.user, now=timezone.now())
        if answer == Answer.RIGHT:
            bid_farewell(points=[old for old in before if old.address != point.address])
            messages.success(request, gettext("We can now send you text messages."))
        elif answer == Answer.WRONG:
            form.add_error("code", gettext("This is not the code we sent. Check it and try again."))
        else:
            messages.error(request, gettext("That code no longer works. Ask for a new one."))
    return _answer(request, **({"code_form": form} if point is not None else {}))


@any_role_required
@require_http_methods(["GET", "POST"])
@proof_required
def browser_new(request: SignedInRequest) -> HttpResponse:
    """Show notes in the browser that sends this."""
    form = BrowserForm(request.POST)
    if request.method == "POST" and settings.VAPID_KEY and form.is_valid():
        label = browser_label(request.headers.get("User-Agent", ""))
        data = form.cleaned_data
        try:
            add_browser(
                endpoint=data["endpoint"], keys=data["keys"], label=label, by=request.user, now=timezone.now()
            )  # fmt: skip
        except TooManyBrowsersError:
            form.add_error(None, gettext("You have turned on too many browsers today. Try again tomorrow."))
        else:
            messages.success(request, gettext("We can now show you a note in this browser."))
    return _answer(request, browser_form=form)


@any_role_required
@require_http_methods(["GET", "POST"])
def contact_remove(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Send nothing more to one number or browser."""
    return _remove(request, get_object_or_404(ContactPoint, pk=pk, user=request.user))


@proof_required
def _remove(request: SignedInRequest, point: ContactPoint) -> HttpResponse:
    if request.method == "POST" and remove_contact(point=point, by=request.user, now=timezone.now()):
        bid_farewell(points=[point] if point.channel == Channel.SMS and point.confirmed_at else [])
        messages.success(request, gettext("Done. We will send nothing there."))
    return redirect("contact")


@any_role_required
@require_http_methods(["GET", "POST"])
@proof_required
def contact_order(request: SignedInRequest) -> HttpResponse:
    """Choose which channel is tried first."""
    form = FirstForm(request.POST, channels=channels_for([request.user])[request.user.pk])
    if request.method == "POST" and form.is_valid():
        set_channel_order(order=form.order(), by=request.user, now=timezone.now())
        messages.success(request, gettext("Saved."))
    return _answer(request, first_form=form)


def _answer(request: SignedInRequest, **forms: Any) -> HttpResponse:
    """The page with the errors of the form that was sent, or the page anew."""
    if request.method == "POST" and any(form.errors for form in forms.values()):
        return _page(request, status=422, **forms)
    return redirect("contact")


def _page(request: SignedInRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    wrong = next((form for form in forms.values() if form.errors), None)
    context = {**_ways(request.user), **forms, "form": wrong}
    kind = "patient" if request.user.has_patient_face else "staff"
    return render(request, f"monitoring/notifications/contact_{kind}.html", context, status=status)


def _ways(user: User) -> dict[str, Any]:
    """What the page shows: each way of reaching somebody, and an empty form to change it."""
    usable, there = channels_for([user])[user.pk], channels_in_service()
    browsers = contacts_of(user, Channel.WEB_PUSH)
    return {
        "number": contacts_of(user, Channel.SMS).first(),
        "pending": number_to_confirm(user, timezone.now()),
        "browsers": [(point, hashlib.sha256(point.address.encode()).hexdigest()) for point in browsers],
        "has_sms": Channel.SMS in there,
        "push_key": public_key() if Channel.WEB_PUSH in there else "",
        "number_form": NumberForm(),
        "code_form": CodeForm(),
        "browser_form": BrowserForm(),
        "first_form": FirstForm(channels=usable, initial={"first": usable[0]}) if len(usable) > 1 else None,
    }
