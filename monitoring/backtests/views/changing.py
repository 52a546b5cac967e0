"""Deeds about a proposal: made, replayed, stopped, approved by a second clinician, withdrawn."""

from http import HTTPStatus
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from monitoring.backtests.actions import (
    FaultsError,
    RefusedError,
    StaleError,
    approve_proposal,
    ask_replay,
    cancel_replay,
    propose,
    withdraw_proposal,
)
from monitoring.backtests.forms import ApprovalForm, ProposalForm, WithdrawalForm
from monitoring.backtests.models import Proposal
from monitoring.backtests.queries import as_protocol, differences, latest_run, proposed, results_of
from monitoring.backtests.views.reading import FOLDER, proposal_or_404
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.forms import posted
from monitoring.people.models import Clinic
from monitoring.protocols.queries import protocol_in_force, versions_of
from monitoring.protocols.rules import AS_RELEASED, Protocol

RELEASE = "release"
PROPOSED = pgettext_lazy(
    "staff", "Proposed. The last 90 days are being replayed; nothing changes until it is approved."
)


@require_http_methods(["GET", "POST"])
@clinician_required
def propose_change(request: SignedInRequest) -> HttpResponse:
    """Propose a change, starting from what is in force, from an earlier version, or from the release."""
    now = timezone.now()
    start = _start(request.user.clinic, request.GET.get("from", ""))
    form = ProposalForm(posted(request), start=start or protocol_in_force(request.user.clinic_id, now))
    made = _propose(request, form) if form.is_valid() else None
    if made is not None:
        return redirect("protocol_proposal", made.pk)
    context = {"form": form, "start": start, "start_name": request.GET.get("from", "")}
    return render(request, f"{FOLDER}/propose.html", context, status=422 if form.errors else 200)


def _start(clinic: Clinic, name: str) -> Protocol | None:
    """The version named in the address; None for what is in force."""
    if not name:
        return None
    if name == RELEASE:
        return AS_RELEASED
    version = versions_of(clinic).filter(number=int(name)).first() if name.isdecimal() and len(name) <= 6 else None
    if version is None:
        raise Http404
    return as_protocol(version)


def _propose(request: SignedInRequest, form: ProposalForm) -> Proposal | None:
    now = timezone.now()
    try:
        made = propose(
            clinic=request.user.clinic, thresholds=form.thresholds(), cadence=form.cadence(),
            reason=form.cleaned_data["reason"], by=request.user, now=now,
        )  # fmt: skip
        ask_replay(proposal=made, by=request.user, now=now)
    except FaultsError as error:
        form.add_faults(error.faults)
        return None
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, PROPOSED)
    return made


@require_POST
@clinician_required
def replay(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Have the last 90 days replayed again."""
    found = proposal_or_404(request.user, pk)
    try:
        ask_replay(proposal=found, by=request.user, now=timezone.now())
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, pgettext("staff", "Asked for. It starts within ten seconds."))
    return redirect("protocol_proposal", pk)


@require_POST
@clinician_required
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop the replay that is at work."""
    run = latest_run(proposal_or_404(request.user, pk))
    if run is not None and cancel_replay(run=run, by=request.user, now=timezone.now()):
        messages.success(request, pgettext("staff", "The replay was stopped. Nothing was changed by it."))
    return redirect("protocol_proposal", pk)


@require_http_methods(["GET", "POST"])
@clinician_required
def approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A second clinician lets a proposal come into force; 409 when something else was decided meanwhile."""
    found, clinic, now = proposal_or_404(request.user, pk), request.user.clinic, timezone.now()
    run, zone = latest_run(found), ZoneInfo(clinic.time_zone)
    initial = {"run": run.pk if run else None, "start": "now"}
    form = ApprovalForm(posted(request), today=now.astimezone(zone).date(), zone=zone, initial=initial)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if form.is_valid():
        status = _approve(request, found, form)
        if status == HTTPStatus.OK:
            return redirect("protocols")
    standing = protocol_in_force(clinic.pk, now)
    changed = differences(standing, proposed(found), based_on=found.based_on)
    results = results_of(run) if run is not None and run.summary else None
    context = {"form": form, "proposal": found, "differences": changed, "results": results}
    return render(request, f"{FOLDER}/approve.html", context, status=status)


def _approve(request: SignedInRequest, found: Proposal, form: ApprovalForm) -> HTTPStatus:
    try:
        version = approve_proposal(
            proposal=found, run_id=form.cleaned_data["run"], approval_note=form.cleaned_data["note"],
            in_force_from=form.in_force_from(), by=request.user, now=timezone.now(),
        )  # fmt: skip
    except StaleError as refusal:
        form.add_error(None, str(refusal))
        return HTTPStatus.CONFLICT
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return HTTPStatus.UNPROCESSABLE_ENTITY
    messages.success(
        request, pgettext("staff", "Approved: version %(number)s of your clinic.") % {"number": version.number}
    )
    return HTTPStatus.OK


@require_http_methods(["GET", "POST"])
@clinician_required
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a proposal back, with a reason."""
    found = proposal_or_404(request.user, pk)
    form = WithdrawalForm(posted(request))
    if form.is_valid() and _withdraw(request, form, found):
        return redirect("protocols")
    context = {"form": form, "proposal": found}
    return render(request, f"{FOLDER}/withdraw.html", context, status=422 if form.errors else 200)


def _withdraw(request: SignedInRequest, form: WithdrawalForm, found: Proposal) -> bool:
    try:
        withdraw_proposal(proposal=found, by=request.user, now=timezone.now(), **form.cleaned_data)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, pgettext("staff", "Withdrawn. Nothing was changed by it."))
    return True
