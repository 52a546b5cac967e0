"""From what to what, and how fast: a labelled schedule, the steps left of a plan, or numbers."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import npgettext, pgettext, pgettext_lazy

from interactions.medicines.dosing import DosingFacts
from monitoring.formatting import day_text, dose_text
from monitoring.titration.forms.tablets import SMALLEST, TabletsForm
from monitoring.titration.forms.words import basis_mark, basis_text, day_input, option_label, pace_text
from monitoring.titration.models import Direction, StepPolicy
from monitoring.titration.rules import Present
from monitoring.titration.rules.beside import TOGETHER_DAYS
from monitoring.titration.rules.tablets import Tablet, fitted, split_over_day
from monitoring.titration.rules.ways import USUAL, Way
from monitoring.titration.schedule import MOST_STEPS, PlannedStep, moved_to, stepwise

LONGEST_AHEAD: Final = timedelta(days=366)
_APART: Final = timedelta(days=TOGETHER_DAYS)


@dataclass(frozen=True, slots=True)
class Left:
    """What has not been taken up of a running plan, and the schedule and pace that it follows."""

    steps: tuple[PlannedStep, ...]
    version: int
    template: str = ""
    speed: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan is drawn from: where the patient is, the ways there are, and what is left of a running plan.

    `ways` stand in the order in which they are offered; `because` says why `proposed` is not the quickest.
    """

    facts: DosingFacts
    present: Present
    direction: str
    today: date
    ways: tuple[Way, ...] = ()
    proposed: Way | None = None
    because: tuple[str, ...] = ()
    left: Left | None = None
    ends_on: date | None = None
    other_changed: tuple[str, date] | None = None

    @property
    def first_day(self) -> date:
        """The day a first step is proposed for: not before tomorrow, so that a check-in can come first, nor before
        the gap to the last change has passed, nor while the other medicine of the pair has just changed."""
        gap = self.proposed.schedule.min_gap_days if self.proposed else 1
        days = [self.today + timedelta(days=1)]
        if self.present.since is not None:
            days.append(self.present.since + timedelta(days=gap))
        if self.other_changed is not None:
            days.append(self.other_changed[1] + _APART)
        return max(days)

    def way(self, key: str) -> Way | None:
        return next((way for way in self.ways if way.key == key), None)


class PlanStartForm(TabletsForm):
    """Where the steps come from, when the first is, and what they are to be made of; amounts are mg."""

    source = forms.ChoiceField(label=pgettext_lazy("staff", "Draw the steps from"), widget=forms.RadioSelect)
    starts_on = forms.DateField(label=pgettext_lazy("staff", "First step on"), widget=day_input())
    target = forms.DecimalField(
        label=pgettext_lazy("staff", "Target, mg in a whole day"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
        required=False,
    )
    change = forms.DecimalField(
        label=pgettext_lazy("staff", "Change at each step, mg in a whole day"),
        min_value=SMALLEST,
        max_digits=6,
        decimal_places=2,
        required=False,
    )
    every_days = forms.IntegerField(
        label=pgettext_lazy("staff", "Days between steps"), min_value=1, max_value=90, required=False
    )
    doses = forms.IntegerField(label=pgettext_lazy("staff", "Doses a day"), min_value=1, max_value=6, required=False)
    policy = forms.ChoiceField(
        label=pgettext_lazy("staff", "When a step is due"), choices=StepPolicy.choices, widget=forms.RadioSelect
    )

    NUMBERS: Final = "numbers"
    LEFT: Final = "left"
    NUMBER_FIELDS: Final = ("target", "change", "every_days", "doses")

    def __init__(self, *args: Any, ground: Ground, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground = ground
        proposed = ground.proposed
        self.initial.setdefault("starts_on", ground.first_day)
        self.initial.setdefault("policy", StepPolicy.ADVANCE_WHEN_CLEAR)
        if proposed is not None:
            self.initial.setdefault("change", proposed.change)
            self.initial.setdefault("every_days", proposed.every_days)
        self._offer()
        for name in (*self.NUMBER_FIELDS, "strength_1"):
            self.fields[name].required = self.data.get("source") == self.NUMBERS
            self.fields[name].error_messages["required"] = pgettext(
                "staff", "Fill this in, or choose a labelled schedule."
            )
        if ground.other_changed is not None and ground.first_day == ground.other_changed[1] + _APART:
            name, day = ground.other_changed
            self.fields["starts_on"].help_text = pgettext(
                "staff", "%(name)s changed on %(day)s: one change at a time."
            ) % {"name": name, "day": day_text(day)}
        self.fields["target"].help_text = (
            "" if ground.direction == Direction.UP else pgettext("staff", "0 ends the medicine.")
        )

    def _offer(self) -> None:
        """The choices of `source`, with what is proposed chosen."""
        start: date = self.initial["starts_on"]
        ahead = {way.key: way.steps(start, self.ground.present.daily) for way in self.ground.ways}
        labels = [(way.key, self._label(way, ahead[way.key])) for way in self.ground.ways]
        if self.ground.left:
            name = pgettext("staff", "The steps left of version %(version)s") % {"version": self.ground.left.version}
            labels.insert(0, (self.LEFT, option_label(name, _length(self.ground.left.steps))))
        own = option_label(
            pgettext("staff", "My own numbers"), pgettext("staff", "Filled in below. The same guard rails are checked.")
        )
        self.fields["source"].choices = [*labels, (self.NUMBERS, own)]  # type: ignore[attr-defined]
        proposed = self.ground.proposed
        # What is gentler may lead no further from here: nothing quicker is proposed in its place.
        first = proposed.key if proposed is not None and ahead[proposed.key] else self.NUMBERS
        self.initial.setdefault("source", self.LEFT if self.ground.left else first)

    def _label(self, way: Way, steps: tuple[PlannedStep, ...]) -> SafeString:
        schedule, chosen = way.schedule, way == self.ground.proposed
        why = ""
        if chosen and self.ground.because:
            why = pgettext("staff", "Proposed: %(reasons)s.") % {"reasons": ", ".join(self.ground.because)}
        if way.pace in {"", USUAL}:
            basis = basis_text(schedule.sources, schedule.evidence, self.ground.facts)
            return option_label(way.words(), why, _length(steps), pace_text(schedule), basis)
        basis = pgettext("staff", "Within the limits of the usual pace: %(basis)s.") % {
            "basis": basis_mark(schedule.sources, schedule.evidence)
        }
        return option_label(way.words(), why, _length(steps), basis)

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if not self.ground.today <= day <= self.ground.today + LONGEST_AHEAD:
            raise ValidationError(
                pgettext("staff", "Write a day from %(today)s on, within a year.")
                % {"today": day_text(self.ground.today)}
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.check_tablets()
        if cleaned.get("source") == self.NUMBERS:
            self._check_target(cleaned.get("target"))
        if not self.errors:
            cleaned["tablets"] = self.tablets()
            cleaned["steps"] = self._steps(cleaned)
            self._check_end(cleaned["steps"])
        return cleaned

    def _check_target(self, target: Decimal | None) -> None:
        now = self.ground.present.daily
        if target is None or now is None:
            return
        if self.ground.direction == Direction.UP and target <= now:
            self.add_error(
                "target",
                pgettext("staff", "The target must be above the %(now)s a day taken now.") % {"now": dose_text(now)},
            )
        elif self.ground.direction == Direction.TAPER and target >= now:
            self.add_error(
                "target",
                pgettext("staff", "The target must be below the %(now)s a day taken now.") % {"now": dose_text(now)},
            )

    def _check_end(self, steps: tuple[PlannedStep, ...]) -> None:
        last = max((step.on for step in steps if step.amounts), default=None)
        if last is not None and self.ground.ends_on is not None and last > self.ground.ends_on:
            said = pgettext("staff", "The medicine ends on %(ends_on)s, before the last step on %(last)s.") % {
                "ends_on": day_text(self.ground.ends_on),
                "last": day_text(last),
            }
            self.add_error("starts_on", said)

    def _steps(self, cleaned: dict[str, Any]) -> tuple[PlannedStep, ...]:
        if cleaned["source"] == self.NUMBERS:
            return self._by_numbers(cleaned)
        way = self.ground.way(cleaned["source"])
        start, now = cleaned["starts_on"], self.ground.present.daily
        left = self.ground.left.steps if self.ground.left else ()
        steps = moved_to(left, start) if way is None else way.steps(start, now)
        if not steps:
            self.add_error("source", pgettext("staff", "The present dose is already at the end of this schedule."))
        try:
            return fitted(steps, cleaned["tablets"])
        except ValueError as fault:
            self.add_error("strength_1", str(fault))
            return ()

    def _by_numbers(self, cleaned: dict[str, Any]) -> tuple[PlannedStep, ...]:
        now, tablets = self.ground.present.daily, cleaned["tablets"]
        if now is None:
            self.add_error("target", pgettext("staff", "The dose taken now is not known. Record it first."))
            return ()
        if abs(cleaned["target"] - now) > cleaned["change"] * MOST_STEPS:
            self.add_error(
                "change",
                pgettext("staff", "That would be more than %(most_steps)s steps. Write a larger change.")
                % {"most_steps": MOST_STEPS},
            )
            return ()
        field = "target"
        try:
            _split(cleaned["target"], cleaned["doses"], tablets)
            field = "change"
            return stepwise(
                current=now, target=cleaned["target"], change=cleaned["change"], every_days=cleaned["every_days"],
                split=lambda daily: _split(daily, cleaned["doses"], tablets), starts_on=cleaned["starts_on"],
            )  # fmt: skip
        except ValueError as fault:
            self.add_error(field, str(fault))
            return ()


def _split(daily: Decimal, doses: int, tablets: tuple[Tablet, ...]) -> tuple[Decimal, ...]:
    return split_over_day(daily, doses, tablets) if daily else ()


def _length(steps: tuple[PlannedStep, ...]) -> str:
    """How many steps, and where and when they end."""
    if not steps:
        return pgettext("staff", "Nothing of it lies ahead.")
    last, count = steps[-1], len(steps)
    if not last.amounts:
        text = npgettext("staff", "%(count)s step, none from %(day)s.", "%(count)s steps, none from %(day)s.", count)
        return text % {"count": count, "day": day_text(last.on)}
    text = npgettext(
        "staff",
        "%(count)s step, %(daily)s a day from %(day)s.",
        "%(count)s steps, %(daily)s a day from %(day)s.",
        count,
    )
    return text % {"count": count, "daily": dose_text(last.daily), "day": day_text(last.on)}
