"""An invitation: printed for a patient, and taken up at home."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from monitoring import languages
from monitoring.onboarding.actions import (
    InvitationEndedError,
    accept_invitation,
    invite_patient,
    note_invitation_refused,
)
from monitoring.onboarding.forms import InvitePatientForm, WelcomeForm
from monitoring.onboarding.models import Invitation
from monitoring.onboarding.queries import invitation_of, invitation_standing, open_invitation
from monitoring.onboarding.rules import InvitationStanding
from monitoring.people.access import SignedInRequest, clinician_required, read_patient_or_404
from monitoring.people.doors import start_session
from monitoring.people.forms import posted
from monitoring.people.models import Patient, SignInMethod
from monitoring.people.views.proof import proof_required
from monitoring.preferences.queries import asked_language
from monitoring.rest.limits import put_off, refused_too_often
from monitoring.wording.queries import reader_of, speaking_to

WRONG_DATE = gettext_lazy("This date is not the one your clinic has. Check it and try again.")


@never_cache
@require_http_methods(["GET", "POST"])
@clinician_required
def invite(request: SignedInRequest, patient_id: UUID) -> HttpResponseBase:
    """Print an invitation. The sheet is the answer to the POST and stands nowhere else."""
    return _invite(request, read_patient_or_404(request.user, patient_id, what="invitation"))


@proof_required
def _invite(request: SignedInRequest, patient: Patient) -> HttpResponse:
    now = timezone.now()
    form = InvitePatientForm(posted(request), user=patient.user, initial={"email": patient.email})
    if request.method == "POST" and form.is_valid():
        try:
            told = {"email": "", **form.cleaned_data}
            made, token = invite_patient(patient=patient, by=request.user, now=now, **told)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _sheet(request, patient, made, token)
    context = {"patient": patient, "form": form, "open": open_invitation(patient, now)}
    template = "monitoring/onboarding/invite.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _sheet(request: SignedInRequest, patient: Patient, invitation: Invitation, token: str) -> HttpResponse:
    site = settings.SITE_URL.rstrip("/")
    address = f"{site}{reverse('welcome', args=[token])}"
    context = {
        "patient": patient, "clinic": patient.clinic, "email": invitation.user.email, "address": address,
        "site_address": site, "code": _code(address), "until": invitation.expires_at,
        "reader": reader_of(invitation.user),
    }  # fmt: skip
    return render(request, "monitoring/onboarding/sheet.html", context)


def _code(address: str) -> SafeString:
    """The address as a QR code: our own drawing of our own text, dark on white on any page."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, light="#ffffff", dark="#000000")
    return mark_safe(drawn)  # noqa: S308 - drawn from an address that we made


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation up: prove the birth date, choose a password, and be signed in. Looking uses nothing up."""
    now, invitation = timezone.now(), invitation_of(token)
    standing = None if invitation is None else invitation_standing(invitation, now)
    if invitation is None or standing is not InvitationStanding.OPEN:
        return _private(_refused(request, token, invitation, str(standing or "unknown"), now))
    with speaking_to(invitation.user, otherwise=asked_language(request)):
        form = WelcomeForm(posted(request), user=invitation.user)
        if request.method == "POST" and form.is_valid():
            return _private(_accept(request, token, invitation, form, now))
        return _private(_ask(request, invitation, form))


def _accept(request: HttpRequest, token: str, invitation: Invitation, form: WelcomeForm, now: datetime) -> HttpResponse:
    try:
        user = accept_invitation(invitation=invitation, now=now, **form.cleaned_data)
    except InvitationEndedError as ended:
        return _refused(request, token, invitation, str(ended.standing), now)
    except ValidationError as error:
        form.add_error("password", error)
        return _ask(request, invitation, form)
    if user is None:
        form.add_error("birth_date", str(WRONG_DATE))
        return _ask(request, invitation, form)
    start_session(request, user, method=SignInMethod.INVITATION, now=now)
    return redirect("home")


def _ask(request: HttpRequest, invitation: Invitation, form: WelcomeForm) -> HttpResponse:
    context = {"form": form, "address": _masked(invitation.user.email), "is_demo": invitation.patient.clinic.is_demo}
    template = "monitoring/onboarding/welcome.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _masked(email: str) -> str:
    """Enough of an address for its owner to know it by."""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def _refused(request: HttpRequest, token: str, invitation: Invitation | None, why: str, now: datetime) -> HttpResponse:
    """One page for every invitation that opens nothing."""
    template, context = "monitoring/onboarding/welcome_ended.html", {"numbers": settings.HELP_NUMBERS}
    if refused_too_often("invitation", address=request.META.get("REMOTE_ADDR", ""), token=token, now=now):
        return put_off(render(request, template, context), now)
    note_invitation_refused(invitation=invitation, why=why, now=now)
    return render(request, template, context, status=HTTPStatus.NOT_FOUND)


def _private(response: HttpResponse) -> HttpResponse:
    # The form proves where it comes from, for which a browser must name our site, though never this page.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = languages.current()
    return response
