"""The API's check-ins: the occasions of a patient, and the report for one."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.response import Response

from monitoring.checkins.actions import CheckInNotOpen, SubmissionConflict, submit_check_in
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.checkins.queries import occasions
from monitoring.checkins.rules import InputError
from monitoring.checkins.serializers import (
    KEY_HEADER,
    CheckInOut,
    CheckInQuery,
    JudgedCheckIn,
    ReceiptOut,
    ReportIn,
    submission_key,
)
from monitoring.hints import hint_delivery
from monitoring.people.access import get_visible_or_404, read_patient_or_404
from monitoring.people.doors import ApiRequest
from monitoring.people.models import Role
from monitoring.rest.fields import Instant
from monitoring.rest.problems import conflict, fault, invalid
from monitoring.rest.views import ApiView, body_of, page_of, page_schema, query_of

KEY_REUSED = "This key was used for other answers. Nothing was saved."
KEY = OpenApiParameter(
    KEY_HEADER, str, OpenApiParameter.HEADER,
    description="The same key with the same answers gives the first answer again; with others it is refused.",
)  # fmt: skip


class CheckIns(ApiView):
    """The occasions of a patient."""

    roles: ClassVar = {"get": {Role.CLINICIAN, Role.PATIENT}}

    @extend_schema(
        operation_id="check_in_list", parameters=[CheckInQuery], responses=page_schema("CheckInPage", JudgedCheckIn)
    )
    def get(self, request: ApiRequest, patient_id: UUID) -> Response:
        """Past, open and planned check-ins, newest first. A patient sees no `reasons` and no `threshold_version`."""
        query = query_of(request, CheckInQuery)
        patient = read_patient_or_404(request.user, patient_id, what="check_ins")
        kind = JudgedCheckIn if request.user.is_clinician else CheckInOut
        return page_of(request, occasions(patient, state=query["state"]), query, kind)


class Report(ApiView):
    """The report for one occasion."""

    roles: ClassVar = {"post": {Role.CLINICIAN, Role.PATIENT}}

    @extend_schema(
        operation_id="check_in_report", parameters=[KEY], request=ReportIn,
        responses={201: ReceiptOut, 200: ReceiptOut},
    )  # fmt: skip
    def post(self, request: ApiRequest, check_in_id: UUID) -> Response:
        """Send the answers. 201 the first time, 200 when they had already arrived."""
        check_in, now = get_visible_or_404(CheckIn, request.user, check_in_id), timezone.now()
        key, given = submission_key(request.headers, check_in.pk), body_of(request, ReportIn)
        try:
            report = submit_check_in(
                patient=check_in.patient, check_in=check_in, submission_key=key, by=request.user, now=now, **given
            )
        except InputError as refused:
            raise invalid(fault(each.path, each.message) for each in refused.faults) from None
        except SubmissionConflict:
            raise invalid([fault(KEY_HEADER, KEY_REUSED)], code="key-reused", detail=KEY_REUSED) from None
        except CheckInNotOpen as early:
            raise conflict(str(early), opens_at=Instant().to_representation(early.opens_at)) from None
        hint_delivery(report.level)
        return _receipt(report, now)


def _receipt(report: SymptomReport, now: datetime) -> Response:
    """The receipt; 201 for a report that this request made."""
    code = status.HTTP_201_CREATED if report.submitted_at == now else status.HTTP_200_OK
    return Response(ReceiptOut(report, context={"now": now}).data, status=code)
