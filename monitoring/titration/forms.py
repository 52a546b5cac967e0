"""What a clinician types to draw up, redraw, sign or release."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.html import format_html
from django.utils.safestring import SafeString

from interactions.medicines.dosing import DosingFacts, Schedule
from monitoring.formatting import NBSP, day_text, dose_text, plain_number
from monitoring.regimens.queries.cards import EVIDENCE_WORDS
from monitoring.titration.models import Direction, StepPolicy
from monitoring.titration.rules import Breach, Present
from monitoring.titration.schedule import MOST_STEPS, PlannedStep, from_template, stepwise

LARGEST_AMOUNT: Final = Decimal(10000)
LONGEST_AHEAD: Final = timedelta(days=366)
SMALLEST: Final = Decimal("0.01")
_NUMBER: Final = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def read_amounts(text: str) -> tuple[Decimal, ...]:
    """“10 + 10 + 20” as the doses of one day; “0” or “none” is no dose. Raises ValidationError."""
    if text.strip().lower() in {"0", "none"}:
        return ()
    return tuple(_amount(piece.strip()) for piece in text.split("+"))


def _amount(piece: str) -> Decimal:
    # A comma could part two doses or the decimals of one: it is asked back, never guessed.
    if not _NUMBER.fullmatch(piece):
        raise ValidationError(f"“{piece}” is not a dose. Write each dose of the day as a number: 10 + 10 + 2.5.")
    amount = Decimal(piece)
    if not 0 < amount <= LARGEST_AMOUNT:
        raise ValidationError(f"“{piece}” is not a dose. Write an amount above 0 for each dose of the day.")
    return amount


def first_step_day(present: Present, today: date, gap: int) -> date:
    """The day a first step is proposed for: not before tomorrow, so that a check-in can come first, nor before the
    gap to the last change has passed."""
    tomorrow = today + timedelta(days=1)
    return tomorrow if present.since is None else max(tomorrow, present.since + timedelta(days=gap))


class PlanStartForm(forms.Form):
    """From what to what, and how fast: by a labelled schedule or by numbers, in mg."""

    source = forms.ChoiceField(label="Draw the steps from", widget=forms.RadioSelect)
    starts_on = forms.DateField(label="First step on", widget=day_input())
    target = forms.DecimalField(
        label="Target, mg in a whole day", min_value=0, max_digits=7, decimal_places=2, required=False,
    )  # fmt: skip
    change = forms.DecimalField(
        label="Change at each step, mg in a whole day", min_value=SMALLEST, max_digits=6, decimal_places=2,
        required=False,
    )  # fmt: skip
    every_days = forms.IntegerField(label="Days between steps", min_value=1, max_value=90, required=False)
    doses = forms.IntegerField(label="Doses a day", min_value=1, max_value=6, required=False)
    unit_step = forms.DecimalField(
        label="Smallest amount that can be given, mg", min_value=SMALLEST, max_digits=6, decimal_places=2,
        required=False, help_text="For example 5 for half a 10 mg tablet.",
    )  # fmt: skip
    policy = forms.ChoiceField(label="When a step is due", choices=StepPolicy.choices, widget=forms.RadioSelect)

    NUMBERS: Final = "numbers"
    NUMBER_FIELDS: Final = ("target", "change", "every_days", "doses", "unit_step")

    def __init__(
        self,
        *args: Any,
        facts: DosingFacts,
        present: Present,
        direction: str,
        today: date,
        suggested: Schedule | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.facts, self.present, self.direction, self.today = facts, present, direction, today
        ways = [schedule for schedule in facts.schedules if schedule.direction == direction and schedule.steps]
        labels: list[tuple[str, str]] = [(way.id, way_label(way, facts)) for way in ways]
        own = option_label("My own numbers", "Filled in below. The same guard rails are checked.")
        self.fields["source"].choices = [*labels, (self.NUMBERS, own)]  # type: ignore[attr-defined]
        for name in self.NUMBER_FIELDS:
            self.fields[name].required = self.data.get("source") == self.NUMBERS
            self.fields[name].error_messages["required"] = "Fill this in, or choose a labelled schedule."
        self.fields["target"].help_text = "" if direction == Direction.UP else "0 ends the medicine."
        ahead = suggested is not None and bool(from_template(suggested, today, present.daily))
        self.initial.setdefault("source", suggested.id if suggested is not None and ahead else self.NUMBERS)
        self.initial.setdefault("starts_on", first_step_day(present, today, suggested.min_gap_days if suggested else 1))
        self.initial.setdefault("policy", StepPolicy.ADVANCE_WHEN_CLEAR)

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if not self.today <= day <= self.today + LONGEST_AHEAD:
            raise ValidationError(f"Write a day from {day_text(self.today)} on, within a year.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("source") == self.NUMBERS:
            self._check_target(cleaned.get("target"))
        if not self.errors:
            cleaned["steps"] = self._steps(cleaned)
        return cleaned

    def _check_target(self, target: Decimal | None) -> None:
        now = self.present.daily
        if target is None or now is None:
            return
        if self.direction == Direction.UP and target <= now:
            self.add_error("target", f"The target must be above the {dose_text(now)} a day taken now.")
        elif self.direction == Direction.TAPER and target >= now:
            self.add_error("target", f"The target must be below the {dose_text(now)} a day taken now.")

    def _steps(self, cleaned: dict[str, Any]) -> tuple[PlannedStep, ...]:
        template, now = self.facts.schedule(cleaned["source"]), self.present.daily
        if template is not None:
            steps = from_template(template, cleaned["starts_on"], now)
            if not steps:
                self.add_error("source", "The present dose is already at the end of this schedule.")
            return steps
        if now is None:
            self.add_error("target", "The dose taken now is not known. Record it first.")
            return ()
        if abs(cleaned["target"] - now) > cleaned["change"] * MOST_STEPS:
            self.add_error("change", f"That would be more than {MOST_STEPS} steps. Write a larger change.")
            return ()
        try:
            return stepwise(
                current=now, starts_on=cleaned["starts_on"], **{name: cleaned[name] for name in self.NUMBER_FIELDS}
            )
        except ValueError as fault:
            self.add_error("unit_step", str(fault))
            return ()


def option_label(name: str, hint: str) -> SafeString:
    return format_html('<span>{}<br><span class="hint">{}</span></span>', name, hint)


def way_label(way: Schedule, facts: DosingFacts) -> SafeString:
    """A labelled schedule as an option: its pace, what it rests on, and its own caution."""
    most = "" if way.max_daily is None else f", up to {dose_text(way.max_daily, way.unit)} a day"
    pace = f"Steps of at most {dose_text(way.max_step, way.unit)}, {way.min_gap_days} days apart or more{most}."
    return option_label(way.label, f"{pace} {way.note or ''} {basis_text(way.sources, way.evidence, facts)}")


def basis_text(sources: Iterable[str], evidence: str, facts: DosingFacts) -> str:
    """What a number rests on: the kind of evidence and the titles of its sources."""
    kind = EVIDENCE_WORDS.get(evidence, evidence).capitalize() or "Source"
    titles = "; ".join(f"{source.title} ({source.id})" for source in facts.cited(sources))
    return f"{kind}: {titles}." if titles else f"{kind}."


def basis_mark(sources: Iterable[str], evidence: str) -> str:
    """The same in short, for a table: the kind of evidence and the ids of its sources."""
    return ", ".join([EVIDENCE_WORDS.get(evidence, evidence), *sources])


class StepRowForm(forms.Form):
    on = forms.DateField(label="From", widget=day_input())
    amounts = forms.CharField(label="Doses of the day, mg", max_length=80)

    def clean_amounts(self) -> tuple[Decimal, ...]:
        return read_amounts(self.cleaned_data["amounts"])


class BaseStepFormSet(BaseFormSet):  # type: ignore[type-arg]
    """The steps of a draft, a line each; a line that is ticked is left out."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Take this step out"

    def clean(self) -> None:
        days = [row["on"] for row in self._kept() if "on" in row]
        twice = sorted({day for day in days if days.count(day) > 1})
        if twice:
            raise ValidationError(
                [f"Two steps are on {day_text(day)}. Each step needs a day of its own." for day in twice]
            )

    def _kept(self) -> list[dict[str, Any]]:
        rows = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        return [row for row in rows if row and not row.get("DELETE")]

    def faults(self) -> list[tuple[str, str]]:
        """Every fault with the step it stands in, and the id of the field to mend; for the summary on top."""
        found = [("", str(text)) for text in self.non_form_errors()]
        for number, form in enumerate(self.forms, start=1):
            if form.cleaned_data.get("DELETE"):
                continue
            for name, errors in form.errors.items():
                where = f"Step {number}, {str(form[name].label).lower()}"
                found += [(form[name].id_for_label, f"{where}: {text}") for text in errors]
        return found

    def planned_steps(self) -> tuple[PlannedStep, ...]:
        """The lines that were filled in and not struck out, in date order."""
        return tuple(sorted((PlannedStep(row["on"], row["amounts"]) for row in self._kept()), key=lambda step: step.on))


StepFormSet: type[BaseStepFormSet] = formset_factory(  # type: ignore[assignment]
    StepRowForm, formset=BaseStepFormSet, extra=2, can_delete=True, can_delete_extra=False, max_num=MOST_STEPS + 2
)


def initial_rows(steps: Iterable[PlannedStep]) -> list[dict[str, Any]]:
    return [{"on": step.on, "amounts": " + ".join(map(plain_number, step.amounts)) or "none"} for step in steps]


_PASSED: Final = {
    "gap": "Why a shorter gap?",
    "step_size": "Why a larger step?",
    "ceiling": "Why go past the schedule’s own ceiling?",
    "gentler": "Why not the gentler schedule?",
    "renal": "Why go past what the kidneys allow?",
    "renal_avoid": "Why raise it with these kidneys?",
    "egfr_unknown": "Why raise it without knowing the eGFR?",
    "older_kidney": "Why this dose, at this age and with these kidneys?",
    "not_checked": "Why go on without these checks?",
}


class SignForm(forms.Form):
    """A reason for each guard rail passed on purpose: one field a rule, whichever steps break it."""

    def __init__(self, *args: Any, breaches: Sequence[Breach], facts: DosingFacts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_rule: dict[str, list[Breach]] = {}
        for breach in breaches:
            if not breach.hard:
                by_rule.setdefault(breach.rule, []).append(breach)
        for rule, broken in by_rule.items():
            first = broken[0]
            self.fields[rule] = forms.CharField(
                label=f"{_PASSED.get(rule, 'Why go past this limit?')}{_where(broken)}", min_length=10, max_length=300,
                help_text=f"{first.text} {basis_text(first.sources, first.evidence, facts)}",
                error_messages={"required": "Write a reason, or change the draft."},
            )  # fmt: skip


def _where(broken: Sequence[Breach]) -> str:
    numbers = [str(breach.step) for breach in broken if breach.step]
    if not numbers:
        return ""
    return f" Step{'s' if len(numbers) > 1 else ''}{NBSP}{', '.join(numbers)}"


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", min_length=10, max_length=300, help_text="At least 10 characters.")
