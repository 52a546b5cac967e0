"""Serializers that only parse and render: strict about what they take, with instants in UTC."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

FIRST_YEAR, LAST_YEAR = 1900, 2200
NOT_A_FIELD: Final = "This is not a field of this request."


class Strict(serializers.Serializer):  # type: ignore[type-arg]
    """Refuses a field it does not know: what is misspelt must not be dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [key for key in data if key not in self.fields] if isinstance(data, Mapping) else []
        faults: dict[str, Any] = {str(key): [NOT_A_FIELD] for key in unknown}
        value: Any = None
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            faults |= error.detail
        if faults:
            raise serializers.ValidationError(faults)
        return value


class Shown(serializers.Serializer):  # type: ignore[type-arg]
    """What an answer holds."""


class Day(serializers.DateField):
    """A day of the calendar, like 2026-06-15."""

    default_error_messages = {"year": f"The year must be from {FIRST_YEAR} to {LAST_YEAR}."}

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("year")
        return day


class Instant(serializers.DateTimeField):
    """A moment with its offset; shown in UTC, whoever asks."""

    default_error_messages = {"naive": "Give the offset too, like 2026-06-15T10:00:00Z."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.utcoffset() is None:
            self.fail("naive")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.fail("overflow")
        return super().enforce_timezone(value)


class Words(serializers.CharField):
    """Text; a number or a truth value is no text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Yes(serializers.BooleanField):
    """true or false, and no word that stands for one of them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Amount(serializers.DecimalField):
    """An amount above 0 with at most three places. Text keeps its digits; a number is read as it was written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=9, decimal_places=3, min_value=Decimal("0.001"), max_value=Decimal(100_000), **kwargs
        )

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool):
            self.fail("invalid")
        value: Decimal = super().to_internal_value(data)
        # Zeros at the end would be kept and shown.
        return Decimal(f"{value.normalize():f}")


class Whole(serializers.IntegerField):
    """A whole number; true is not 1."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({})
class Raw(serializers.Field):  # type: ignore[type-arg]
    """Whatever JSON was sent, for a reader of the rules to judge."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class PageQuery(Strict):
    """Which page of a list, and how long a page is."""

    page = Whole(min_value=1, max_value=1_000_000, default=1)
    page_size = Whole(min_value=1, max_value=100, default=50)
