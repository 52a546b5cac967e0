"""A person's own page about how they are reached, and the script that shows a note in their browser."""

import hashlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
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
from monitoring.notifications.rules import browser_label
from monitoring.notifications.senders.push import public_key
from monitoring.people.access import SignedInRequest, any_role_required, note_proof, proven_lately
from monitoring.people.actions import note_failed_sign_in
from monitoring.people.forms import ProofForm
from monitoring.people.models import User

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]
CSRF_FIELD = "csrfmiddlewaretoken"
WORKER = Path(__file__).resolve().parents[2] / "static" / "monitoring" / "js" / "push-worker.js"


def proof_required(view: View[P]) -> View[P]:
    """Ask whoever changes where messages go for their password, unless it was typed in the last 15 minutes.

    What they sent waits in the page that asks, and is done with the right password.
    """

    @wraps(view)
    @sensitive_post_parameters("password")
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now = timezone.now()
        if request.method != "POST" or proven_lately(request, now):
            return view(request, *args, **kwargs)
        form = ProofForm(request.POST if "password" in request.POST else None, request=request)
        if form.is_valid():
            note_proof(request, now)
            return view(request, *args, **kwargs)
        if form.errors:
            note_failed_sign_in(email=request.user.email, now=now)
        return _ask_for_password(request, form)

    return guarded


def _ask_for_password(request: SignedInRequest, form: ProofForm) -> HttpResponse:
    sent = [(name, value) for name, value in request.POST.items() if name not in {"password", CSRF_FIELD}]
    context = {"form": form, "sent": sent, "base": "base_patient.html" if request.user.is_patient else "base.html"}
    template = "monitoring/notifications/contact_proof.html"
    return render(request, template, context, status=422 if form.errors else 200)


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
            form.add_error("number", "You have asked for too many codes. Try again tomorrow.")
        except CodeNotSentError:
            form.add_error("number", "We could not send a code. Check the number, or try again later.")
        else:
            messages.success(request, "We have sent you a code.")
    return _answer(request, number_form=form)


@any_role_required
@require_http_methods(["GET", "POST"])
def number_confirm(request: SignedInRequest) -> HttpResponse:
    """Take a number into use by the code that came there."""
    form, point = CodeForm(request.POST), number_to_confirm(request.user, timezone.now())
    if request.method == "POST" and point is None:
        messages.error(request, "That code no longer works. Ask for a new one.")
    elif request.method == "POST" and point is not None and form.is_valid():
        before = list(contacts_of(request.user, Channel.SMS))
        answer = confirm_number(point=point, code=form.cleaned_data["code"], by=request.user, now=timezone.now())
        if answer == Answer.RIGHT:
            bid_farewell(points=[old for old in before if old.address != point.address])
            messages.success(request, "We can now send you text messages.")
        elif answer == Answer.WRONG:
            form.add_error("code", "This is not the code we sent. Check it and try again.")
        else:
            messages.error(request, "That code no longer works. Ask for a new one.")
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
            form.add_error(None, "You have turned on too many browsers today. Try again tomorrow.")
        else:
            messages.success(request, "We can now show you a note in this browser.")
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
        messages.success(request, "Done. We will send nothing there.")
    return redirect("contact")


@any_role_required
@require_http_methods(["GET", "POST"])
@proof_required
def contact_order(request: SignedInRequest) -> HttpResponse:
    """Choose which channel is tried first."""
    form = FirstForm(request.POST, channels=channels_for([request.user])[request.user.pk])
    if request.method == "POST" and form.is_valid():
        set_channel_order(order=form.order(), by=request.user, now=timezone.now())
        messages.success(request, "Saved.")
    return _answer(request, first_form=form)


@cache_control(no_cache=True)
@require_safe
def push_worker(_request: object) -> HttpResponse:
    """The script that a browser keeps to show a note; at the root, under an address that never changes."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


def _answer(request: SignedInRequest, **forms: Any) -> HttpResponse:
    """The page with the errors of the form that was sent, or the page anew."""
    if request.method == "POST" and any(form.errors for form in forms.values()):
        return _page(request, status=422, **forms)
    return redirect("contact")


def _page(request: SignedInRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    wrong = next((form for form in forms.values() if form.errors), None)
    context = {**_ways(request.user), **forms, "form": wrong}
    kind = "patient" if request.user.is_patient else "staff"
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
