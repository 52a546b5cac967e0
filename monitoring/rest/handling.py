"""Turns whatever a view of the API raised into a problem document."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.core import exceptions as django_errors
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from monitoring.rest.problems import CONTENT_TYPE, Problem, flatten, invalid

logger = logging.getLogger(__name__)

_OF_DJANGO: Final[Mapping[type[Exception], HTTPStatus]] = {
    django_errors.RequestDataTooBig: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    django_errors.SuspiciousOperation: HTTPStatus.BAD_REQUEST,
    MultiPartParserError: HTTPStatus.BAD_REQUEST,
    django_errors.PermissionDenied: HTTPStatus.FORBIDDEN,
}


def handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a view raised; a fault of ours is logged and told without its text."""
    set_rollback()
    problem = problem_of(error)
    if problem is None:
        logger.error("api_failed", exc_info=error)
        problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR)
    body = problem.body(context["request"].path)
    return Response(body, status=problem.status_code, headers=_headers(error, problem), content_type=CONTENT_TYPE)


def _headers(error: Exception, problem: Problem) -> dict[str, str]:
    headers = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = str(getattr(error, "auth_header", None) or "Token")
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    return headers


def problem_of(error: Exception) -> Problem | None:
    """The problem that stands for an exception; None for one that nobody foresaw."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        return invalid(flatten(error.detail))
    if isinstance(error, django_errors.ValidationError):
        return invalid(_of_django(error))
    if isinstance(error, Http404 | exceptions.NotFound):
        return Problem(HTTPStatus.NOT_FOUND)
    if isinstance(error, exceptions.APIException):
        status = HTTPStatus(error.status_code)
        return Problem(status, "" if isinstance(error, exceptions.NotAuthenticated) else str(error.detail))
    return next((Problem(status) for kind, status in _OF_DJANGO.items() if isinstance(error, kind)), None)


def _of_django(error: django_errors.ValidationError) -> list[dict[str, Any]]:
    if hasattr(error, "error_dict"):
        return flatten(error.message_dict)
    return flatten(error.messages)
