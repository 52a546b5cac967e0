"""The fields of a dose, and their reading into a dose value."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from interactions.medicines import Dose

UNITS: Final = [
    ("mg", "mg"), ("microgram", "micrograms"), ("g", "g"), ("mL", "mL"), ("tablet", "tablets"), ("patch", "patches"),
    ("drop", "drops"), ("puff", "puffs"), ("unit", "units"), ("drink", "drinks"),
]  # fmt: skip

# How often: number of doses, days over which they are spread, times of day.
_TIMES: Final[dict[str, tuple[int, int, tuple[str, ...]]]] = {
    "1": (1, 1, ()),
    "1-night": (1, 1, ("night",)),
    "1-morning": (1, 1, ("morning",)),
    "2": (2, 1, ()),
    "3": (3, 1, ()),
    "4": (4, 1, ()),
    "5": (5, 1, ()),
    "6": (6, 1, ()),
    "every-2": (1, 2, ()),
    "every-3": (1, 3, ()),
    "every-7": (1, 7, ()),
}
UNEVEN: Final = "uneven"
NOT_KNOWN: Final = "not-known"
OFTEN: Final = [
    ("", pgettext_lazy("staff", "Choose how often")),
    ("1", pgettext_lazy("staff", "once a day")),
    ("1-morning", pgettext_lazy("staff", "once a day, in the morning")),
    ("1-night", pgettext_lazy("staff", "once a day, at night")),
    ("2", pgettext_lazy("staff", "twice a day")),
    ("3", pgettext_lazy("staff", "3 times a day")),
    ("4", pgettext_lazy("staff", "4 times a day")),
    ("5", pgettext_lazy("staff", "5 times a day")),
    ("6", pgettext_lazy("staff", "6 times a day")),
    ("every-2", pgettext_lazy("staff", "every other day")),
    ("every-3", pgettext_lazy("staff", "every 3 days")),
    ("every-7", pgettext_lazy("staff", "once a week")),
    (UNEVEN, pgettext_lazy("staff", "different amounts through the day")),
    (NOT_KNOWN, pgettext_lazy("staff", "not known")),
]
SLOTS: Final = ("morning", "midday", "evening", "night")


class AmountField(forms.DecimalField):
    """An amount as a person writes it; a comma is refused rather than guessed at (hazard H20)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_value=100_000, max_digits=9, decimal_places=3,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "," in value:
            raise forms.ValidationError(pgettext("staff", "Write the amount with a point, like 2.5."), code="comma")
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value <= 0:
            raise forms.ValidationError(pgettext("staff", "The amount must be more than 0."), code="min_value")


class DoseFields(forms.Form):
    """Amount, unit and how often; or an amount for each part of the day."""

    amount = AmountField(
        label=pgettext_lazy("staff", "Amount each time"),
        error_messages={"required": pgettext_lazy("staff", "Give the amount each time.")},
    )
    unit = forms.ChoiceField(label=pgettext_lazy("staff", "Unit"), choices=UNITS, initial="mg")
    often = forms.ChoiceField(
        label=pgettext_lazy("staff", "How often"), choices=OFTEN,
        error_messages={"required": pgettext_lazy("staff", "Choose how often it is taken.")},
    )  # fmt: skip
    morning = AmountField(label=pgettext_lazy("staff", "Morning"), required=False)
    midday = AmountField(label=pgettext_lazy("staff", "Midday"), required=False)
    evening = AmountField(label=pgettext_lazy("staff", "Evening"), required=False)
    night = AmountField(label=pgettext_lazy("staff", "Night"), required=False)
    as_needed = forms.BooleanField(
        label=pgettext_lazy("staff", "Only when needed: this is the most in a day"), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("often") in {UNEVEN, NOT_KNOWN} and self.errors and self["amount"].value() in {None, ""}:
            self.errors.pop("amount", None)
            data["amount"] = None
        if self.errors:
            return data
        slots = {slot: data[slot] for slot in SLOTS if data.get(slot) is not None}
        if slots and data["often"] != UNEVEN:
            self.add_error(
                "often", pgettext("staff", "Choose “different amounts through the day”, or leave those amounts empty.")
            )
        elif data["often"] == UNEVEN and not slots:
            self.add_error("morning", pgettext("staff", "Give the amount for at least one part of the day."))
        return data

    def dose(self) -> Dose | None:
        """The dose that was entered; None when it is not known."""
        data = self.cleaned_data
        unit, as_needed = data["unit"], data["as_needed"]
        if data["often"] == UNEVEN:
            slots = [slot for slot in SLOTS if data.get(slot) is not None]
            return Dose(tuple(data[slot] for slot in slots), unit, as_needed=as_needed, times=tuple(slots))
        if data["often"] == NOT_KNOWN:
            if data["amount"] is None:
                return None
            return Dose((data["amount"],), unit, as_needed=as_needed, frequency_known=False)
        count, days, times = _TIMES[data["often"]]
        return Dose((data["amount"],) * count, unit, as_needed=as_needed, interval_days=Decimal(days), times=times)


def initial_of(dose: Dose | None) -> dict[str, Any]:
    """The fields that show `dose`, for a form that starts from one."""
    if dose is None:
        return {}
    shown = {"unit": dose.unit, "as_needed": dose.as_needed}
    if not dose.frequency_known:
        return shown | {"amount": dose.amounts[0], "often": NOT_KNOWN}
    if len(set(dose.amounts)) == 1:
        for key, (count, days, times) in _TIMES.items():
            if (count, days, times) == (len(dose.amounts), int(dose.interval_days), dose.times):
                return shown | {"amount": dose.amounts[0], "often": key}
    if dose.times and set(dose.times) <= set(SLOTS):
        return shown | {"often": UNEVEN} | dict(zip(dose.times, dose.amounts, strict=True))
    same = len(set(dose.amounts)) == 1 and dose.interval_days == 1 and str(len(dose.amounts)) in _TIMES
    return shown | ({"amount": dose.amounts[0], "often": str(len(dose.amounts))} if same else {})


def fields_of(dose: Dose | None) -> dict[str, str]:
    """The fields that show `dose` as a session keeps them."""
    return {name: str(value) for name, value in initial_of(dose).items() if value is not False}
