"""What an admin types about a rule's severity."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.knowledge.queries import RuleStanding, adjustable_rules
from monitoring.knowledge.rules import REASON_MIN_LENGTH


def _too_short() -> str:
    return pgettext("staff", "Write a reason of at least %(least)s characters.") % {"least": REASON_MIN_LENGTH}


_REASON = {"required": lazy(_too_short, str)(), "min_length": lazy(_too_short, str)()}


class RuleForm(forms.Form):
    """Which rule it is about."""

    rule = forms.ChoiceField(
        label=pgettext_lazy("staff", "Rule"),
        choices=adjustable_rules,
        help_text=pgettext_lazy("staff", "Rules whose severity may be changed."),
    )


class AdjustmentForm(forms.Form):
    """The severity a rule gets in this clinic, and why."""

    severity = forms.ChoiceField(
        label=pgettext_lazy("staff", "Severity in your clinic"),
        widget=forms.RadioSelect,
        error_messages={
            "required": pgettext_lazy("staff", "Choose a severity."),
            "invalid_choice": pgettext_lazy("staff", "Choose one of the severities shown."),
        },
    )
    reason = forms.CharField(
        label=pgettext_lazy("staff", "Reason"),
        help_text=pgettext_lazy(
            "staff", "It is shown on every card of this rule and kept for good. Write nothing about a patient."
        ),
        min_length=REASON_MIN_LENGTH,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REASON,
    )

    def __init__(self, data: Any, *, standing: RuleStanding) -> None:
        super().__init__(data)
        choices = [(each, each.capitalize()) for each in standing.choices]
        self.fields["severity"].choices = choices  # type: ignore[attr-defined]


class WithdrawalForm(forms.Form):
    """Why the rule gets its own severity back."""

    reason = forms.CharField(
        label=pgettext_lazy("staff", "Reason"),
        help_text=pgettext_lazy("staff", "Kept for good. Write nothing about a patient."),
        min_length=REASON_MIN_LENGTH,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REASON,
    )
