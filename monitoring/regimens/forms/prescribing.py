"""The first two steps of adding a medicine."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.regimens.forms.doses import DoseFields
from monitoring.regimens.queries import Proposed, Understood
from monitoring.regimens.queries.doses import ROUTE_WORDS
from monitoring.regimens.rules import plausible_start


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SearchForm(forms.Form):
    query = forms.CharField(
        label=pgettext_lazy("staff", "Medicine"),
        min_length=2,
        max_length=200,
        help_text=pgettext_lazy("staff", "Generic name, brand, or what the label says."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class DoseForm(DoseFields):
    route = forms.ChoiceField(label=pgettext_lazy("staff", "Route"), choices=list(ROUTE_WORDS.items()))
    starts_on = forms.DateField(
        label=pgettext_lazy("staff", "First day"),
        widget=DayInput(),
        help_text=pgettext_lazy("staff", "A day to come is planned, not yet taken."),
    )
    ends_on = forms.DateField(
        label=pgettext_lazy("staff", "Last day"),
        required=False,
        widget=DayInput(),
        help_text=pgettext_lazy("staff", "Leave empty for ongoing."),
    )

    field_order = ["amount", "unit", "often", "morning", "midday", "evening", "night", "as_needed", "route"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if not plausible_start(starts_on, self.today):
            raise forms.ValidationError(pgettext("staff", "Check the year of this date."))
        return starts_on

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", pgettext("staff", "The last day is before the first day."))
        return data

    def proposed(self, understood: Understood) -> Proposed:
        """The medicine with what was entered of it, as it would be prescribed."""
        data = self.cleaned_data
        return Proposed(understood, data["route"], self.dose(), data["starts_on"], data["ends_on"])
