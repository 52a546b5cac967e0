"""The carer's own pages: whom they help, choosing one, stopping, and taking an invitation up."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.audit.record import record_reads
from monitoring.people.access import SignedInRequest, carer_required, help_patient, helping
from monitoring.people.actions import (
    accept_invitation,
    note_carer_refused,
    note_wrong_address,
    open_carer_account,
    withdraw_consent,
)
from monitoring.people.doors import start_session
from monitoring.people.forms import CarerAccountForm, posted
from monitoring.people.models import SignInMethod
from monitoring.people.queries import consents_of_carer, invitation_of
from monitoring.rest.limits import put_off, refused_too_often


@require_safe
@carer_required
def care(request: SignedInRequest) -> HttpResponse:
    """Whom this carer helps. Straight on with the only one, for whoever comes from signing in."""
    consents = list(consents_of_carer(request.user, timezone.now()))
    if len(consents) == 1 and "from" in request.GET:
        return redirect("my_plan")
    record_reads(
        patient_ids=[one.patient_id for one in consents], what="people I help", by=request.user, now=timezone.now()
    )
    return render(request, "monitoring/people/care.html", {"consents": consents, "now_helping": helping(request)})


@require_POST
@carer_required
def care_choose(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Act for this patient from now on; the patient pages are theirs."""
    consent = get_object_or_404(consents_of_carer(request.user, timezone.now()), pk=pk)
    help_patient(request, consent)
    return redirect("my_plan")


@require_POST
@carer_required
def care_stop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Help this patient no more: the carer's own end of the consent."""
    consent = get_object_or_404(consents_of_carer(request.user, timezone.now()), pk=pk)
    withdraw_consent(consent=consent, by=request.user, now=timezone.now(), reason="the carer stopped")
    messages.success(request, _("Done. You do not help %(name)s any more.") % {"name": consent.patient.given_names})
    return redirect("care")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation up. A GET changes nothing; expired, used, taken back and made up look the same."""
    return _private(_welcome(request, token))


def _welcome(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    invitation = invitation_of(token, now)
    if invitation is None:
        return _gone(request, token, now)
    if request.user.is_authenticated:
        return _welcome_back(request, token)
    form = CarerAccountForm(posted(request), invitation=invitation)
    if form.is_valid() and _open_account(request, form, token):
        return redirect("my_plan")
    if form.wrong_address:
        note_wrong_address(invitation=invitation, now=now)
    context = {"form": form, "clinic": invitation.patient.clinic}
    return render(request, "monitoring/people/carer_welcome.html", context, status=422 if form.errors else 200)


def _gone(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    page = render(request, "monitoring/people/carer_link_gone.html", status=404)
    if refused_too_often("carer", address=request.META.get("REMOTE_ADDR", ""), token=token, now=now):
        return put_off(page, now)
    note_carer_refused(now=now)
    return page


def _private(response: HttpResponse) -> HttpResponse:
    # As with an invitation of a patient: the form proves where it comes from, and no page tells this address on.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _open_account(request: HttpRequest, form: CarerAccountForm, token: str) -> bool:
    """Make the account, say yes and sign in; False with the form's errors filled in when that cannot be."""
    now = timezone.now()
    try:
        user = open_carer_account(token=token, password=form.cleaned_data["password"], now=now)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    start_session(request, user, method=SignInMethod.INVITATION, now=now)
    return True


def _welcome_back(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who is signed in opened the link: the invited carer says yes with one tap, others are told why not."""
    refused = False
    if request.method == "POST":
        try:
            consent = accept_invitation(token=token, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except (PermissionDenied, ValidationError):
            refused = True
        else:
            help_patient(request, consent)
            return redirect("my_plan")
    context = {"refused": refused}
    return render(request, "monitoring/people/carer_accept.html", context, status=403 if refused else 200)
