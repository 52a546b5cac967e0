"""What an admin types about a rule's severity."""

from typing import Any

from django import forms

from monitoring.knowledge.queries import RuleStanding, adjustable_rules
from monitoring.knowledge.rules import REASON_MIN_LENGTH

_TOO_SHORT = f"Write a reason of at least {REASON_MIN_LENGTH} characters."
_REASON = {"required": _TOO_SHORT, "min_length": _TOO_SHORT}


class RuleForm(forms.Form):
    """Which rule it is about."""

    rule = forms.ChoiceField(label="Rule", choices=adjustable_rules, help_text="Rules whose severity may be changed.")


class AdjustmentForm(forms.Form):
    """The severity a rule gets in this clinic, and why."""

    severity = forms.ChoiceField(
        label="Severity in your clinic",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a severity.", "invalid_choice": "Choose one of the severities shown."},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="It is shown on every card of this rule and kept for good. Write nothing about a patient.",
        min_length=REASON_MIN_LENGTH, max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages=_REASON,
    )  # fmt: skip

    def __init__(self, data: Any, *, standing: RuleStanding) -> None:
        super().__init__(data)
        choices = [(each, each.capitalize()) for each in standing.choices]
        self.fields["severity"].choices = choices  # type: ignore[attr-defined]


class WithdrawalForm(forms.Form):
    """Why the rule gets its own severity back."""

    reason = forms.CharField(
        label="Reason", help_text="Kept for good. Write nothing about a patient.",
        min_length=REASON_MIN_LENGTH, max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages=_REASON,
    )  # fmt: skip
