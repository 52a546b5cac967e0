"""What a clinician writes to sign, to cancel or to release."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from interactions.medicines.dosing import DosingFacts
from monitoring.formatting import NBSP
from monitoring.titration.forms.words import basis_text
from monitoring.titration.rules import Breach

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
    "both_change": "Why change both medicines at once?",
    "both_stop": "Why let both medicines end together?",
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
