"""Each answer is written in its reader's language, and drawn as they like to read."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from monitoring import languages
from monitoring.help.views import ASKED
from monitoring.preferences.queries import looks_of
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
            response.headers.setdefault("Content-Language", languages.current())
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def _asked_by_address(request: HttpRequest) -> str:
    """The language that the address of a help page asks for: whoever stands beside may read another than the owner."""
    return request.GET.get(ASKED, "") if request.path.startswith("/help/") else ""
