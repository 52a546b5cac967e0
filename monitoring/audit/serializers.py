"""Audit events, as the API shows them."""

from rest_framework import serializers

from monitoring.audit.models import ActorKind, Outcome
from monitoring.rest.fields import Day, Instant, Shown, Strict, Whole, Words


class EventQuery(Strict):
    """What is asked of the log. Days are in UTC, both included."""

    actor = Words(max_length=254, default="", allow_blank=True, help_text="Part of an address, or a user's id.")
    action = Words(max_length=60, default="", allow_blank=True, help_text="A verb or its first words.")
    patient = serializers.UUIDField(default=None)
    until = Day(default=None)
    before = Whole(min_value=1, max_value=2**63 - 1, default=None, help_text="Events older than this number.")
    page_size = Whole(min_value=1, max_value=100, default=50)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of the language, so the field cannot be an attribute."""
        return {**super().get_fields(), "from": Day(default=None)}


class EventOut(Shown):
    number = serializers.IntegerField(source="pk")
    serial = serializers.UUIDField()
    at = Instant()
    actor_kind = serializers.ChoiceField(choices=ActorKind.choices)
    actor_id = serializers.CharField()
    actor = serializers.CharField(source="actor_label")
    actor_role = serializers.CharField()
    action = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    patient_id = serializers.UUIDField(allow_null=True)
    object_type = serializers.CharField()
    object_id = serializers.CharField()
    reason = serializers.CharField()
    detail = serializers.DictField()
    request_id = serializers.CharField()
    ip_address = serializers.CharField(allow_null=True)
    digest = serializers.CharField()


class EventPage(Shown):
    next = serializers.CharField(allow_null=True)
    results = EventOut(many=True)
