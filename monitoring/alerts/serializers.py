"""An alert, and the answers to it, as the API reads and shows them."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from monitoring.alerts.models import Alert, AlertKind, AlertOutcome, AlertState
from monitoring.alerts.queries import LEVEL_NAMES, OPEN
from monitoring.alerts.rules import Policy, Reach, Rung
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


class CameBackOut(Shown):
    """The alert that was closed before a report as bad brought it back."""

    id = serializers.UUIDField()
    closed_by = serializers.CharField(source="closed_by.name")
    closed_at = Instant()
    outcome = serializers.CharField()


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
    next_escalation_at = Instant(allow_null=True, help_text="When it is passed on, comes back, or wakes.")
    policy_version = serializers.IntegerField(
        source="policy_number",
        help_text="The clinic’s escalation policy it was last told under; 0 is the built-in one.",
    )
    came_back_from = CameBackOut(source="follows", allow_null=True)

    def get_level(self, alert: Alert) -> str:
        return level_word(alert.level)


class RungOut(Shown):
    """One rung: whom it adds to those told before, and how long it waits. The last one comes round for ever."""

    reach = serializers.ChoiceField(choices=[reach.value for reach in Reach])
    people = serializers.ListField(child=serializers.UUIDField(), help_text="The clinicians a rung names.")
    minutes = serializers.SerializerMethodField()

    def get_minutes(self, rung: Rung) -> int:
        return rung.wait // timedelta(minutes=1)


class PolicyOut(Shown):
    """Whom a clinic tells of one level, and when."""

    level = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="number", help_text="0 is the built-in policy.")
    rungs = RungOut(source="ladder", many=True)
    take_minutes = serializers.SerializerMethodField(help_text="When a taken alert that is not closed comes back.")
    snooze_minutes = serializers.SerializerMethodField(help_text="How long it can be snoozed; null means not at all.")
    digested = serializers.BooleanField(
        source="is_calm", help_text="Whether it leaves the app only as part of a digest."
    )

    def get_level(self, policy: Policy) -> str:
        return level_word(policy.level)

    def get_take_minutes(self, policy: Policy) -> int:
        return policy.take_time_out // timedelta(minutes=1)

    def get_snooze_minutes(self, policy: Policy) -> int | None:
        return None if policy.snooze_limit is None else policy.snooze_limit // timedelta(minutes=1)


def level_word(level: int) -> str:
    """A level as the API writes it: info, warning, urgent or emergency."""
    return next(word for word, known in LEVEL_NAMES.items() if known == level)


def holder_of(error: Any) -> dict[str, Any]:
    """Who has an alert that somebody else wanted, as members of a problem."""
    since = None if error.since is None else Instant().to_representation(error.since)
    return {"holder": error.holder, "state": error.state.value, "since": since}
