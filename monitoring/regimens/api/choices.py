"""Options of a comparison, as the API reads them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from rest_framework import serializers

from interactions.checking.what_if import MOST_OPTIONS
from interactions.checking.wishes import Kind, Wish
from monitoring.rest.fields import Day, Strict, Whole, Words

MOST_CHANGES: Final = 20
MOST_LINES: Final = 100
_LETTERS: Final = "ABCD"
_REQUIRED: Final = "This field is required for this change."
# What each kind of change says, beside the line that it is about.
_SAYS: Final[dict[str, frozenset[str]]] = {
    Kind.DROP: frozenset({"from"}),
    Kind.DOSE: frozenset({"to", "from"}),
    Kind.ROUTE: frozenset({"to", "from"}),
    Kind.REPLACE: frozenset({"with", "rxcui", "atc", "route", "end", "from"}),
    Kind.ADD: frozenset({"entered", "rxcui", "atc", "route", "start", "end"}),
}
_NEEDS: Final = {Kind.DOSE: "to", Kind.ROUTE: "to", Kind.REPLACE: "with", Kind.ADD: "entered"}


class ChangeIn(Strict):
    """One change of a regimen; which fields it takes depends on what changes."""

    names_line: str

    change = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    to = Words(required=False, max_length=300, help_text="dose, route: the other one, as a person writes it.")
    entered = Words(required=False, max_length=300, help_text="add: the medicine with its dose.")
    rxcui = Words(required=False, max_length=20, help_text="replace, add: RxNorm code of the medicine.")
    atc = Words(required=False, max_length=20, help_text="replace, add: ATC code of the medicine.")
    route = Words(required=False, max_length=60, help_text="replace, add: the route of the medicine.")
    start = Day(required=False, help_text="add: its first day; without it, the day of the comparison.")
    end = Day(required=False, help_text="replace, add: its last day.")

    def get_fields(self) -> dict[str, Any]:
        """Those above, and those whose names are words of Python."""
        return {
            **super().get_fields(),
            "with": Words(required=False, max_length=300, help_text="replace: the other medicine with its dose."),
            "from": Day(
                required=False,
                help_text="The first day of the change; the last day of what ends is the day before. Without it, "
                "the day of the comparison.",
            ),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each kind of change says what it needs, and nothing that it would leave out."""
        kind = attrs["change"]
        allowed = _SAYS[kind] | {"change"} | (set() if kind == Kind.ADD else {self.names_line})
        faults = {name: [f"A change of kind {kind} has no such field."] for name in attrs if name not in allowed}
        needed = {_NEEDS[kind]} if kind in _NEEDS and not (attrs.get("rxcui") or attrs.get("atc")) else set()
        needed |= set() if kind == Kind.ADD else {self.names_line}
        faults |= {name: [_REQUIRED] for name in needed if name not in attrs}
        if faults:
            raise serializers.ValidationError(faults)
        return attrs


class LineChangeIn(ChangeIn):
    """A change of a regimen that was sent: lines are named by their place in it, from 0."""

    names_line = "line"
    line = Whole(required=False, min_value=0, max_value=MOST_LINES - 1, help_text="The line, counted from 0.")


class StoredChangeIn(ChangeIn):
    """A change of a patient's regimen: lines are named by the id of the prescription."""

    names_line = "prescription"
    prescription = serializers.UUIDField(required=False)


class _OptionIn(Strict):
    # The metaclass takes it for a field; a serializer's own label is shown nowhere here.
    label = Words(required=False, max_length=100)  # type: ignore[assignment]


class OptionIn(_OptionIn):
    """A choice to compare with the regimen as it is."""

    changes = serializers.ListField(child=LineChangeIn(), min_length=1, max_length=MOST_CHANGES)


class StoredOptionIn(_OptionIn):
    """A choice to compare with a patient's regimen as it is."""

    changes = serializers.ListField(child=StoredChangeIn(), min_length=1, max_length=MOST_CHANGES)


class ChoicesIn(Strict):
    """What is compared with a regimen that was sent."""

    options = serializers.ListField(child=OptionIn(), min_length=1, max_length=MOST_OPTIONS)


class StoredChoicesIn(Strict):
    """What is compared with a patient's regimen."""

    options = serializers.ListField(child=StoredOptionIn(), min_length=1, max_length=MOST_OPTIONS)


def label_of(option: Mapping[str, Any], place: int) -> str:
    """What the option is called; a letter where it has no name."""
    said: str = option.get("label") or _LETTERS[place]
    return said


def wish_of(change: Mapping[str, Any], line: int | None) -> Wish:
    """A validated change, about the line at this place."""
    from_day: date | None = change.get("from")
    return Wish(
        kind=Kind(change["change"]),
        line=line,
        to=change.get("to", ""),
        entered=change.get("with") or change.get("entered") or "",
        rxcui=change.get("rxcui"),
        atc=change.get("atc"),
        route=change.get("route"),
        start=change.get("start"),
        end=change.get("end"),
        from_day=from_day,
    )


def field_of(change: Mapping[str, Any], field: str, *, names_line: str) -> str:
    """The name under which a program sent what a wish calls `field`."""
    if field == "line":
        return names_line
    if field == "entered" and change["change"] == Kind.REPLACE:
        return "with"
    return "to" if field == "doses" else field
