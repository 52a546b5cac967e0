"""Who is newly affected by a release: asked for, watched, cancelled and read. An admin reads numbers and no names."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from interactions.checking import current_release_version, versions
from monitoring.audit.record import record_reads
from monitoring.knowledge.actions import RefusedError, ask_preview, cancel_preview
from monitoring.knowledge.models import ReleaseRollout
from monitoring.knowledge.queries import (
    behind_count,
    latest_rollout,
    lines_for,
    patients_changed,
    results_of,
    rollout_seen_by,
)
from monitoring.knowledge.views import readers_required
from monitoring.people.access import SignedInRequest

PATIENTS_A_PAGE = 50


@require_http_methods(["GET", "POST"])
@readers_required
def affected(request: SignedInRequest, version: str) -> HttpResponse:
    """Whom a release newly affects in the reader's clinic; a POST asks for a preview."""
    if version not in versions():
        raise Http404
    if request.method == "POST":
        return _ask(request, version)
    clinic = request.user.clinic
    context = {
        "version": version,
        "in_force": version == current_release_version(),
        "current": current_release_version(),
        "behind": behind_count(clinic, version),
        **_shown(request, latest_rollout(clinic, version)),
    }
    return render(request, "monitoring/knowledge/affected.html", context)


@require_safe
@readers_required
def rollout(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One roll-out of the reader's clinic: how far it is and what it has changed."""
    found = _rollout(request, pk)
    return render(request, "monitoring/knowledge/rollout.html", _shown(request, found))


@require_http_methods(["GET", "POST"])
@readers_required
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop a preview; what it has found stays."""
    found = _rollout(request, pk)
    if request.method == "POST" and cancel_preview(rollout=found, by=request.user, now=timezone.now()):
        messages.success(request, pgettext("staff", "The preview was stopped. What it had found is kept."))
    return redirect("release_affected", found.to_version)


def _ask(request: SignedInRequest, version: str) -> HttpResponse:
    try:
        ask_preview(clinic=request.user.clinic, version=version, by=request.user, now=timezone.now())
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, pgettext("staff", "Asked for. It starts within ten seconds."))
    return redirect("release_affected", version)


def _rollout(request: SignedInRequest, pk: UUID) -> ReleaseRollout:
    found = rollout_seen_by(request.user, pk)
    if found is None:
        raise Http404
    return found


def _shown(request: SignedInRequest, found: ReleaseRollout | None) -> dict[str, object]:
    """The results with the patients whom this reader may see, each of them noted as read."""
    if found is None:
        return {"rollout": None}
    page = Paginator(patients_changed(found, request.user), PATIENTS_A_PAGE).get_page(request.GET.get("page"))
    lines = lines_for(found, page)
    record_reads(patient_ids=[line.patient.pk for line in lines], what="rollout", by=request.user, now=timezone.now())
    results = results_of(found)
    others = results.everybody - page.paginator.count
    return {"rollout": found, "results": results, "lines": lines, "page_obj": page, "others": others}
