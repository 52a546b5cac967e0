"""Screens regimens that are sent, and keeps nothing of them."""

from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from interactions.checking.answering import as_json
from interactions.checking.documents import Case, read_case, screen_case
from interactions.checking.strict_json import DocumentError
from monitoring.checkins.rules.documents import judge_check_in
from monitoring.people.doors import ApiRequest
from monitoring.people.middleware import zone_for
from monitoring.people.models import Role
from monitoring.regimens.api.documents import DOCUMENT, MOST_DOCUMENTS, MOST_MEDICINES, SCREENING, one_or_many
from monitoring.rest.problems import fault, invalid
from monitoring.rest.throttles import ScopedThrottle
from monitoring.rest.views import ApiView


class Screenings(ApiView):
    """The checker, for a regimen that is nobody's here."""

    roles: ClassVar = {"post": {Role.CLINICIAN}}
    throttle_classes = [ScopedThrottle]
    throttle_scope = "screenings"

    @extend_schema(
        operation_id="screening_create", request={"application/json": one_or_many(DOCUMENT)},
        responses={200: OpenApiResponse(response=one_or_many(SCREENING))},
    )  # fmt: skip
    def post(self, request: ApiRequest) -> Response:
        """Screen one document or up to 100 in an array, as the command screen_regimen does. Nothing is stored."""
        today = timezone.now().astimezone(zone_for(request.user)).date()
        if not isinstance(request.data, list):
            return Response(_screened(_read([request.data], today, single=True))[0])
        return Response(_screened(_read(request.data, today)))


def _read(documents: list[Any], today: date, *, single: bool = False) -> list[Case]:
    """Every document, read; a 422 that names the first fault of each that is malformed."""
    if len(documents) > MOST_DOCUMENTS:
        raise invalid([fault("", f"At most {MOST_DOCUMENTS} documents are screened at once.")])
    cases, faults = [], []
    for place, document in enumerate(documents):
        path = "" if single else f"[{place}]"
        try:
            _not_too_long(document, path)
            cases.append(read_case(document, today=today, path=path))
        except DocumentError as error:
            faults.append(fault(error.path, error.problem))
    if faults:
        raise invalid(faults)
    return cases


def _not_too_long(document: Any, path: str) -> None:
    lines = document.get("regimen") if isinstance(document, dict) else None
    if isinstance(lines, list) and len(lines) > MOST_MEDICINES:
        raise DocumentError(f"{path}.regimen".removeprefix("."), f"has more than {MOST_MEDICINES} medicines")


def _screened(cases: list[Case]) -> list[dict[str, Any]]:
    """The answers to the documents; a check-in that cannot be read is a 422 as well."""
    answers, faults = [], []
    for case in cases:
        try:
            screening, check_in = screen_case(case, judge_check_in)
            answers.append(as_json(case, screening, check_in))
        except DocumentError as error:
            faults.append(fault(error.path, error.problem))
    if faults:
        raise invalid(faults)
    return answers
