"""What somebody ticks and taps to say what happened to a dose."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from monitoring.intakes.queries import MedicineDay
from monitoring.intakes.rules import Kind

TICK_FIRST: Final = gettext_lazy("Tick the dose first. Then tap what happened.")
TAP_ONE: Final = gettext_lazy("Tap what happened.")
NO_DOSE_NAMED: Final = frozenset({Kind.EXTRA, Kind.STOPPED})


class DoseReportForm(forms.Form):
    """Which doses of the day, and what happened: each answer is a button that sends the form.

    One dose a day needs no tick, nor does more than planned, nor a medicine that was stopped: the advice must not wait.
    """

    doses = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("clinical", "Which doses?"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple, error_messages={"invalid_choice": TICK_FIRST},
    )  # fmt: skip
    kind = forms.ChoiceField(
        choices=[(each.value, each.value) for each in Kind], widget=forms.HiddenInput,
        error_messages={"required": TAP_ONE, "invalid_choice": TAP_ONE},
    )  # fmt: skip
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, medicine: MedicineDay) -> None:
        super().__init__(data, initial={"submission_key": uuid4()})
        self.slots = medicine.taking.slots
        choices = [(slot.number, f"{slot.amount_words} {slot.when_words}") for slot in self.slots]
        self.fields["doses"].choices = choices  # type: ignore[attr-defined]

    @property
    def asks_which(self) -> bool:
        return len(self.slots) > 1

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.asks_which or given.get("kind") in NO_DOSE_NAMED:
            self.errors.pop("doses", None)
        elif not given.get("doses") and "doses" not in self.errors:
            self.add_error("doses", TICK_FIRST)
        return given

    def numbers(self) -> list[int]:
        """The doses that were ticked; the only one where there is no choice."""
        if self.asks_which:
            return list(self.cleaned_data["doses"])
        return [slot.number for slot in self.slots]
