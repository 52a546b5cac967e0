"""The API's alerts: the worklist, and the answers to one alert."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from monitoring.alerts.actions import AlertConflict, AlertRefused, close_alert, snooze_alert, take_alert
from monitoring.alerts.models import Alert
from monitoring.alerts.queries import Filters, policies_of, worklist
from monitoring.alerts.serializers import AlertOut, AlertQuery, CloseIn, PolicyOut, SnoozeIn, TakeIn, holder_of
from monitoring.audit.record import record_reads
from monitoring.people.access import get_visible_or_404
from monitoring.people.doors import ApiRequest
from monitoring.people.models import Role
from monitoring.rest.problems import conflict, fault, invalid
from monitoring.rest.views import ApiView, body_of, page_of, page_schema, query_of

NOTHING_LIKE_IT = "The alert cannot be answered like this."


class Alerts(ApiView):
    """The worklist."""

    roles: ClassVar = {"get": {Role.CLINICIAN}}

    @extend_schema(operation_id="alert_list", parameters=[AlertQuery], responses=page_schema("AlertPage", AlertOut))
    def get(self, request: ApiRequest) -> Response:
        """The alerts of one's patients, most pressing first; without a filter the open ones."""
        query, now = query_of(request, AlertQuery), timezone.now()
        filters = Filters(state=query["state"], owner=query["owner"], level=query["level"], text=query["q"])
        return page_of(
            request, worklist(request.user, filters, now), query, AlertOut,
            shown=lambda page: record_reads(
                patient_ids=[alert.patient_id for alert in page], what="worklist", by=request.user, now=now
            ),
        )  # fmt: skip


class AnswerView(ApiView):
    """An answer to one alert."""

    roles: ClassVar = {"post": {Role.CLINICIAN}}


class TakeAlert(AnswerView):
    @extend_schema(operation_id="alert_take", request=TakeIn, responses=AlertOut)
    def post(self, request: ApiRequest, pk: UUID) -> Response:
        """Take an alert: one answers for it from now on. Taking it twice is taking it once."""
        alert, given = get_visible_or_404(Alert, request.user, pk), body_of(request, TakeIn)
        return _answer(lambda: take_alert(alert=alert, by=request.user, now=timezone.now(), **given))


class SnoozeAlert(AnswerView):
    @extend_schema(operation_id="alert_snooze", request=SnoozeIn, responses=AlertOut)
    def post(self, request: ApiRequest, pk: UUID) -> Response:
        """Let an alert rest for a while, never an emergency."""
        alert, given = get_visible_or_404(Alert, request.user, pk), body_of(request, SnoozeIn)
        return _answer(lambda: snooze_alert(alert=alert, by=request.user, now=timezone.now(), **given))


class CloseAlert(AnswerView):
    @extend_schema(operation_id="alert_close", request=CloseIn, responses=AlertOut)
    def post(self, request: ApiRequest, pk: UUID) -> Response:
        """Close an alert with what came of it."""
        alert, given = get_visible_or_404(Alert, request.user, pk), body_of(request, CloseIn)
        return _answer(lambda: close_alert(alert=alert, by=request.user, now=timezone.now(), **given))


class EscalationPolicies(ApiView):
    """How alerts are passed on until somebody answers."""

    roles: ClassVar = {"get": {Role.CLINICIAN, Role.ADMIN}}

    @extend_schema(operation_id="escalation_policy_list", responses=PolicyOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        """The policy in force at one's clinic for each level, the worst level first."""
        return Response(PolicyOut(policies_of(request.user.clinic_id), many=True).data)


def _answer(act: Callable[[], Alert]) -> Response:
    """The alert as it stands after the answer; a broken rule is a 422, somebody who was first a 409."""
    try:
        return Response(AlertOut(act()).data)
    except AlertConflict as first:
        raise conflict(str(first), code="alert-held", **holder_of(first)) from None
    except AlertRefused as refused:
        raise invalid([fault(refused.field, refused.message)], detail=NOTHING_LIKE_IT) from None
