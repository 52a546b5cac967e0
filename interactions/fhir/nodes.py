"""A place in a JSON document: what stands there, and the path that a fault is told with."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

Json = Mapping[str, Any]
# What counts as an object. A plain dict is told at once; the abstract class is asked for anything else.
_OBJECT: Final = (dict, Mapping)

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)


class FaultError(Exception):
    """The document cannot be taken; `place` says where, the message says what and how to mend it."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place}: {text}")
        self.place, self.text = place, text


class Node(NamedTuple):
    """An object of a document with its path. An absent or null key reads as empty; a wrong type is a fault."""

    value: Json
    path: str

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def __bool__(self) -> bool:
        """Whether anything stands here."""
        return bool(self.value)

    def child(self, key: str) -> "Node":
        """The object under a key; NOTHING when there is none. FaultError for anything but an object."""
        value = self.value.get(key)
        if value is None:
            return NOTHING
        if not isinstance(value, _OBJECT):
            raise FaultError(self.at(key), "must be an object.")
        return Node(value, self.at(key))

    def items(self, key: str, *, one_allowed: bool = False) -> list["Node"]:
        """The objects of a list. With ``one_allowed`` a lone object counts as a list of one."""
        value = self.value.get(key)
        if value is None:
            return []
        if one_allowed and isinstance(value, _OBJECT):
            return [Node(value, self.at(key))]
        if not isinstance(value, list):
            raise FaultError(self.at(key), "must be a list.")
        found = []
        for number, each in enumerate(value):
            if not isinstance(each, _OBJECT):
                raise FaultError(f"{self.at(key)}[{number}]", "must be an object.")
            found.append(Node(each, f"{self.at(key)}[{number}]"))
        return found

    def words(self, key: str) -> list[str]:
        """A list of texts."""
        value = self.value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise FaultError(self.at(key), "must be a list.")
        for number, each in enumerate(value):
            if not isinstance(each, str):
                raise FaultError(f"{self.at(key)}[{number}]", "must be text.")
        return list(value)

    def text(self, key: str) -> str:
        """A text; "" when there is none."""
        value = self.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise FaultError(self.at(key), "must be text.")
        return value

    def flag(self, key: str) -> bool | None:
        """True or false; None when it is not said."""
        value = self.value.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise FaultError(self.at(key), "must be true or false.")

    def number(self, key: str) -> Decimal | None:
        """A number as it was written; None when there is none."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise FaultError(self.at(key), "must be a number.")
        # A float is read by its shortest digits, which are those that were sent.
        number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise FaultError(self.at(key), "must be a number.")
        return number

    @property
    def kind(self) -> str:
        """The type of the resource that stands here; "" when it names none."""
        kind = self.value.get("resourceType")
        return kind if isinstance(kind, str) else ""

    @property
    def identity(self) -> str:
        """``Type/id`` of the resource; "" without an id, or with one that FHIR does not allow."""
        found = self.value.get("id")
        return f"{self.kind}/{found}" if isinstance(found, str) and _ID.fullmatch(found) else ""


# What stands nowhere has no path: nothing in it can be at fault.
NOTHING: Final = Node({}, "")


class Coding(NamedTuple):
    """One coding of a concept."""

    system: str
    code: str
    display: str
    chosen: bool = False


def codings(concept: Node) -> list[Coding]:
    """The codings of a CodeableConcept, the one a person chose first, else in their order."""
    found = [
        Coding(one.text("system"), one.text("code"), one.text("display"), one.flag("userSelected") is True)
        for one in concept.items("coding")
    ]
    return sorted(found, key=lambda coding: not coding.chosen)


def code_words(concept: Node) -> frozenset[str]:
    """The codes of a status concept, whatever their system."""
    return frozenset(coding.code for coding in codings(concept))


def same_reference(one: str, other: str) -> bool:
    """Whether two references name the same resource: by their last two steps, versions left out."""
    return bool(one) and bool(other) and _tail(one) == _tail(other)


def _tail(reference: str) -> str:
    plain = reference.split("/_history/", maxsplit=1)[0]
    return "/".join(plain.rstrip("/").split("/")[-2:])
