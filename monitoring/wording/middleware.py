"""Each answer is written in its reader's language, and drawn as they like to read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from monitoring import languages
from monitoring.help.views import ASKED
from monitoring.people.models import User
from monitoring.preferences.actions import keep_first_language
from monitoring.preferences.queries import STAFF, language_came_with, looks_of
from monitoring.wording.queries import reviewed_for_reader


class ReadingMiddleware:
    """Own choice before cookie before what the browser asks; clinical copy only in a language that was checked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        looks = looks_of(request)
        if (asked := _asked_by_address(request)) in languages.offered():
            looks = replace(looks, language=asked)
        request.looks = looks  # type: ignore[attr-defined]
        with languages.speaking(looks.language, reviewed=reviewed_for_reader(request, looks.language)):
            response = self.get_response(request)
            _keep_language(request, response)
            response.headers.setdefault("Content-Language", languages.current())
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def _keep_language(request: HttpRequest, response: HttpResponse) -> None:
    """Mails and reminders follow the language that a patient or carer came in reading, until they choose another.

    Here, since every door to a session passes by: the doors themselves know nothing of how people read.
    """
    signed_in: tuple[User, datetime] | None = getattr(request, "signed_in", None)
    if signed_in is None or response.status_code >= HTTPStatus.BAD_REQUEST:
        return
    user, now = signed_in
    if user.role not in STAFF and (language := language_came_with(request)):
        keep_first_language(user=user, language=language, by=user, now=now)


def _asked_by_address(request: HttpRequest) -> str:
    """The language that the address of a help page asks for: whoever stands beside may read another than the owner."""
    return request.GET.get(ASKED, "") if request.path.startswith("/help/") else ""
