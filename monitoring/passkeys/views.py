"""Signing in with a passkey, and the page on which a person keeps their own."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.audit.doors import UNSENT
from monitoring.passkeys.actions import (
    SignInRefusedError,
    add_passkey,
    remove_passkey,
    rename_passkey,
    use_passkey,
)
from monitoring.passkeys.forms import AnswerForm, NameForm, NewPasskeyForm
from monitoring.passkeys.models import Passkey
from monitoring.passkeys.queries import passkeys_of
from monitoring.passkeys.rules import CHALLENGE_LIFE, is_relying_party
from monitoring.passkeys.verification import Site, decoded, encoded, options_to_add, options_to_sign_in
from monitoring.people.access import SignedInRequest, any_role_required, proven_lately
from monitoring.people.actions import note_failed_sign_in
from monitoring.people.doors import count_failed_try, start_session, too_many_tries
from monitoring.people.forms import SignInForm
from monitoring.people.known_browsers import remember_browser
from monitoring.people.models import SignInMethod
from monitoring.people.rules import browser_label
from monitoring.people.views.proof import proof_required
from monitoring.rest.limits import put_off

ASKED: Final = "passkey"
ADD, SIGN_IN = "add", "sign_in"
# One answer for an unknown passkey, a wrong signature, a lost question and an account that is switched off.
REFUSED: Final = "That did not work. Try again, or use your password."


@require_POST
@never_cache
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """What a browser is asked so that somebody signs in; the question is kept with the session and counts once."""
    if too_many_tries(request, now := timezone.now()):
        return put_off(HttpResponse(), now)
    options, challenge = options_to_sign_in(site=_site(request))
    _ask(request, SIGN_IN, challenge)
    return HttpResponse(options, content_type="application/json")


@sensitive_post_parameters("answer")
@require_http_methods(["GET", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with what a passkey signed; every failure looks the same, and leaves a line."""
    if request.method != "POST":
        return redirect("login")
    now, form = timezone.now(), AnswerForm(request.POST)
    if too_many_tries(request, now):
        return put_off(render(request, "429.html", {"a_minute": True}), now)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    try:
        challenge = _asked(request, SIGN_IN, now)
        user = use_passkey(answer=answer, challenge=challenge, site=_site(request), now=now)
    except SignInRefusedError as error:
        return _refuse(request, error, now)
    start_session(request, user, method=SignInMethod.PASSKEY, now=now)
    response = redirect(_page_after(request, form.cleaned_data.get("next", "")))
    remember_browser(request, response, user.email.lower())
    return response


@require_safe
@any_role_required
def passkey_list(request: SignedInRequest) -> HttpResponse:
    """One's own passkeys."""
    return _list(request)


@require_http_methods(["GET", "POST"])
@any_role_required
@proof_required
def passkey_new(request: SignedInRequest) -> HttpResponse:
    """Make a passkey: first one's password, then the device's own question, then the answer is kept."""
    if request.method != "POST":
        return _new_page(request) if proven_lately(request, timezone.now()) else _back()
    if "answer" not in request.POST:
        return redirect("passkey_new")  # the password was typed: now the device is asked
    if problem := _keep_answer(request, timezone.now()):
        return _new_page(request, problem)
    messages.success(request, _("Done. You can sign in with this passkey now."))
    return _back()


def _keep_answer(request: SignedInRequest, now: datetime) -> str:
    """Keep the passkey that the browser has made; what was wrong, in words, when it is refused."""
    name, form = browser_label(request.headers.get("User-Agent", "")), NewPasskeyForm(request.POST)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    try:
        challenge = _asked(request, ADD, now)
        add_passkey(answer=answer, challenge=challenge, site=_site(request), name=name, by=request.user, now=now)
    except SignInRefusedError:
        return _("That took too long. Try again.")
    except ValidationError as error:
        return str(error.messages[0])
    return ""


def _new_page(request: SignedInRequest, *errors: str) -> HttpResponse:
    context = {"page_errors": errors, "page_invalid": bool(errors)}
    return render(request, "monitoring/passkeys/new.html", context, status=422 if errors else 200)


@require_POST
@any_role_required
@never_cache
def passkey_options(request: SignedInRequest) -> HttpResponse:
    """What a browser is asked so that it makes a passkey; only for whoever proved lately who they are."""
    if not proven_lately(request, timezone.now()):
        return HttpResponse(status=403)
    user, known = request.user, [bytes(one.credential_id) for one in passkeys_of(request.user)]
    options, challenge = options_to_add(
        site=_site(request), user_id=user.pk, email=user.email, name=user.name, known=known
    )
    _ask(request, ADD, challenge)
    return HttpResponse(options, content_type="application/json")


@require_http_methods(["GET", "POST"])
@any_role_required
def passkey_rename(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Give a passkey another name."""
    return _rename(request, get_object_or_404(Passkey, pk=pk, user=request.user))


@proof_required
def _rename(request: SignedInRequest, passkey: Passkey) -> HttpResponse:
    if request.method != "POST":
        return _back()
    form = NameForm(request.POST)
    if not form.is_valid():
        return _list(request, form=form, wrong=passkey, status=422)
    rename_passkey(passkey=passkey, name=form.cleaned_data["name"], by=request.user, now=timezone.now())
    messages.success(request, _("Saved."))
    return _back()


@require_http_methods(["GET", "POST"])
@any_role_required
def passkey_remove(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Forget a passkey, at once."""
    return _remove(request, get_object_or_404(Passkey, pk=pk, user=request.user))


@proof_required
def _remove(request: SignedInRequest, passkey: Passkey) -> HttpResponse:
    if request.method == "POST" and remove_passkey(passkey=passkey, by=request.user, now=timezone.now()):
        messages.success(request, _("Done. This passkey opens nothing now."))
    return _back()


def _list(request: SignedInRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "passkeys": passkeys_of(request.user), "possible": is_relying_party(_site(request).host),
        "form": None, **more,
    }  # fmt: skip
    return render(request, "monitoring/passkeys/list.html", context, status=status)


def _back() -> HttpResponse:
    return redirect("passkeys")


def _site(request: HttpRequest) -> Site:
    """The site as the settings allow it to be called: `get_host` refuses every other host."""
    host = request.get_host()
    name, _colon, port = host.rpartition(":")
    return Site(host=name if port.isdigit() and name else host, origin=f"{request.scheme}://{host}")


def _ask(request: HttpRequest, purpose: str, challenge: bytes) -> None:
    """Keep a question with the session, in place of any earlier one."""
    request.session[ASKED] = {"for": purpose, "challenge": encoded(challenge), "at": timezone.now().timestamp()}


def _asked(request: HttpRequest, purpose: str, now: datetime) -> bytes:
    """The question that was asked in this session for this purpose, within 5 minutes and answered for the first time.

    Whatever comes of it, it is gone now. SignInRefusedError for every other.
    """
    kept = request.session.pop(ASKED, None)
    if not isinstance(kept, dict) or kept.get("for") != purpose:
        raise SignInRefusedError("no question")
    if not 0 <= now.timestamp() - kept["at"] <= CHALLENGE_LIFE.total_seconds():
        raise SignInRefusedError("question too old")
    return decoded(kept["challenge"])


def _refuse(request: HttpRequest, error: SignInRefusedError, now: datetime) -> HttpResponse:
    note_failed_sign_in(email=error.email, now=now, method=SignInMethod.PASSKEY, reason=error.reason)
    count_failed_try(request, now)
    # Counted with the wrong passwords of this account from this address, too.
    user_login_failed.send(sender=__name__, credentials={"username": error.email or ASKED}, request=request)
    context = {
        "form": SignInForm(request), "page_errors": [_(REFUSED)], "page_invalid": True,
        "next": _page_after(request, request.POST.get("next", "")), "unsent": UNSENT in request.POST,
    }  # fmt: skip
    return render(request, "registration/login.html", context, status=422)


def _page_after(request: HttpRequest, wanted: str) -> str:
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
