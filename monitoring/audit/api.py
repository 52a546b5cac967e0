"""The API's audit log, for admins. Looking at the log is itself in the log."""

from datetime import UTC, date
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.audit.queries import USUAL_SPAN, Search, find
from monitoring.audit.record import record
from monitoring.audit.serializers import EventOut, EventPage, EventQuery
from monitoring.rest.problems import fault, invalid
from monitoring.rest.views import ApiView, address_with, query_of


class Reader(Request):
    """A request that has passed the door."""

    user: Any


class AuditEvents(ApiView):
    """The log."""

    roles: ClassVar = {"get": {"admin"}}

    @extend_schema(operation_id="audit_event_list", parameters=[EventQuery], responses=EventPage)
    def get(self, request: Reader) -> Response:
        """The events that answer the question, newest first; without a first day, those of three months."""
        query, now = query_of(request, EventQuery), timezone.now()
        search = _search(query, now.astimezone(UTC).date())
        found = find(request.user, search)
        if query["before"]:
            found = found.filter(pk__lt=query["before"])
        size = query["page_size"]
        events = list(found[: size + 1])
        record(action="audit.search", now=now, by=request.user, patient_id=search.patient, detail=search.as_detail())
        older = address_with(request, before=events[size - 1].pk) if len(events) > size else None
        return Response({"next": older, "results": EventOut(events[:size], many=True).data})


def _search(query: dict[str, Any], today: date) -> Search:
    since, until = query["from"], query["until"]
    if since and until and until < since:
        raise invalid([fault("until", "The last day cannot be before the first.")])
    return Search(
        actor=query["actor"],
        action=query["action"],
        patient=query["patient"],
        since=since or (until or today) - USUAL_SPAN,
        until=until,
    )
