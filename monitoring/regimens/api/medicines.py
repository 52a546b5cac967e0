"""A patient's medicines and the flags on them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from interactions.medicines import search
from monitoring.people.access import get_patient_or_404, get_visible_or_404, read_patient_or_404
from monitoring.people.doors import ApiRequest
from monitoring.people.models import Patient, Role, User
from monitoring.regimens.actions import NeedsConfirmation, RegimenConflict, RegimenError, acknowledge_flag, prescribe
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.queries import Regimen, dose_of, flag_card, flags_panel, regimen_of
from monitoring.regimens.serializers import (
    AcknowledgeIn,
    CheckOut,
    FlagOut,
    FlagPage,
    Made,
    NewPrescription,
    OwnPrescription,
    Placed,
    PrescriptionIn,
    PrescriptionOut,
    prescribed,
)
from monitoring.rest.fields import PageQuery
from monitoring.rest.keys import KEY, key_reused, key_within
from monitoring.rest.problems import Problem, conflict, fault, invalid
from monitoring.rest.views import ApiView, body_of, page_of, page_schema, query_of

SUGGESTED = 5


class Prescriptions(ApiView):
    """A patient's medicines, and the way to add one."""

    roles: ClassVar = {"get": {Role.CLINICIAN, Role.PATIENT}, "post": {Role.CLINICIAN}}

    @extend_schema(
        operation_id="prescription_list", parameters=[PageQuery],
        responses=page_schema("PrescriptionPage", PrescriptionOut),
    )  # fmt: skip
    def get(self, request: ApiRequest, patient_id: UUID) -> Response:
        """Active, awaiting, residual, planned and stopped medicines. A patient sees label, dose and days alone."""
        query, now = query_of(request, PageQuery), timezone.now()
        patient = read_patient_or_404(request.user, patient_id, what="medications")
        kind = PrescriptionOut if request.user.is_clinician else OwnPrescription
        return page_of(request, _placed(regimen_of(patient, patient.local_date(now))), query, kind)

    @extend_schema(
        operation_id="prescription_create", parameters=[KEY], request=PrescriptionIn,
        responses={201: NewPrescription, 200: NewPrescription},
    )  # fmt: skip
    def post(self, request: ApiRequest, patient_id: UUID) -> Response:
        """Add a medicine and check the whole regimen with it. A flag that must be answered keeps it waiting.

        201 the first time, 200 with what was made when the same key comes again.
        """
        patient, now = get_patient_or_404(request.user, patient_id), timezone.now()
        given, key = prescribed(body_of(request, PrescriptionIn)), key_within(request.headers, patient.pk)
        try:
            made = prescribe(patient=patient, by=request.user, now=now, token=key, **given)
        except RegimenError as refused:
            raise _refusal(refused, given["entered"]) from None
        if not _is_same_order(made, given, request.user):
            raise key_reused("another medicine")
        code = status.HTTP_201_CREATED if made.prescribed_at == now else status.HTTP_200_OK
        return Response(NewPrescription(_made(made, patient, now)).data, status=code)


def _is_same_order(made: Prescription, given: Mapping[str, Any], by: User) -> bool:
    """Whether this prescription is what was sent now, by the same person: it may have been made by an earlier call."""
    first = dose_of(made.dose_periods.order_by("created_at", "starts_on").first())
    asked = (by.pk, given["entered"], given["route"], given["starts_on"], given["dose"])
    return (made.prescribed_by_id, made.entered, made.route, made.starts_on, first) == asked


class Flags(ApiView):
    """What the last check of a patient's medicines found."""

    roles: ClassVar = {"get": {Role.CLINICIAN}}

    @extend_schema(operation_id="flag_list", parameters=[PageQuery], responses=FlagPage)
    def get(self, request: ApiRequest, patient_id: UUID) -> Response:
        """The flags that are present, those to answer first; and the check itself, which may have failed."""
        query, now = query_of(request, PageQuery), timezone.now()
        patient = read_patient_or_404(request.user, patient_id, what="flags")
        panel = flags_panel(patient, patient.local_date(now))
        answer = page_of(request, panel.cards, query, FlagOut)
        answer.data["check"] = CheckOut(panel.check).data if panel.check is not None else None
        return answer


class AcknowledgeFlag(ApiView):
    """The answer to one flag."""

    roles: ClassVar = {"post": {Role.CLINICIAN}}

    @extend_schema(operation_id="flag_acknowledge", request=AcknowledgeIn, responses=FlagOut)
    def post(self, request: ApiRequest, pk: UUID) -> Response:
        """Answer a flag with a coded reason and a note; what waited for this answer alone becomes active."""
        flag, now = get_visible_or_404(InteractionFlag, request.user, pk), timezone.now()
        given = body_of(request, AcknowledgeIn)
        try:
            acknowledge_flag(flag=flag, by=request.user, now=now, **given)
        except RegimenError as refused:
            raise _refusal(refused) from None
        flag.refresh_from_db()
        return Response(FlagOut(flag_card(flag, flag.patient.local_date(now))).data)


def _placed(regimen: Regimen) -> list[Placed]:
    """Every medicine of a regimen with the name of its place."""
    return [Placed(line, place.name) for place in fields(regimen) for line in getattr(regimen, place.name)]


def _made(prescription: Prescription, patient: Patient, now: datetime) -> Made:
    """A medicine just added, as it stands in the regimen, with its flags."""
    today = patient.local_date(now)
    found = next(each for each in _placed(regimen_of(patient, today)) if each.line.prescription.pk == prescription.pk)
    own = set(prescription.flags.present().values_list("pk", flat=True))
    cards = tuple(card for card in flags_panel(patient, today).cards if card.flag.pk in own)
    return Made(found.line, found.standing, cards)


def _refusal(refused: RegimenError, entered: str = "") -> Problem:
    """Why it was refused, where, and what would help."""
    if isinstance(refused, RegimenConflict):
        return conflict(refused.message)
    more: dict[str, object] = {}
    if isinstance(refused, NeedsConfirmation):
        more = {"remedy": "Send it again with these confirmed_ingredients.", "ingredients": list(refused.ingredients)}
    elif refused.code == "needs_manual_check":
        remedy = "Name the medicine otherwise, or send it again with a manual_check_reason."
        more = {"remedy": remedy, "suggestions": [each.entered for each in search(entered, limit=SUGGESTED)]}
    code = refused.code.replace("_", "-")
    return invalid([fault(refused.field, refused.message)], code=code, detail=refused.message, **more)
