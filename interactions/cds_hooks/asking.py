"""What is wrong with a request, and the small readers of its envelope."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

from interactions.fhir import Json

Fault = tuple[str, str]
Status = Literal[400, 404, 412, 422]

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_URL: Final = re.compile(r"https?://[^\s/]+\S*", re.ASCII)
_HOLDERS: Final = (dict, list)
_DEEPEST: Final = 60
_MOST_VALUES: Final = 400_000


class RequestFaultError(Exception):
    """A request that gets no cards. ``faults`` are pairs of a path into the request and what is wrong there.

    400: it is not a request of this hook. 404: no such service. 412: what the service needs was not supplied.
    422: a resource in it cannot be used.
    """

    def __init__(self, status: Status, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{path}: {text}" if path else text for path, text in faults))
        self.status: Status = status
        self.faults: tuple[Fault, ...] = tuple(faults)


class Reader:
    """Takes keys out of an object and gathers what is wrong with them, so that a sender sees all faults at once."""

    def __init__(self, value: Json, path: str, faults: list[Fault]) -> None:
        self.value, self.path, self.faults = value, path, faults

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, text: str) -> None:
        """Note a fault at a key."""
        self.faults.append((self.at(key), text))

    def text(self, key: str, *, required: bool = False) -> str:
        """A text that is not empty; "" when there is none."""
        value = self.value.get(key)
        if value is None:
            if required:
                self.fault(key, "is required.")
        elif not isinstance(value, str):
            self.fault(key, "must be text.")
        elif not value.strip():
            self.fault(key, "must not be empty.")
        else:
            return value
        return ""

    def inner(self, key: str, *, required: bool = False) -> "Reader | None":
        """The object under a key."""
        value = self.value.get(key)
        if value is None:
            if required:
                self.fault(key, "is required.")
            return None
        if not isinstance(value, Mapping):
            self.fault(key, "must be an object.")
            return None
        return Reader(value, self.at(key), self.faults)

    def fhir_id(self, key: str, *, required: bool = False) -> str:
        """An id of FHIR: letters, digits, hyphens and dots, without the type before it."""
        found = self.text(key, required=required)
        if found and not _ID.fullmatch(found):
            self.fault(
                key, "must be an id of FHIR (at most 64 letters, digits, - and .), without “Patient/” before it."
            )
            return ""
        return found

    def reference(self, key: str, types: Sequence[str]) -> str:
        """``Type/id``, of one of the types."""
        found = self.text(key, required=True)
        kind, _, identity = found.partition("/")
        if found and (kind not in types or not _ID.fullmatch(identity)):
            self.fault(key, f"must be like {types[0]}/123 ({', '.join(types)}).")
            return ""
        return found

    def url(self, key: str) -> str:
        """An absolute http or https address; "" when there is none."""
        found = self.text(key)
        if found and not _URL.fullmatch(found):
            self.fault(key, "must be an absolute http or https address.")
            return ""
        return found

    def uuid(self, key: str) -> UUID | None:
        """A UUID in its usual form."""
        found = self.text(key, required=True)
        if found and not _UUID.fullmatch(found):
            self.fault(key, "must be a UUID like d1577c69-dfbe-44ad-ba6d-3e05e953b2ea.")
            return None
        return UUID(found) if found else None


def check_size(document: Any) -> None:
    """Refuse what is nested too deeply or holds too much, naming the place. RequestFaultError, 422."""
    row = [document]
    seen = 0
    for _ in range(_DEEPEST + 1):
        inside = [each for value in row for each in (value.values() if isinstance(value, dict) else value)]
        seen += len(inside)
        if seen > _MOST_VALUES:
            raise RequestFaultError(422, [(_largest(document), f"holds more than {_MOST_VALUES} values.")])
        row = [each for each in inside if isinstance(each, _HOLDERS)]
        if not row:
            return
    raise RequestFaultError(422, [(_deepest(document), f"is nested deeper than {_DEEPEST} levels.")])


def _below(value: Any, path: str) -> list[tuple[Any, str]]:
    if isinstance(value, dict):
        return [(each, f"{path}.{key}".lstrip(".")) for key, each in value.items() if isinstance(each, _HOLDERS)]
    return [(each, f"{path}[{n}]") for n, each in enumerate(value) if isinstance(each, _HOLDERS)]


def _deepest(document: Any) -> str:
    """The beginning of the path to something that is nested too deeply."""
    row = [(document, "")]
    for _ in range(_DEEPEST + 1):
        row = [each for value, path in row for each in _below(value, path)]
    return row[0][1][:300]


def _largest(document: Any) -> str:
    """The key of the request under which most stands."""
    return max(_below(document, ""), key=lambda each: _size(each[0]), default=(None, ""))[1]


def _size(value: Any) -> int:
    count, row = 0, [value]
    while row:
        inside = [each for one in row for each in (one.values() if isinstance(one, dict) else one)]
        count += len(inside)
        row = [each for each in inside if isinstance(each, _HOLDERS)]
    return count
