"""Names stay out of addresses: what was searched for on a list is kept with the session, and shown as a chip."""

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from monitoring.people.access import SignedInRequest
from monitoring.search.forms import TextForm
from monitoring.search.models import ListName
from monitoring.search.rules import tidy

KEY: Final = "names_searched"
# The address that carried a name before; what it says is dropped unread.
OLD: Final = "q"
View = Callable[[SignedInRequest], HttpResponse]


def name_on(request: HttpRequest, on_list: ListName) -> str:
    """The name this list is narrowed to in this session; empty for none."""
    return tidy(str(request.session.get(KEY, {}).get(on_list, "")))


def _keep(request: HttpRequest, on_list: ListName, text: str) -> None:
    kept = {**request.session.get(KEY, {}), on_list.value: text}
    request.session[KEY] = {name: value for name, value in kept.items() if value}


def names_by_post(on_list: ListName) -> Callable[[View], View]:
    """Let a list be searched by POST alone. The text goes to the session, and the list is read again by GET.

    An empty text ends the search. One that is too short is left on the page, with what is wrong with it (422).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedInRequest) -> HttpResponse:
            done = _searched(request, on_list) if request.method == "POST" else OLD in request.GET
            return HttpResponseRedirect(_plain(request)) if done else view(request)

        return guarded

    return guard


def _searched(request: SignedInRequest, on_list: ListName) -> bool:
    """Keep what was typed; when that cannot be searched for, leave it to the page and say so."""
    form = TextForm(request.POST)
    if not form.is_valid():
        request.name_form = form  # type: ignore[attr-defined]
        return False
    _keep(request, on_list, form.cleaned_data["text"])
    return True


def name_form_of(request: HttpRequest, on_list: ListName) -> TextForm:
    """The field as it stands on the page: with what is wrong with it, or filled with what is searched for."""
    refused: TextForm | None = getattr(request, "name_form", None)
    return refused or TextForm(initial={"text": name_on(request, on_list)})


def _plain(request: HttpRequest) -> str:
    """This address with its filters, from the first page, and without a name."""
    kept = request.GET.copy()
    kept.pop(OLD, None)
    kept.pop("page", None)
    return f"{request.path}?{kept.urlencode()}" if kept else request.path
