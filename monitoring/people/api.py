"""The API's patients, and the sign-in of programs."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.audit.record import record_reads
from monitoring.people.access import read_patient_or_404
from monitoring.people.actions import issue_token, note_failed_sign_in, register_patient, revoke_token
from monitoring.people.doors import ApiRequest, sign_in_by_password
from monitoring.people.models import Role
from monitoring.people.queries import TOKEN_LIFE, patients_found
from monitoring.people.serializers import PatientIn, PatientOut, PatientQuery, SignIn, TokenOut, facts_of
from monitoring.rest.problems import Problem
from monitoring.rest.throttles import ScopedThrottle
from monitoring.rest.views import ApiView, body_of, page_of, page_schema, query_of


class Patients(ApiView):
    """The patients one may see, and the way to register one."""

    roles: ClassVar = {"get": {Role.CLINICIAN, Role.PATIENT}, "post": {Role.CLINICIAN}}

    @extend_schema(
        operation_id="patient_list", parameters=[PatientQuery], responses=page_schema("PatientPage", PatientOut)
    )
    def get(self, request: ApiRequest) -> Response:
        """The patients of one's care teams, or one's own record."""
        query, now = query_of(request, PatientQuery), timezone.now()
        rows = patients_found(request.user, query["q"])
        return page_of(
            request, rows, query, PatientOut,
            shown=lambda page: record_reads(
                patient_ids=[patient.pk for patient in page], what="patient list", by=request.user, now=now
            ),
        )  # fmt: skip

    @extend_schema(operation_id="patient_register", request=PatientIn, responses={201: PatientOut})
    def post(self, request: ApiRequest) -> Response:
        """Register a patient of one's clinic; whoever registers them is the first on the care team."""
        facts = facts_of(body_of(request, PatientIn))
        patient = register_patient(clinic=request.user.clinic, by=request.user, now=timezone.now(), **facts)
        headers = {"Location": f"{request.path}{patient.pk}/"}
        return Response(PatientOut(patient).data, status=status.HTTP_201_CREATED, headers=headers)


class OnePatient(ApiView):
    """One patient's record."""

    roles: ClassVar = {"get": {Role.CLINICIAN, Role.PATIENT}}

    @extend_schema(operation_id="patient_read", responses=PatientOut)
    def get(self, request: ApiRequest, patient_id: UUID) -> Response:
        """What is known of this patient; the reading is noted."""
        return Response(PatientOut(read_patient_or_404(request.user, patient_id, what="record")).data)


class TokenDoor(ApiView):
    """Signing in and out without a browser."""

    roles: ClassVar = {"delete": set(Role)}
    throttle_classes = [ScopedThrottle]
    throttle_scope = "sign_in"

    def get_permissions(self) -> list[Any]:
        """Anybody may try to sign in; signing out needs a sign-in."""
        return [AllowAny()] if self.request.method == "POST" else [*super().get_permissions()]

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Whoever signs in has nothing to show yet: an old token must not stand in the way."""
        return [] if getattr(self.request, "method", "") == "POST" else super().get_authenticators()

    @extend_schema(operation_id="token_issue", request=SignIn, responses=TokenOut, auth=[])
    def post(self, request: Request) -> Response:
        """Exchange address and password for a token that lasts 12 hours. It replaces an earlier one."""
        given, now = body_of(request, SignIn), timezone.now()
        email = given["email"].lower()
        user = sign_in_by_password(request._request, email=email, password=given["password"], now=now)
        if user is None:
            note_failed_sign_in(email=email, now=now)
            raise Problem(HTTPStatus.UNAUTHORIZED, "The email or password is wrong.", code="sign-in-failed")
        answer = {"token": issue_token(user=user, now=now), "expires_at": now + TOKEN_LIFE}
        return Response(TokenOut(answer).data)

    @extend_schema(operation_id="token_revoke", request=None, responses={204: None})
    def delete(self, request: ApiRequest) -> Response:
        """End one's token."""
        revoke_token(user=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
