"""The report on answers to interactions, for programs of a clinic's own staff."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from monitoring.audit.record import record
from monitoring.people.doors import ApiRequest
from monitoring.people.models import Role
from monitoring.reports.forms import PeriodForm
from monitoring.reports.queries import figures_for
from monitoring.reports.serializers import FiguresOut, PeriodQuery
from monitoring.rest.problems import fault, invalid
from monitoring.rest.views import ApiView, query_of


class OverrideReport(ApiView):
    """How interactions were answered in the clinic, and what came after."""

    roles: ClassVar = {"get": {Role.CLINICIAN, Role.ADMIN}}

    @extend_schema(operation_id="override_report", parameters=[PeriodQuery], responses=FiguresOut)
    def get(self, request: ApiRequest) -> Response:
        """The figures of the page /reports/overrides/: counts only, of the whole clinic."""
        query, now = query_of(request, PeriodQuery), timezone.now()
        zone = ZoneInfo(request.user.clinic.time_zone)
        form = PeriodForm(query, today=now.astimezone(zone).date(), zone=zone)
        if not form.is_valid():
            raise invalid(fault(name, str(error)) for name, errors in form.errors.items() for error in errors)
        figures = figures_for(request.user, form.period(), now=now)
        record(action="report.read", now=now, by=request.user, object_type="report", object_id="overrides")
        return Response(FiguresOut(figures).data)
