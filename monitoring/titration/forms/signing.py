"""What a clinician writes to sign, to cancel or to release."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import npgettext, pgettext, pgettext_lazy

from interactions.medicines.dosing import DosingFacts
from monitoring.formatting import NBSP
from monitoring.titration.forms.words import basis_text
from monitoring.titration.rules import Breach

_PASSED: Final = {
    "gap": pgettext_lazy("staff", "Why a shorter gap?"),
    "step_size": pgettext_lazy("staff", "Why a larger step?"),
    "ceiling": pgettext_lazy("staff", "Why go past the schedule’s own ceiling?"),
    "gentler": pgettext_lazy("staff", "Why not the gentler schedule?"),
    "renal": pgettext_lazy("staff", "Why go past what the kidneys allow?"),
    "renal_avoid": pgettext_lazy("staff", "Why raise it with these kidneys?"),
    "egfr_unknown": pgettext_lazy("staff", "Why raise it without knowing the eGFR?"),
    "older_kidney": pgettext_lazy("staff", "Why this dose, at this age and with these kidneys?"),
    "not_checked": pgettext_lazy("staff", "Why go on without these checks?"),
    "both_change": pgettext_lazy("staff", "Why change both medicines at once?"),
    "both_stop": pgettext_lazy("staff", "Why let both medicines end together?"),
}
_OTHER: Final = pgettext_lazy("staff", "Why go past this limit?")


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
                label=f"{_PASSED.get(rule, _OTHER)}{_where(broken)}", min_length=10, max_length=300,
                help_text=f"{first.text} {basis_text(first.sources, first.evidence, facts)}",
                error_messages={"required": pgettext("staff", "Write a reason, or change the draft.")},
            )  # fmt: skip


def _where(broken: Sequence[Breach]) -> str:
    numbers = [str(breach.step) for breach in broken if breach.step]
    if not numbers:
        return ""
    said = npgettext("staff", "Step%(space)s%(numbers)s", "Steps%(space)s%(numbers)s", len(numbers))
    return " " + said % {"space": NBSP, "numbers": ", ".join(numbers)}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("staff", "Reason"),
        min_length=10,
        max_length=300,
        help_text=pgettext_lazy("staff", "At least 10 characters."),
    )
