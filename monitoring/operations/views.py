"""For machines that watch this one: is the process alive, and can it do its work?"""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from monitoring.operations.actions import beat
from monitoring.operations.queries import monitoring_stalled, quarantined
from monitoring.operations.rules import NEVER

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers; it says nothing about the database or the sweeps."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the database takes a write and the sweeps run; else 503 with the reasons. It names no patient."""
    failing: dict[str, int] = {}
    try:
        now = timezone.now()
        beat(name="web", now=now)
        reasons, failing = _standing_still(now), quarantined()
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
