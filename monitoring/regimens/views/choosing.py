"""Choices on their way to a comparison, kept in the session so that no address names a medicine."""

from collections.abc import Sized
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import uuid4

from django.http import Http404, HttpRequest

_KEY: Final = "comparing"
# Several tabs may be open at once; older comparisons than these are let go.
_KEPT: Final = 8


@dataclass(slots=True)
class Choices:
    """One comparison. Each option is a list of changes as they were typed; `prescribing` is the form it came from."""

    token: str
    patient: str
    options: list[list[dict[str, Any]]] = field(default_factory=list)
    prescribing: str = ""


def find(request: HttpRequest, patient_pk: object) -> Choices:
    """The choices that the address names, when they are this patient's; else none yet."""
    kept = request.session.get(_KEY, {}).get(request.GET.get("choices", ""))
    if kept is not None and kept["patient"] == str(patient_pk):
        return Choices(**kept)
    return Choices(token=str(uuid4()), patient=str(patient_pk))


def option_or_404(request: HttpRequest, choices: Choices) -> int:
    """The place of the option that was posted."""
    return _place(request.POST.get("option", ""), choices.options)


def place_or_404(request: HttpRequest, choices: Choices) -> tuple[int, int]:
    """The places of the option that was posted, and of a change in it."""
    option = option_or_404(request, choices)
    return option, _place(request.POST.get("change", ""), choices.options[option])


def _place(said: str, among: Sized) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 3 and int(said) < len(among)):
        raise Http404
    return int(said)


def keep(request: HttpRequest, choices: Choices) -> None:
    """Put the choices into the session, as the newest."""
    kept: dict[str, Any] = {key: each for key, each in request.session.get(_KEY, {}).items() if key != choices.token}
    kept[choices.token] = asdict(choices)
    request.session[_KEY] = dict(list(kept.items())[-_KEPT:])
