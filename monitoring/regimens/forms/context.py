"""What is known of the patient, as far as the checker asks for it."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from interactions.checking import read_conditions, vocabulary
from monitoring.formatting import plain_number
from monitoring.people.models import Patient
from monitoring.regimens.forms.prescribing import DayInput
from monitoring.regimens.queries import context_mark

ALCOHOL: Final = [
    ("", pgettext_lazy("staff", "Not known")),
    ("alcohol_none", pgettext_lazy("staff", "Drinks no alcohol")),
    ("alcohol_occasional", pgettext_lazy("staff", "Now and then")),
    ("alcohol_some", pgettext_lazy("staff", "Drinks, amount not known")),
    ("alcohol_regular", pgettext_lazy("staff", "Daily, in binges, or dependent")),
]
_ALCOHOL_CODES: Final = frozenset(code for code, _ in ALCOHOL if code)


class ContextForm(forms.Form):
    """Facts that raise or lower a risk. An empty field is unknown, and is shown as unknown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    egfr = forms.DecimalField(
        label="eGFR", required=False, min_value=0, max_value=250, max_digits=4, decimal_places=1,
        help_text=pgettext_lazy("staff", "mL/min/1.73 m². Leave empty when not known."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    egfr_on = forms.DateField(label=pgettext_lazy("staff", "Date of the eGFR"), required=False, widget=DayInput())
    qtc_ms = forms.IntegerField(
        label="QTc", required=False, min_value=200, max_value=800, help_text=pgettext_lazy("staff", "Milliseconds."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    weight_kg = forms.DecimalField(
        label=pgettext_lazy("staff", "Weight"),
        required=False,
        min_value=1,
        max_value=500,
        max_digits=5,
        decimal_places=1,
        help_text=pgettext_lazy("staff", "Kilograms."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    alcohol = forms.ChoiceField(label=pgettext_lazy("staff", "Alcohol"), required=False, choices=ALCOHOL)
    conditions = forms.CharField(
        label=pgettext_lazy("staff", "Conditions"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=pgettext_lazy(
            "staff", "One on each line, in the words you use. What is not understood is kept and shown as such."
        ),
    )
    none_known = forms.BooleanField(label=pgettext_lazy("staff", "Asked: no conditions"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("egfr") is not None and data.get("egfr_on") is None and "egfr_on" not in self.errors:
            self.add_error("egfr_on", pgettext("staff", "Give the date of the eGFR."))
        if data.get("egfr_on") and data.get("egfr") is None and "egfr" not in self.errors:
            self.add_error("egfr", pgettext("staff", "Give the eGFR of that date, or leave both empty."))
        if data.get("egfr_on") and data["egfr_on"] > self.today:
            self.add_error("egfr_on", pgettext("staff", "This date is still to come."))
        if data.get("none_known") and _lines(data.get("conditions", "")):
            self.add_error("none_known", pgettext("staff", "Either list conditions or tick that there are none."))
        elif data.get("alcohol") and not data.get("none_known") and not _lines(data.get("conditions", "")):
            # Drinking is kept among the conditions: to know it alone would look like having asked for all.
            self.add_error(
                "none_known", pgettext("staff", "List the conditions, or tick that you asked and there are none.")
            )
        return data

    def changes(self) -> dict[str, Any]:
        """The patient's fields as they should be."""
        data = self.cleaned_data
        words = _lines(data["conditions"])
        codes, not_understood = read_conditions(words)
        codes -= _ALCOHOL_CODES if data["alcohol"] else frozenset()
        codes |= {data["alcohol"]} if data["alcohol"] else frozenset()
        asked = bool(words) or data["none_known"]
        return {
            **{name: data[name] for name in ("egfr", "egfr_on", "qtc_ms", "weight_kg")},
            "conditions": sorted(codes) if asked else None,
            "conditions_not_understood": list(not_understood),
        }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def initial_of(patient: Patient) -> dict[str, Any]:
    """The form's fields as the patient's record has them now."""
    codes = frozenset(patient.conditions or ())
    words = [condition_words(code) for code in sorted(codes - _ALCOHOL_CODES)]
    return {
        "seen": context_mark(patient),
        "egfr": _plain(patient.egfr), "egfr_on": patient.egfr_on,
        "qtc_ms": patient.qtc_ms, "weight_kg": _plain(patient.weight_kg),
        "alcohol": next(iter(sorted(codes & _ALCOHOL_CODES)), ""),
        "conditions": "\n".join([*words, *patient.conditions_not_understood]),
        "none_known": patient.conditions is not None and not words and not patient.conditions_not_understood,
    }  # fmt: skip


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain_number(value)


def condition_words(code: str) -> str:
    """The first of the words that mean this condition; the code itself when this release has none."""
    return next(iter(vocabulary().get(code, ())), code)
