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
    row: list[tuple[Any, str]] = [(document, "")]
    seen = 0
    for _ in range(_DEEPEST + 1):
        below: list[tuple[Any, str]] = []
        for value, path in row:
            if isinstance(value, dict):
                seen += len(value)
                below += [(each, f"{path}.{key}") for key, each in value.items() if isinstance(each, dict | list)]
            else:
                seen += len(value)
                below += [(each, f"{path}[{n}]") for n, each in enumerate(value) if isinstance(each, dict | list)]
            if seen > _MOST_VALUES:
                raise RequestFaultError(422, [(path.lstrip("."), f"holds more than {_MOST_VALUES} values.")])
        if not below:
            return
        row = below
    # The path of something deep is itself long: its beginning is enough to find it by.
    raise RequestFaultError(422, [(row[0][1].lstrip(".")[:300], f"is nested deeper than {_DEEPEST} levels.")])
