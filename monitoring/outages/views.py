"""Whether monitoring runs: in JSON for a machine that watches, and as a page for a clinic's admin."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from monitoring.operations.actions import beat
from monitoring.operations.queries import catching_up, latest_beats, monitoring_stalled, quarantined
from monitoring.operations.rules import NEVER
from monitoring.outages.queries import latest_gaps, oldest_unattended_emergency
from monitoring.people.access import SignedInRequest, admin_required

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the database takes a write and monitoring runs; else 503 with the reasons. It names no patient."""
    failing: dict[str, int] = {}
    try:
        now = timezone.now()
        beat(name="web", now=now)
        reasons, failing = [*_standing_still(now), *_unattended(now)], quarantined()
    except DatabaseError as error:
        logger.error("readyz: database cannot be written: %s", type(error).__name__)
        reasons = ["The database cannot be written."]
    answer = {"ready": not reasons, "reasons": reasons, "quarantined": failing}
    return JsonResponse(answer, status=503 if reasons else 200)


def _standing_still(now: datetime) -> list[str]:
    since = monitoring_stalled(now)
    if since is None:
        return []
    if since == NEVER:
        return ["A sweep that monitoring needs has never run."]
    return [f"A sweep that monitoring needs has not finished since {since:%Y-%m-%dT%H:%M:%SZ}."]


def _unattended(now: datetime) -> list[str]:
    since = oldest_unattended_emergency(now)
    return [f"An emergency alert has been waiting to be passed on since {since:%Y-%m-%dT%H:%M:%SZ}."] if since else []


@require_safe
@admin_required
def monitoring_page(request: SignedInRequest) -> HttpResponse:
    """When each sweep last finished, and the times in which nobody watched."""
    now = timezone.now()
    context = {
        "beats": latest_beats(now),
        "gaps": latest_gaps(request.user.clinic_id),
        "catching_up": catching_up(now),
        "quarantined": quarantined(),
    }
    return render(request, "monitoring/outages/monitoring.html", context)
