"""What a clinician types to draw up, redraw, sign or release."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from interactions.medicines.dosing import DosingFacts
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.titration.models import Direction, StepPolicy
from monitoring.titration.schedule import Breach, PlannedStep, from_template, stepwise

LARGEST_AMOUNT = Decimal(10000)
DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def read_amounts(text: str) -> tuple[Decimal, ...]:
    """“10 + 10 + 20” as the doses of one day; “0” or “none” is no dose. Raises ValidationError."""
    if text.strip().lower() in {"0", "none"}:
        return ()
    amounts = []
    for piece in text.replace(",", "+").split("+"):
        try:
            amount = Decimal(piece.strip())
        except InvalidOperation:
            raise ValidationError(
                f"“{piece.strip()}” is not a number. Write each dose of the day: 10 + 10 + 20."
            ) from None
        if not amount.is_finite() or not 0 < amount <= LARGEST_AMOUNT or amount.as_tuple().exponent < -3:  # type: ignore[operator]
            raise ValidationError(f"“{piece.strip()}” is not a dose. Write an amount above 0 for each dose of the day.")
        amounts.append(amount)
    return tuple(amounts)


class PlanStartForm(forms.Form):
    """From what to what, and how fast: by a labelled schedule or by numbers."""

    source = forms.ChoiceField(label="Draw the steps from", widget=forms.RadioSelect)
    starts_on = forms.DateField(label="First step on", widget=DAY_INPUT)
    target = forms.DecimalField(
        label="Target, in a whole day", min_value=0, max_digits=7, decimal_places=2, required=False,
        help_text="By numbers only. 0 ends the medicine, in a taper.",
    )  # fmt: skip
    change = forms.DecimalField(
        label="Change at each step, in a whole day", max_digits=6, decimal_places=2, required=False
    )
    every_days = forms.IntegerField(label="Days between steps", min_value=1, max_value=90, required=False)
    doses = forms.IntegerField(label="Doses a day", min_value=1, max_value=6, required=False)
    unit_step = forms.DecimalField(
        label="Smallest amount that can be given", min_value=Decimal("0.01"), max_digits=6, decimal_places=2,
        required=False, help_text="For example 5 for half a 10 mg tablet.",
    )  # fmt: skip
    policy = forms.ChoiceField(label="When a step is due", choices=StepPolicy.choices, widget=forms.RadioSelect)

    NUMBERS = "numbers"
    NUMBER_FIELDS = ("target", "change", "every_days", "doses", "unit_step")

    def __init__(
        self, *args: Any, facts: DosingFacts, current: DosePeriod | None, direction: str, today: date, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.facts, self.current, self.direction = facts, current, direction
        templates = [(s.id, s.label) for s in facts.schedules if s.direction == direction and s.steps]
        self.fields["source"].choices = [*templates, (self.NUMBERS, "My own numbers")]  # type: ignore[attr-defined]
        self.initial.setdefault("source", templates[0][0] if templates else self.NUMBERS)
        self.initial.setdefault("starts_on", today)
        self.initial.setdefault("policy", StepPolicy.ADVANCE_WHEN_CLEAR)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("source") == self.NUMBERS:
            for name in self.NUMBER_FIELDS:
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, "Fill this in, or choose a labelled schedule.")
        if not self.errors:
            cleaned["steps"] = self._steps(cleaned)
        return cleaned

    def _steps(self, cleaned: dict[str, Any]) -> tuple[PlannedStep, ...]:
        template = self.facts.schedule(cleaned["source"])
        if template is not None:
            steps = from_template(template, cleaned["starts_on"], self.current.daily if self.current else None)
            if not steps:
                self.add_error("source", "The present dose is already at the end of this schedule.")
            return steps
        if self.direction == Direction.TAPER and (self.current is None or self.current.daily is None):
            self.add_error(
                "target", "The present dose is not known, so it cannot be stepped down from. Record it first."
            )
            return ()
        try:
            return stepwise(
                current=(self.current.daily if self.current else None) or Decimal(0),
                starts_on=cleaned["starts_on"],
                **{name: cleaned[name] for name in self.NUMBER_FIELDS},
            )
        except ValueError as fault:
            self.add_error("unit_step", str(fault))
            return ()


class StepRowForm(forms.Form):
    on = forms.DateField(label="From", widget=DAY_INPUT)
    amounts = forms.CharField(label="Doses of the day", max_length=80, help_text="10 + 10 + 20; none ends a taper")

    def clean_amounts(self) -> tuple[Decimal, ...]:
        return read_amounts(self.cleaned_data["amounts"])


class BaseStepFormSet(BaseFormSet):  # type: ignore[type-arg]
    def problems(self) -> list[str]:
        """Every fault with the step it stands in, for the summary at the top of the page."""
        found = []
        for number, form in enumerate(self.forms, start=1):
            found += [f"Step {number}: {text}" for errors in form.errors.values() for text in errors]
        return found

    def planned_steps(self) -> tuple[PlannedStep, ...]:
        """The rows that were filled in and not struck out, in date order."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return tuple(sorted((PlannedStep(row["on"], row["amounts"]) for row in rows), key=lambda step: step.on))


StepFormSet: type[BaseStepFormSet] = formset_factory(  # type: ignore[assignment]
    StepRowForm, formset=BaseStepFormSet, extra=2, can_delete=True, max_num=62
)


def initial_rows(steps: Iterable[PlannedStep]) -> list[dict[str, Any]]:
    return [
        {"on": step.on, "amounts": " + ".join(f"{amount.normalize():f}" for amount in step.amounts) or "none"}
        for step in steps
    ]


class SignForm(forms.Form):
    """A reason for each guard rail passed on purpose."""

    def __init__(self, *args: Any, breaches: Sequence[Breach], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for breach in breaches:
            if not breach.hard and breach.rule not in self.fields:
                where = f"step {breach.step}: " if breach.step else ""
                sources = ", ".join(breach.sources) or "no published source"
                self.fields[breach.rule] = forms.CharField(
                    label=f"Why go past this limit? {where}{breach.text}",
                    min_length=10, max_length=300, help_text=f"Source: {sources} ({breach.evidence}).",
                )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", min_length=10, max_length=300, help_text="At least 10 characters.")


def prescription_choices(prescriptions: Iterable[Prescription]) -> list[tuple[str, str]]:
    return [(str(prescription.pk), prescription.label) for prescription in prescriptions]
