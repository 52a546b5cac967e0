"""The usual week of a clinic, as its admin types it."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import pgettext_lazy

from monitoring.help.rules import OpeningHours

A_TIME: Final = pgettext_lazy("staff", "Write a time like 08:30.")
BOTH: Final = pgettext_lazy("staff", "Give both times of a day, or neither.")
IN_ORDER: Final = pgettext_lazy("staff", "The clinic closes after it has opened.")


class OpeningHoursForm(forms.Form):
    """Two times a day; a day with none is a day on which nobody answers, a week with none is not known."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, hours: OpeningHours | None) -> None:
        super().__init__(data)
        for day, name in WEEKDAYS.items():
            span = hours.days[day] if hours else None
            for edge, label in (
                ("opens", pgettext_lazy("staff", "Opens")),
                ("closes", pgettext_lazy("staff", "Closes")),
            ):
                self.fields[f"{edge}_{day}"] = forms.TimeField(
                    label=label, required=False, initial=getattr(span, edge, None),
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "aria-label": f"{name}: {label}"}),
                    error_messages={"invalid": A_TIME},
                )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Each day's name and its two fields, from Monday."""
        return [(name, self[f"opens_{day}"], self[f"closes_{day}"]) for day, name in WEEKDAYS.items()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for day in WEEKDAYS:
            opens, closes = given.get(f"opens_{day}"), given.get(f"closes_{day}")
            if (opens is None) != (closes is None):
                self.add_error(f"opens_{day}" if opens is None else f"closes_{day}", BOTH)
            elif opens and closes and opens >= closes:
                self.add_error(f"closes_{day}", IN_ORDER)
        return given

    def days(self) -> list[tuple[time, time] | None]:
        """The week that was typed, from Monday."""
        pairs = ((self.cleaned_data[f"opens_{day}"], self.cleaned_data[f"closes_{day}"]) for day in WEEKDAYS)
        return [None if opens is None else (opens, closes) for opens, closes in pairs]
