"""What a clinician fills in to answer an alert, and to narrow the worklist."""

from collections.abc import Collection
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.alerts.models import AlertKind, AlertOutcome, AlertState
from monitoring.alerts.queries import COVER, LEVEL_NAMES, OPEN, OWNERS, Filters
from monitoring.alerts.rules import (
    LIMITS,
    LONGEST_LADDER,
    MIN_NOTE_LENGTH,
    Fault,
    Policy,
    Reach,
    never_snoozed,
    policy_faults,
    policy_words,
    read_policy,
    span_words,
)
from monitoring.people.models import Clinic
from monitoring.people.queries import clinicians_of

MOST_MINUTES = 30 * 24 * 60
RUNG_PARTS = ("reach", "people", "minutes")
REACHES = [
    (Reach.TEAM.value, pgettext_lazy("staff", "The care team, or who covers them")),
    (Reach.NAMED.value, pgettext_lazy("staff", "One clinician by name")),
    (Reach.CLINIC.value, pgettext_lazy("staff", "Every clinician of the clinic")),
    (Reach.ADMINS.value, pgettext_lazy("staff", "The clinic’s admins, without clinical content")),
]
SNOOZE_HOURS = (1, 2, 4, 8, 24, 48, 72)


class FilterForm(forms.Form):
    """The worklist’s filters as they stand in the address. A name is never among them."""

    level = forms.ChoiceField(
        label=pgettext_lazy("staff", "Level"),
        required=False,
        choices=[
            ("", pgettext_lazy("staff", "Any level")),
            *[(name, LEVEL_NAMES[name].label) for name in reversed(LEVEL_NAMES)],
        ],
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("staff", "Kind"),
        required=False,
        choices=[("", pgettext_lazy("staff", "Any kind")), *AlertKind.choices],
    )
    state = forms.ChoiceField(
        required=False, choices=[(OPEN, pgettext_lazy("staff", "Open")), *AlertState.choices], widget=forms.HiddenInput
    )
    owner = forms.ChoiceField(required=False, choices=[(each, each) for each in OWNERS], widget=forms.HiddenInput)
    overdue = forms.ChoiceField(
        required=False, choices=[("1", pgettext_lazy("staff", "Overdue"))], widget=forms.HiddenInput
    )
    team = forms.ChoiceField(
        required=False, choices=[(COVER, pgettext_lazy("staff", "Cover"))], widget=forms.HiddenInput
    )

    def asked(self) -> dict[str, str]:
        """The filters that are set, by name; a value that makes no sense is left out, not refused."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return {name: value for name, value in given.items() if (name, value) != ("state", OPEN)}

    def filters(self, patients: Collection[UUID] | None = None) -> Filters:
        """What to show, of `patients` alone when a name was searched for."""
        asked = self.asked()
        return Filters(
            state=asked.get("state", OPEN),
            owner=asked.get("owner", ""),
            level=asked.get("level", ""),
            kind=asked.get("kind", ""),
            overdue="overdue" in asked,
            team=asked.get("team", ""),
            patients=patients,
        )


class SnoozeForm(forms.Form):
    """How long it rests, and why it can."""

    hours = forms.TypedChoiceField(
        label=pgettext_lazy("staff", "Bring it back in"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": pgettext_lazy("staff", "Choose how long it can rest.")},
    )
    note = forms.CharField(
        label=pgettext_lazy("staff", "Why can it wait?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=True,
        error_messages={"required": pgettext_lazy("staff", "Write why it can wait.")},
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = policy.snooze_limit
        self.never = never_snoozed(policy)
        if self.limit is None:
            self.fields.clear()
            return
        hours = self.fields["hours"]
        if isinstance(hours, forms.TypedChoiceField):
            spans = [(count, timedelta(hours=count)) for count in SNOOZE_HOURS]
            hours.choices = [(count, span_words(span)) for count, span in spans if span <= self.limit]

    def clean(self) -> dict[str, Any]:
        if self.limit is None:
            raise forms.ValidationError(self.never)
        return self.cleaned_data


class CloseForm(forms.Form):
    """What came of the alert."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("staff", "What came of it?"),
        choices=AlertOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": pgettext_lazy("staff", "Choose what came of it.")},
    )
    note = forms.CharField(
        label=pgettext_lazy("staff", "What was done?"),
        help_text=format_lazy(
            pgettext_lazy("staff", "At least {min_note_length} characters. Colleagues see it."),
            min_note_length=MIN_NOTE_LENGTH,
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        strip=True,
        error_messages={
            "required": format_lazy(
                pgettext_lazy("staff", "Write what was done, in at least {min_note_length} characters."),
                min_note_length=MIN_NOTE_LENGTH,
            )
        },
    )


class ReleaseForm(forms.Form):
    """Why it is given back."""

    note = forms.CharField(
        label=pgettext_lazy("staff", "Why do you give it back?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PolicyForm(forms.Form):
    """One level's ladder, rung by rung, as an admin draws it up. An empty row ends the ladder."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    take_minutes = forms.IntegerField(
        label=pgettext_lazy("staff", "A taken alert that is not closed comes back after (minutes)"),
        min_value=1,
        max_value=MOST_MINUTES,
    )
    snooze_minutes = forms.IntegerField(
        label=pgettext_lazy("staff", "It can be snoozed for at most (minutes)"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=pgettext_lazy("staff", "Empty: it cannot be snoozed."),
    )
    reason = forms.CharField(
        label=pgettext_lazy("staff", "Why is it changed?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": pgettext_lazy("staff", "Say why it is changed.")},
    )  # fmt: skip

    def __init__(self, *args: Any, clinic: Clinic, policy: Policy, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _values(policy))
        super().__init__(*args, **kwargs)
        self.policy = policy
        self.names = {str(person.pk): person.name for person in clinicians_of(clinic)}
        for number in range(LONGEST_LADDER):
            self.fields.update(_rung_fields(number, self.names))
        if LIMITS[policy.level].snooze_limit is None:
            del self.fields["snooze_minutes"]

    def rungs(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The rows of the ladder with their number, for the page."""
        return [(number, [self[f"{part}_{number}"] for part in RUNG_PARTS]) for number in range(LONGEST_LADDER)]

    def clean(self) -> dict[str, Any]:
        """Read the rows into a policy, and put each fault at its field."""
        given = self.cleaned_data
        if self.errors:
            return given
        rows = [self._row(number) for number in range(LONGEST_LADDER)]
        filled = [row for row in rows if row["reach"]]
        if any(row["reach"] and not before["reach"] for before, row in pairwise(rows)):
            raise forms.ValidationError(pgettext("staff", "Leave no empty rung between two others."))
        if self.errors:
            return given
        given["rungs"] = filled
        drawn = read_policy(
            self.policy.level, filled, take_minutes=given["take_minutes"], snooze_minutes=given.get("snooze_minutes")
        )
        for fault in policy_faults(drawn, known=frozenset(self.names)):
            self.add_fault(fault)
        given["words"] = policy_words(drawn, self.names)
        return given

    def add_fault(self, fault: Fault) -> None:
        """Put what is wrong with the policy at the field it is about."""
        name = fault.field if fault.rung is None else f"{fault.field}_{min(fault.rung, LONGEST_LADDER - 1)}"
        name = {"take": "take_minutes", "snooze": "snooze_minutes"}.get(name, name)
        self.add_error(name if name in self.fields else None, fault.text)

    def given(self) -> dict[str, Any]:
        """The arguments of `set_escalation_policy` that were typed."""
        kept = ("rungs", "take_minutes", "snooze_minutes", "reason", "based_on")
        return {name: self.cleaned_data.get(name) for name in kept}

    def _row(self, number: int) -> dict[str, Any]:
        given = self.cleaned_data
        reach, person = given[f"reach_{number}"], given[f"people_{number}"]
        minutes = given[f"minutes_{number}"]
        if reach and minutes is None:
            self.add_error(f"minutes_{number}", pgettext("staff", "Write how many minutes to wait for an answer."))
        named = {"people": [person]} if person and reach == Reach.NAMED else {}
        return {"reach": reach, "minutes": minutes or 1, **named}


def _rung_fields(number: int, names: dict[str, str]) -> dict[str, forms.Field]:
    """Whom one rung tells, the clinician it may name, and how long it waits."""
    return {
        f"reach_{number}": forms.ChoiceField(
            label=pgettext("staff", "Rung %(number)s: tell") % {"number": number + 1},
            required=not number,
            choices=[("", pgettext("staff", "Nobody more")), *REACHES] if number else REACHES,
        ),
        f"people_{number}": forms.ChoiceField(
            label=pgettext("staff", "Rung %(number)s: which clinician") % {"number": number + 1},
            choices=[("", "–"), *names.items()],
            required=False,
            error_messages={"invalid_choice": pgettext("staff", "Name active clinicians of this clinic only.")},
        ),
        f"minutes_{number}": forms.IntegerField(
            label=pgettext("staff", "Rung %(number)s: then wait (minutes)") % {"number": number + 1},
            min_value=1,
            max_value=MOST_MINUTES,
            required=not number,
            error_messages={"required": pgettext("staff", "Write how many minutes to wait for an answer.")},
        ),
    }


def _values(policy: Policy) -> dict[str, Any]:
    minute = timedelta(minutes=1)
    values: dict[str, Any] = {"based_on": policy.number, "take_minutes": policy.take_time_out // minute}
    if policy.snooze_limit is not None:
        values["snooze_minutes"] = policy.snooze_limit // minute
    for number, rung in enumerate(policy.ladder):
        values[f"reach_{number}"], values[f"minutes_{number}"] = rung.reach.value, rung.wait // minute
        values[f"people_{number}"] = rung.people[0] if rung.people else ""
    return values
