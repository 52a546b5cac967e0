"""What a clinician fills in to answer an alert, and to narrow the worklist."""

from datetime import timedelta
from typing import Any

from django import forms

from monitoring.alerts.models import AlertOutcome, AlertState
from monitoring.alerts.queries import LEVEL_NAMES, OPEN, Filters
from monitoring.alerts.rules import MIN_NOTE_LENGTH, NEVER_SNOOZED, policy_for, span_words

SNOOZE_HOURS = (1, 2, 4, 8, 24, 48, 72)


class FilterForm(forms.Form):
    """The worklist's filters as they stand in the address."""

    q = forms.CharField(label="Name or ID", required=False, max_length=80)
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=[("", "Any level"), *[(name, LEVEL_NAMES[name].label) for name in reversed(LEVEL_NAMES)]],
    )
    state = forms.ChoiceField(required=False, choices=[(OPEN, "Open"), *AlertState.choices], widget=forms.HiddenInput)
    owner = forms.ChoiceField(required=False, choices=[("me", "Mine"), ("none", "No owner")], widget=forms.HiddenInput)

    def filters(self) -> Filters:
        """What was asked; a value that makes no sense is left out, not refused."""
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            state=given.get("state") or OPEN,
            owner=given.get("owner") or "",
            level=given.get("level") or "",
            text=given.get("q") or "",
        )


class SnoozeForm(forms.Form):
    """How long it rests, and why it can."""

    hours = forms.TypedChoiceField(
        label="Bring it back in",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how long it can rest."},
    )
    note = forms.CharField(
        label="Why can it wait?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=True,
        error_messages={"required": "Write why it can wait."},
    )

    def __init__(self, *args: Any, level: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = policy_for(level).snooze_limit
        if self.limit is None:
            self.fields.clear()
            return
        hours = self.fields["hours"]
        if isinstance(hours, forms.TypedChoiceField):
            spans = [(count, timedelta(hours=count)) for count in SNOOZE_HOURS]
            hours.choices = [(count, span_words(span)) for count, span in spans if span <= self.limit]

    def clean(self) -> dict[str, Any]:
        if self.limit is None:
            raise forms.ValidationError(NEVER_SNOOZED)
        return self.cleaned_data


class CloseForm(forms.Form):
    """What came of the alert."""

    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=AlertOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it."},
    )
    note = forms.CharField(
        label="What was done?",
        help_text=f"At least {MIN_NOTE_LENGTH} characters. Colleagues see it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        strip=True,
        error_messages={"required": f"Write what was done, in at least {MIN_NOTE_LENGTH} characters."},
    )


class ReleaseForm(forms.Form):
    """Why it is given back."""

    note = forms.CharField(
        label="Why do you give it back?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
