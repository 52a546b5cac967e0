"""The API's check-ins: the occasions of a patient, and the report for one."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from monitoring.checkins.actions import (
    CheckInNotOpen,
    SubmissionConflict,
    keep_readable_answers,
    submit_check_in,
)
from monitoring.checkins.models import AnsweredBy, CheckIn, SymptomReport
from monitoring.checkins.queries import occasions
from monitoring.checkins.rules import InputError, PhoneCall
from monitoring.checkins.serializers import (
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
from monitoring.people.models import Role, User
from monitoring.rest.fields import Instant
from monitoring.rest.keys import KEY, key_reused
from monitoring.rest.problems import conflict, fault, invalid
from monitoring.rest.views import ApiView, body_of, page_of, page_schema, query_of

STAFF_ONLY = "Only staff who took the answers by phone give this."


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
        """Send the answers. 201 the first time, 200 when they had already arrived.

        Of faulty answers those that can be read are kept with the occasion. After its window a report is kept as
        an extra one: `late_for` names the occasion, which stays missed.
        """
        check_in, now, by = get_visible_or_404(CheckIn, request.user, check_in_id), timezone.now(), request.user
        key, given = submission_key(request.headers, check_in.pk), body_of(request, ReportIn)
        given["phone"] = _call(given, by, now)
        try:
            report = submit_check_in(
                patient=check_in.patient, check_in=check_in, submission_key=key, by=by, now=now, **given
            )
        except InputError as refused:
            raise _faulty(refused, check_in, given["answers"], by, now) from None
        except SubmissionConflict:
            raise key_reused("other answers") from None
        except CheckInNotOpen as early:
            raise conflict(str(early), opens_at=Instant().to_representation(early.opens_at)) from None
        hint_delivery(report.level)
        return _receipt(report, now)


def _call(given: dict[str, Any], by: User, now: datetime) -> PhoneCall | None:
    """The call that staff took, its fields taken out of what was given; a patient has none, and may not name one."""
    taken_at, answered_by = given.pop("taken_at"), given.pop("answered_by")
    if by.is_clinician:
        return PhoneCall(taken_at or now, answered_by == AnsweredBy.CARER)
    named = {"taken_at": taken_at, "answered_by": answered_by if answered_by != AnsweredBy.PATIENT else None}
    if faults := [fault(name, STAFF_ONLY) for name, value in named.items() if value is not None]:
        raise invalid(faults)
    return None


def _faulty(refused: InputError, check_in: CheckIn, answers: object, by: User, now: datetime) -> Exception:
    """What names every fault; the answers that can be read are kept with the occasion first."""
    keep_readable_answers(check_in=check_in, answers=answers, by=by, now=now)
    return invalid(fault(each.path, each.message) for each in refused.faults)


def _receipt(report: SymptomReport, now: datetime) -> Response:
    """The receipt; 201 for a report that this request made."""
    code = status.HTTP_201_CREATED if (report.entered_at or report.submitted_at) == now else status.HTTP_200_OK
    return Response(ReceiptOut(report, context={"now": now}).data, status=code)
