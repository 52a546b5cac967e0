"""Signing in and out, one's own password, and the way to one's first page."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.audit.doors import UNSENT, signed_in_required
from monitoring.people.access import SignedInRequest, any_role_required, proven_lately
from monitoring.people.actions import (
    change_own_password,
    end_sessions,
    move_session,
    note_failed_sign_in,
    note_sign_out,
    revoke_token,
)
from monitoring.people.doors import count_failed_try, note_session, too_many_tries
from monitoring.people.forms import NewPasswordForm, SignInForm, posted
from monitoring.people.known_browsers import HOUR, count_wrong_password, is_guessed, remember_browser
from monitoring.people.models import Role, SignInMethod
from monitoring.people.queries import open_sessions, screen_mark
from monitoring.rest.limits import put_off

# Paths, not names: they are the documented addresses of the site.
FIRST_PAGES = {Role.CLINICIAN: "/alerts/", Role.PATIENT: "/me/", Role.ADMIN: "/audit/", Role.CARER: "/care/?from=home"}


@require_safe
@any_role_required
def home(request: SignedInRequest) -> HttpResponse:
    """Send everybody to the page their day starts on."""
    return redirect(FIRST_PAGES[Role(request.user.role)])


@method_decorator([sensitive_post_parameters("password"), never_cache], name="dispatch")
class SignIn(LoginView):
    """Sign in. Each try is noted; a wrong one answers alike whatever was wrong."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if too_many_tries(request, now := timezone.now()):
            return put_off(render(request, "429.html", {"a_minute": True}), now)
        if is_guessed(request, request.POST.get("username", "").strip().lower(), now):
            return put_off(render(request, "429.html", {"an_hour": True}), now, seconds=HOUR)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.pop("site", None)  # Django's own name for the host would hide what the frame of the page reads
        context["unsent"] = UNSENT in self.request.GET or UNSENT in self.request.POST
        return context

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        with transaction.atomic():
            response = super().form_valid(form)
            note_session(self.request, form.get_user(), method=SignInMethod.PASSWORD, now=timezone.now())
        remember_browser(self.request, response, form.cleaned_data["username"])
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        # What is not an address may be a password typed into the wrong field: it is not kept.
        email, now = form.cleaned_data.get("username", ""), timezone.now()
        note_failed_sign_in(email=email, now=now)
        count_failed_try(self.request, now)
        count_wrong_password(self.request, email, now)
        response = super().form_invalid(form)
        response.status_code = 422
        return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and clear what this browser kept of it."""
    if request.user.is_authenticated:
        with transaction.atomic():
            note_sign_out(user=request.user, now=timezone.now())
            logout(request)
    response = redirect("signed_out")
    # Not "storage": it would take the script along that shows how to get help without a network. What a phone kept of
    # a patient is wiped by the page that follows.
    response["Clear-Site-Data"] = '"cache"'
    return response


@sensitive_post_parameters("present", "password")
@require_http_methods(["GET", "POST"])
@signed_in_required
def change_password(request: SignedInRequest) -> HttpResponse:
    """Choose one's own password; the first page for whoever was given one by somebody else."""
    now = timezone.now()
    form = NewPasswordForm(posted(request), request=request, proven=proven_lately(request, now))
    if form.is_valid() and _changed(request, form, now):
        return redirect("home")
    if form.has_error("present", "not_yours"):
        note_failed_sign_in(email=request.user.email, now=now)
    template = "monitoring/people/change_password.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


def _changed(request: SignedInRequest, form: NewPasswordForm, now: datetime) -> bool:
    """Change it, and sign out everywhere else; False, with what is wrong at its field, when it cannot be."""
    try:
        user = change_own_password(user=request.user, password=form.cleaned_data["password"], now=now)
    except ValidationError as error:
        form.add_error("password", error)
        return False
    before = request.session.session_key or ""
    update_session_auth_hash(request, user)
    move_session(before=before, after=request.session.session_key or "")
    end_sessions(user=user, by=user, but=request.session.session_key or "", now=now)
    return True


@require_safe
@any_role_required
def session_list(request: SignedInRequest) -> HttpResponse:
    """Where the signed-in person is signed in, with a way to sign out there."""
    here = request.session.session_key
    found = open_sessions(request.user, timezone.now())
    context = {"sessions": [(one, one.session_key == here) for one in found], "elsewhere": len(found) > 1}
    return render(request, "monitoring/people/sessions.html", context)


@require_POST
@any_role_required
def sessions_end(request: SignedInRequest) -> HttpResponse:
    """Sign out in the one place that is named, or everywhere else, programs included. Twice does no harm."""
    now, user, here = timezone.now(), request.user, request.session.session_key or ""
    named = request.POST.get("session", "")
    if named:
        one = next((one for one in open_sessions(user, now) if str(one.pk) == named and one.session_key != here), None)
        if one is not None and end_sessions(user=user, by=user, only=one, now=now):
            messages.success(request, _("Done. You are signed out there."))
        return redirect("sessions")
    end_sessions(user=user, by=user, but=here, now=now)
    revoke_token(user=user, now=now)
    messages.success(request, _("Done. You are signed out everywhere else."))
    return redirect("sessions")


@never_cache
@require_http_methods(["GET", "POST"])
def session_left(request: SignedInRequest) -> HttpResponse:
    """How long this session lasts: a page that stands open asks before it warns, or tells that somebody is there.

    Asking renews nothing, a POST does. `who` says whether it is still the same person, `token` proves the forms that
    have stood open over a new sign-in.
    """
    request.renews_session = request.method == "POST"
    who = screen_mark(request.user)
    ends = Session.objects.filter(session_key=request.session.session_key or "", expire_date__gt=timezone.now())
    end = ends.values_list("expire_date", flat=True).first() if who else None
    left = 0 if end is None else int((end - timezone.now()).total_seconds())
    if request.renews_session and who:
        left = request.session.get_expiry_age()
    return JsonResponse({"left": left, "who": who, "token": get_token(request) if who else ""})
