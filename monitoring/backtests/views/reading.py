"""What is in force and what was; a proposal with its replay. An admin reads numbers and no patients."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from monitoring.audit.record import record, record_reads
from monitoring.backtests.export import csv_text
from monitoring.backtests.models import BacktestRun, Proposal, RunState
from monitoring.backtests.queries import (
    Results,
    differences,
    from_release,
    latest_run,
    lines_for,
    patients_changed,
    percent_of,
    proposal_seen_by,
    proposals_of,
    proposed,
    results_of,
    rules_in_words,
    version_lines,
)
from monitoring.backtests.svg import week_bars
from monitoring.backtests.views import readers_required
from monitoring.checkins.queries.protocols import thresholds_to_judge_by
from monitoring.checkins.rules import current_thresholds
from monitoring.people.access import SignedInRequest
from monitoring.people.models import User
from monitoring.protocols.queries import protocol_in_force

FOLDER = "monitoring/backtests"
PATIENTS_A_PAGE = 50
PROPOSALS_SHOWN = 20
LOOK_AGAIN_SECONDS = "5"


@require_safe
@readers_required
def protocols(request: SignedInRequest) -> HttpResponse:
    """What judges and asks the clinic's patients now, what is proposed, and every version before."""
    clinic, now = request.user.clinic, timezone.now()
    standing, released = protocol_in_force(clinic.pk, now), current_thresholds().version
    thresholds, as_approved = thresholds_to_judge_by(clinic.pk, now)
    context = {
        "rules": rules_in_words(thresholds),
        "as_approved": as_approved,
        "standing": standing,
        "released": released,
        "own": from_release(standing, based_on=standing.based_on or released),
        "behind": bool(standing.number and standing.based_on != released),
        "versions": version_lines(clinic, now),
        "proposals": proposals_of(clinic)[:PROPOSALS_SHOWN],
    }
    return render(request, f"{FOLDER}/protocols.html", context)


@require_safe
@readers_required
def proposal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One proposal: what it changes, how far its replay is, what that found."""
    found = proposal_or_404(request.user, pk)
    run = latest_run(found)
    context = {"proposal": found, "differences": _against_standing(found), **_shown(request, run)}
    response = render(request, f"{FOLDER}/proposal.html", context)
    if run is not None and run.is_live:
        response["Refresh"] = LOOK_AGAIN_SECONDS
    return response


@require_safe
@readers_required
def export(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The figures of a replay as CSV, without patients."""
    run = latest_run(proposal_or_404(request.user, pk))
    if run is None or run.state != RunState.DONE:
        raise Http404
    now = timezone.now()
    record(action="protocol.export", now=now, by=request.user, object_type="protocol_proposal", object_id=pk)
    response = HttpResponse(csv_text(results_of(run)), content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="replay-{now:%Y%m%dT%H%M%SZ}.csv"'
    return response


def proposal_or_404(user: User, pk: UUID) -> Proposal:
    """A proposal of the reader's clinic; of another it does not exist."""
    found = proposal_seen_by(user, pk)
    if found is None:
        raise Http404
    return found


def _against_standing(found: Proposal) -> object:
    """What a proposal changes of what counts now; of an approved or withdrawn one, of what counted when it was made."""
    at = timezone.now() if found.is_open else found.proposed_at
    return differences(protocol_in_force(found.clinic_id, at), proposed(found), based_on=found.based_on)


def _shown(request: SignedInRequest, run: BacktestRun | None) -> dict[str, object]:
    """The replay; once it is done its results, with the patients whom this reader may see, each noted as read."""
    if run is None or run.state != RunState.DONE:
        return {"run": run, "percent": None if run is None else percent_of(run)}
    page = Paginator(patients_changed(run, request.user), PATIENTS_A_PAGE).get_page(request.GET.get("page"))
    lines = lines_for(page)
    record_reads(patient_ids=[line.patient.pk for line in lines], what="backtest", by=request.user, now=timezone.now())
    results = results_of(run)
    others = results.changed + run.failed - page.paginator.count
    chart = _chart(results)
    return {
        "run": run, "percent": 100, "results": results, "lines": lines, "page_obj": page, "others": others,
        "chart": chart,
    }  # fmt: skip


def _chart(results: Results) -> object:
    weeks = [(f"{week.first.day} {week.first:%b}", week.now, week.proposed) for week in results.weeks]
    total = results.total
    title = f"Alerts by week: {total.now} in all now, {total.proposed} as proposed. The table below has each number."
    return week_bars(weeks, title=title)
