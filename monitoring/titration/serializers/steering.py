"""How a plan stands, and what is decided about it, as the API reads and shows it."""

from dataclasses import dataclass

from rest_framework import serializers

from monitoring.rest.fields import Instant, Shown, Strict, Words
from monitoring.titration.models import DecisionKind
from monitoring.titration.queries import Decided, Outlook, RollBack
from monitoring.titration.rules import HoldReason
from monitoring.titration.serializers.plans import Drawn, PlanOut


class ReasonIn(Strict):
    """A decision and its reason."""

    reason = Words(min_length=10, max_length=300)
    seen = Words(max_length=60, default=None, help_text="The `mark` of what was read; a stale one is a 409.")


class RollBackIn(ReasonIn):
    """A roll-back and its reason; `seen` is the `mark` of `roll_back`."""

    without_taper_reason = Words(
        max_length=300, default="", allow_blank=True,
        help_text="Why baclofen is cut down this fast; needed when the fall counts as `abrupt`.",
    )  # fmt: skip


class HoldReasonOut(Shown):
    code = serializers.ChoiceField(choices=[each.value for each in HoldReason])
    text = serializers.CharField()


class NextStepOut(Shown):
    id = serializers.UUIDField(source="step.id")
    number = serializers.IntegerField(source="step.number")
    reasons = HoldReasonOut(many=True, help_text="What would hold it if it were settled now.")
    needs_a_new_plan = HoldReasonOut(source="blockers", many=True, help_text="Why no release can take it up any more.")
    waits_for = HoldReasonOut(many=True, help_text="What must be gone before a release can take it up.")
    why_not_resumed = serializers.ListField(child=serializers.CharField())
    mark = serializers.CharField(help_text="Send it as `seen` with a release.")


class RollBackOut(Shown):
    """The last lower dose of this plan that was borne."""

    why_not = serializers.CharField(help_text="Why there is none to go back to; empty when there is.")
    amounts = serializers.SerializerMethodField()
    daily = serializers.SerializerMethodField(help_text="mg a day")
    taken_until = serializers.DateField(source="span.last", default=None, allow_null=True)
    abrupt = serializers.BooleanField(help_text="A fast fall of baclofen: it needs a reason of its own.")

    def get_amounts(self, offer: RollBack) -> list[str]:
        """Each dose of the day."""
        return [f"{amount:f}" for amount in offer.dose.amounts] if offer.dose is not None else []

    def get_daily(self, offer: RollBack) -> str | None:
        """The whole day's amount."""
        return f"{offer.span.daily:f}" if offer.span is not None and offer.span.daily is not None else None


class DecisionOut(Shown):
    what = serializers.ChoiceField(choices=DecisionKind.choices)
    at = Instant()
    who = serializers.CharField(help_text="Empty for the gate.")
    reason = serializers.CharField()
    step = serializers.IntegerField(allow_null=True, help_text="The number of the step; null is the plan.")
    gate = serializers.CharField(help_text="The version of the rules that decided.")
    reasons = serializers.ListField(child=serializers.DictField())
    saw = serializers.DictField(help_text="The evidence at that moment.")
    detail = serializers.DictField()


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan with everything a clinician decides on."""

    drawn: Drawn
    next_step: Outlook | None
    roll_back: RollBack
    roll_back_mark: str
    decisions: tuple[Decided, ...]


class PlanStands(Shown):
    plan = PlanOut(source="drawn")
    next_step = NextStepOut(allow_null=True)
    roll_back = RollBackOut()
    roll_back_mark = serializers.CharField(help_text="Send it as `seen` with a roll-back.")
    decisions = DecisionOut(many=True, help_text="Newest first.")
