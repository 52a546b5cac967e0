"""The steps of a draft, a line each."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.formatting import day_text, dose_text, plain_number
from monitoring.titration.forms.words import day_input
from monitoring.titration.models import Direction
from monitoring.titration.rules.tablets import Tablet, why_not_made
from monitoring.titration.schedule import MOST_STEPS, PlannedStep

LARGEST_AMOUNT: Final = Decimal(10000)
_NUMBER: Final = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")


def read_amounts(text: str) -> tuple[Decimal, ...]:
    """“10 + 10 + 20” as the doses of one day; “0” or “none” is no dose. Raises ValidationError."""
    if text.strip().lower() in {"0", "none"}:
        return ()
    return tuple(_amount(piece.strip()) for piece in text.split("+"))


def _amount(piece: str) -> Decimal:
    # A comma could part two doses or the decimals of one: it is asked back, never guessed.
    if not _NUMBER.fullmatch(piece):
        raise ValidationError(
            pgettext("staff", "“%(piece)s” is not a dose. Write each dose of the day as a number: 10 + 10 + 2.5.")
            % {"piece": piece}
        )
    amount = Decimal(piece)
    if not 0 < amount <= LARGEST_AMOUNT:
        raise ValidationError(
            pgettext("staff", "“%(piece)s” is not a dose. Write an amount above 0 for each dose of the day.")
            % {"piece": piece}
        )
    return amount


class StepRowForm(forms.Form):
    on = forms.DateField(label=pgettext_lazy("staff", "From"), widget=day_input())
    amounts = forms.CharField(label=pgettext_lazy("staff", "Doses of the day, mg"), max_length=80)

    def __init__(self, *args: Any, tablets: Sequence[Tablet] = (), today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tablets, self.today = tablets, today

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if self.today is not None and day < self.today:
            raise ValidationError(pgettext("staff", "%(day)s lies in the past.") % {"day": day_text(day)})
        return day

    def clean_amounts(self) -> tuple[Decimal, ...]:
        amounts = read_amounts(self.cleaned_data["amounts"])
        faults = dict.fromkeys(filter(None, (why_not_made(amount, self.tablets) for amount in amounts)))
        if faults:
            raise ValidationError(list(faults))
        return amounts


class BaseStepFormSet(BaseFormSet):  # type: ignore[type-arg]
    """The steps of a draft, a line each; a line that is ticked is left out.

    `direction` and `daily`, the amount taken now, tell which way every step must go; None is not known.
    """

    def __init__(self, *args: Any, direction: str = "", daily: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.direction, self.daily = direction, daily

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = pgettext("staff", "Take this step out")

    def clean(self) -> None:
        days = [form.cleaned_data["on"] for form in self._kept() if "on" in form.cleaned_data]
        twice = sorted({day for day in days if days.count(day) > 1})
        if twice:
            raise ValidationError(
                [
                    pgettext("staff", "Two steps are on %(day)s. Each step needs a day of its own.")
                    % {"day": day_text(day)}
                    for day in twice
                ]
            )
        if not any(self.errors):
            self._check_order()

    def _check_order(self) -> None:
        """Every step goes the plan's way from the one before it, in the order of their days."""
        ordered, before = self._ordered(), self.daily
        for form in ordered:
            daily = sum(form.cleaned_data["amounts"], Decimal(0))
            last = form is ordered[-1]
            if not daily and (self.direction == Direction.UP or not last):
                form.add_error("amounts", pgettext("staff", "Only the last step of a taper may be no dose at all."))
            elif before is not None and not _goes(self.direction, before, daily):
                text = (
                    pgettext("staff", "%(daily)s a day is not above the %(before)s before it.")
                    if self.direction == Direction.UP
                    else pgettext("staff", "%(daily)s a day is not below the %(before)s before it.")
                )
                form.add_error("amounts", text % {"daily": dose_text(daily), "before": dose_text(before)})
            before = daily

    def _kept(self) -> list[forms.Form]:
        rows = [form for form in self.forms if getattr(form, "cleaned_data", None)]
        return [form for form in rows if not form.cleaned_data.get("DELETE")]

    def _ordered(self) -> list[forms.Form]:
        return sorted(self._kept(), key=lambda form: form.cleaned_data["on"])

    def faults(self) -> list[tuple[str, str]]:
        """Every fault with the step it stands in, and the id of the field to mend; for the summary on top."""
        found = [("", str(text)) for text in self.non_form_errors()]
        for number, form in enumerate(self.forms, start=1):
            if form.cleaned_data.get("DELETE"):
                continue
            for name, errors in form.errors.items():
                field = str(form[name].label).lower()
                where = pgettext("staff", "Step %(number)s, %(field)s") % {"number": number, "field": field}
                found += [(form[name].id_for_label, f"{where}: {text}") for text in errors]
        return found

    def planned_steps(self) -> tuple[PlannedStep, ...]:
        """The lines that were filled in and not struck out, in date order."""
        return tuple(PlannedStep(form.cleaned_data["on"], form.cleaned_data["amounts"]) for form in self._ordered())


def _goes(direction: str, before: Decimal, daily: Decimal) -> bool:
    return daily > before if direction == Direction.UP else daily < before


StepFormSet: type[BaseStepFormSet] = formset_factory(  # type: ignore[assignment]
    StepRowForm, formset=BaseStepFormSet, extra=2, can_delete=True, can_delete_extra=False, max_num=MOST_STEPS + 2
)


def initial_rows(steps: Iterable[PlannedStep]) -> list[dict[str, Any]]:
    """The steps as the lines show them."""
    return [{"on": step.on, "amounts": " + ".join(map(plain_number, step.amounts)) or "none"} for step in steps]
