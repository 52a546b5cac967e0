"""Plans and their steps, as the API reads and shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from monitoring.rest.fields import Amount, Day, Instant, Shown, Strict, Words
from monitoring.rest.problems import fault
from monitoring.titration.models import Direction, PlanState, StepPolicy, StepState, TitrationPlan
from monitoring.titration.rules import Breach
from monitoring.titration.schedule import MOST_STEPS, PlannedStep

MOST_DOSES_A_DAY = 12


class StepIn(Strict):
    """One dated dose: an amount for each dose of the day; an empty list is no dose, as a taper may end."""

    on = Day()
    amounts = serializers.ListField(child=Amount(), max_length=MOST_DOSES_A_DAY)

    def to_internal_value(self, data: Any) -> PlannedStep:
        given = super().to_internal_value(data)
        return PlannedStep(given["on"], tuple(given["amounts"]))


class PlanIn(Strict):
    """A plan to draw up: from a labelled schedule (`template` and `starts_on`), or step by step (`steps`)."""

    prescription = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=Direction.choices)
    template = Words(max_length=60, default="", allow_blank=True, help_text="The key of a labelled schedule.")
    starts_on = Day(default=None, allow_null=True)
    steps = serializers.ListField(child=StepIn(), default=list, max_length=MOST_STEPS)
    policy = serializers.ChoiceField(choices=StepPolicy.choices, default=StepPolicy.ADVANCE_WHEN_CLEAR)
    note = Words(max_length=2000, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two ways, whole."""
        if bool(attrs["template"]) == bool(attrs["steps"]):
            raise serializers.ValidationError({"steps": ["Give either a template or steps."]})
        if attrs["template"] and attrs["starts_on"] is None:
            raise serializers.ValidationError({"starts_on": ["Give the first day of the template."]})
        return attrs


class SignatureIn(Strict):
    exceptions = serializers.DictField(
        child=Words(min_length=10, max_length=300), default=dict,
        help_text="A written reason for each guard rail passed on purpose, by its `rule`.",
    )  # fmt: skip
    seen = Words(max_length=60, default=None, help_text="The `mark` of the plan as it was read; a stale one is a 409.")


class StepOut(Shown):
    number = serializers.IntegerField()
    due_on = serializers.DateField()
    amounts = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField()
    times = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=StepState.choices)


class JudgedStep(StepOut):
    id = serializers.UUIDField()
    settled_at = Instant(allow_null=True)
    decision = serializers.DictField(help_text="What the gate decided, and why.")
    released_at = Instant(allow_null=True)
    released_reason = serializers.CharField()


class OwnPlan(Shown):
    """A plan as the patient may read it: which dose from which day."""

    id = serializers.UUIDField(source="plan.id")
    prescription = serializers.UUIDField(source="plan.prescription_id")
    direction = serializers.ChoiceField(choices=Direction.choices, source="plan.direction")
    state = serializers.ChoiceField(choices=PlanState.choices, source="plan.state")
    signed_at = Instant(source="plan.signed_at", allow_null=True)
    paused = serializers.BooleanField(source="plan.paused", help_text="It stands still: the present dose goes on.")
    steps = StepOut(source="plan.steps.all", many=True)


class BreachOut(Shown):
    rule = serializers.CharField()
    step = serializers.IntegerField(help_text="The number of the step; 0 is the whole plan.")
    text = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
    evidence = serializers.CharField()
    hard = serializers.BooleanField(help_text="No reason can excuse it.")


class PlanOut(OwnPlan):
    version = serializers.IntegerField(source="plan.version")
    template = serializers.CharField(source="plan.template")
    policy = serializers.ChoiceField(choices=StepPolicy.choices, source="plan.policy")
    note = serializers.CharField(source="plan.note")
    start_daily = serializers.CharField(source="plan.start_daily")
    created_at = Instant(source="plan.created_at")
    created_by = serializers.CharField(source="plan.created_by.name")
    signed_by = serializers.CharField(source="plan.signed_by.name", default=None, allow_null=True)
    guard_exceptions = serializers.ListField(child=serializers.DictField(), source="plan.guard_exceptions")
    cancelled_reason = serializers.CharField(source="plan.cancelled_reason")
    paused_at = Instant(source="plan.paused_at", allow_null=True)
    paused_by = serializers.CharField(source="plan.paused_by.name", default=None, allow_null=True)
    paused_reason = serializers.CharField(source="plan.paused_reason")
    steps = JudgedStep(source="plan.steps.all", many=True)
    mark = serializers.CharField(help_text="Send it as `seen` with whatever is decided about the plan.")
    breaches = BreachOut(many=True, help_text="The guard rails that a draft would break today.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan, and the guard rails it breaks while it is a draft."""

    plan: TitrationPlan
    breaches: tuple[Breach, ...] = ()
    mark: str = ""


def breach_faults(breaches: Sequence[Breach]) -> list[dict[str, Any]]:
    """The guard rails that refused a signature, by the path of the step."""
    return [
        fault(
            f"steps[{each.step - 1}]" if each.step else "steps", each.text,
            rule=each.rule, sources=list(each.sources), evidence=each.evidence, hard=each.hard,
        )
        for each in breaches
    ]  # fmt: skip
