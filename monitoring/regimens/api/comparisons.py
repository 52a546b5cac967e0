"""Compares a regimen with what it would be after some changes, and keeps nothing of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from interactions.checking import Entry, PatientContext
from interactions.checking.alternatives import alternative_with, weigh
from interactions.checking.answering import medicine_as_json
from interactions.checking.documents import Case, read_case
from interactions.checking.strict_json import DocumentError
from interactions.checking.what_if import Column, Comparison, compare
from interactions.checking.wishes import Given, OptionError, ReadOption, given_of, read_option
from monitoring.checkins.rules.documents import judge_check_in
from monitoring.people.access import read_patient_or_404
from monitoring.people.doors import ApiRequest
from monitoring.people.middleware import zone_for
from monitoring.people.models import Role
from monitoring.regimens.api.choices import (
    ChoicesIn,
    LineChangeIn,
    StoredChangeIn,
    StoredChoicesIn,
    field_of,
    label_of,
    wish_of,
)
from monitoring.regimens.api.compared import COMPARED, COMPARISON
from monitoring.regimens.api.documents import MOST_MEDICINES
from monitoring.regimens.queries.comparing import compare_with, taken_by
from monitoring.rest.problems import Problem, fault, invalid
from monitoring.rest.throttles import ScopedThrottle
from monitoring.rest.views import ApiView, body_of

COULD_NOT_CHECK: Final = "The interaction check failed. Nothing may be concluded; check the medicines by hand."
Options = Sequence[Mapping[str, Any]]


class _Comparing(ApiView):
    roles: ClassVar = {"post": {Role.CLINICIAN}}
    throttle_classes = [ScopedThrottle]
    throttle_scope = "screenings"

    def answer(self, comparison: Comparison, read: Sequence[ReadOption], context: PatientContext) -> dict[str, Any]:
        """The comparison, with what each option's words were understood as and what its medicines bring along."""
        body = comparison.as_dict()
        sides = zip(body["options"], read, comparison.options, strict=True)  # type: ignore[call-overload]
        for shown, option, column in sides:
            entries = [each.entry for each in option.reads if each.entry is not None]
            shown["medicines"] = [medicine_as_json(entry) for entry in entries]
            shown["problems"] = [problem for each in option.reads for problem in each.problems]
            shown["to_weigh"] = _to_weigh(entries, column, context)
        return body


def _to_weigh(entries: Sequence[Entry], column: Column, context: PatientContext) -> list[dict[str, Any]]:
    """The hazards of its own that each medicine coming in has, beside everything of the option."""
    present = {exposure.ingredient for line in column.lines for exposure in line.exposures}
    keys = dict.fromkeys(key for entry in entries for key in entry.resolution.ingredients)
    known = [(key, found) for key in keys if (found := alternative_with(key)) is not None]
    return [{"ingredient": key} | one.as_dict() for key, found in known for one in weigh(found, present, context)]


class Comparisons(_Comparing):
    """What if, for a regimen that is nobody's here."""

    @extend_schema(
        operation_id="comparison_create", request={"application/json": COMPARED},
        responses={200: OpenApiResponse(response=COMPARISON)},
    )  # fmt: skip
    def post(self, request: ApiRequest) -> Response:
        """Screen a regimen as it is and with each option's changes, hazard by hazard. Nothing is stored.

        The body is that of a screening with `options`. What an option drops is last taken the day before, so
        that it may still be washing out; a hazard that is only there until then says so.
        """
        today = timezone.now().astimezone(zone_for(request.user)).date()
        options, case, context = _read_document(request, today)
        lines = [given_of(entry) for entry in case.entries]

        def line_of(change: Mapping[str, Any]) -> int | None:
            return change.get("line")

        read = _read_options(options, lines, context, case.on, line_of, names_line=LineChangeIn.names_line)
        comparison = compare([each.line for each in lines], context, case.on, [each.option for each in read])
        medicines = [medicine_as_json(entry) for entry in case.entries]
        answer = {"id": case.id, "medicines": medicines, "ignored": list(case.ignored)}
        return Response(answer | self.answer(comparison, read, context))


class PatientComparisons(_Comparing):
    """What if, for a patient's regimen."""

    @extend_schema(
        operation_id="patient_comparison_create", request=StoredChoicesIn,
        responses={200: OpenApiResponse(response=COMPARISON)},
    )  # fmt: skip
    def post(self, request: ApiRequest, patient_id: UUID) -> Response:
        """Screen a patient's regimen as it is and with each option's changes, hazard by hazard. Nothing is stored."""
        patient, now = read_patient_or_404(request.user, patient_id, what="comparison"), timezone.now()
        options = body_of(request, StoredChoicesIn)["options"]
        taken = taken_by(patient, patient.local_date(now))

        def line_of(change: Mapping[str, Any]) -> int | None:
            return taken.place_of(change["prescription"]) if "prescription" in change else None

        read = _read_options(
            options, taken.given, taken.context, taken.on, line_of, names_line=StoredChangeIn.names_line
        )
        comparison = compare_with(taken, read)
        if comparison is None:
            raise Problem(HTTPStatus.INTERNAL_SERVER_ERROR, COULD_NOT_CHECK, code="could-not-check")
        lines = [{"prescription": str(row.pk), "label": row.label} for row in taken.rows]
        return Response({"medicines": lines, **self.answer(comparison, read, taken.context)})


def _read_document(request: ApiRequest, today: date) -> tuple[Options, Case, PatientContext]:
    """The options, and the rest of the body as the case that they change; each fault by its path, 422."""
    body = request.data
    if not isinstance(body, dict):
        raise invalid([fault("", "must be an object")])
    regimen = body.get("regimen")
    if isinstance(regimen, list) and len(regimen) > MOST_MEDICINES:
        raise invalid([fault("regimen", f"has more than {MOST_MEDICINES} medicines")])
    try:
        case = read_case({key: value for key, value in body.items() if key != "options"}, today=today)
        context = replace(case.context, check_in=judge_check_in(case))
    except DocumentError as error:
        raise invalid([fault(error.path, error.problem)]) from None
    reader = ChoicesIn(data={key: value for key, value in body.items() if key == "options"})
    reader.is_valid(raise_exception=True)
    return reader.validated_data["options"], case, context


def _read_options(
    options: Options,
    lines: Sequence[Given],
    context: PatientContext,
    on: date,
    line_of: Callable[[Mapping[str, Any]], int | None],
    *,
    names_line: str,
) -> list[ReadOption]:
    """Every option as understood; a 422 that names the first fault of each that is not."""
    found, faults = [], []
    for place, option in enumerate(options):
        wishes = [wish_of(change, line_of(change)) for change in option["changes"]]
        try:
            found.append(read_option(place, label_of(option, place), wishes, lines=lines, context=context, on=on))
        except OptionError as error:
            name = field_of(option["changes"][error.change], error.field, names_line=names_line)
            faults.append(fault(f"options[{place}].changes[{error.change}].{name}", error.problem))
    if faults:
        raise invalid(faults)
    return found
