"""An alert, and the answers to it, as the API reads and shows them."""

from typing import Any

from rest_framework import serializers

from monitoring.alerts.models import Alert, AlertKind, AlertOutcome, AlertState
from monitoring.alerts.queries import LEVEL_NAMES, OPEN
from monitoring.rest.fields import Instant, PageQuery, Shown, Strict, Words

LEVELS = list(LEVEL_NAMES)


class AlertQuery(PageQuery):
    state = serializers.ChoiceField(choices=[OPEN, *AlertState.values], default=OPEN)
    level = serializers.ChoiceField(choices=LEVELS, default="")
    owner = serializers.ChoiceField(choices=["me", "none"], default="")
    q = Words(max_length=80, default="", allow_blank=True, help_text="Words of the patient's name or number.")


class TakeIn(Strict):
    note = Words(max_length=500, default="", allow_blank=True)


class SnoozeIn(Strict):
    until = Instant(help_text="When it comes back. How far ahead it may lie depends on the level.")
    note = Words(max_length=500, help_text="Why it can wait.")


class CloseIn(Strict):
    outcome = serializers.ChoiceField(choices=AlertOutcome.choices)
    note = Words(max_length=2000, help_text="What was done, in at least ten characters.")


class AlertPatient(Shown):
    id = serializers.UUIDField()
    identifier = serializers.CharField()
    name = serializers.CharField(source="__str__")


class AlertOut(Shown):
    id = serializers.UUIDField()
    patient = AlertPatient()
    kind = serializers.ChoiceField(choices=AlertKind.choices)
    level = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=AlertState.choices)
    why = serializers.ListField(child=serializers.CharField())
    source_type = serializers.CharField()
    source_id = serializers.UUIDField(allow_null=True)
    raised_at = Instant()
    last_reported_at = Instant()
    report_count = serializers.IntegerField()
    due_at = Instant()
    taken_by = serializers.CharField(source="taken_by.name", default=None, allow_null=True)
    taken_at = Instant(allow_null=True)
    snoozed_by = serializers.CharField(source="snoozed_by.name", default=None, allow_null=True)
    snoozed_until = Instant(allow_null=True)
    closed_by = serializers.CharField(source="closed_by.name", default=None, allow_null=True)
    closed_at = Instant(allow_null=True)
    outcome = serializers.CharField()

    def get_level(self, alert: Alert) -> str:
        return level_word(alert.level)


def level_word(level: int) -> str:
    """A level as the API writes it: info, warning, urgent or emergency."""
    return next(word for word, known in LEVEL_NAMES.items() if known == level)


def holder_of(error: Any) -> dict[str, Any]:
    """Who has an alert that somebody else wanted, as members of a problem."""
    since = None if error.since is None else Instant().to_representation(error.since)
    return {"holder": error.holder, "state": error.state.value, "since": since}
