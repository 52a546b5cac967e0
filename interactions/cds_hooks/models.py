"""Which hospital systems may call the hook service, what they were answered, and what became of each card.

No patient and no name of one is ever kept here: a call is known by the workflow id its sender made up. Only a comment
that a clinician typed may speak of a patient, so it stands on no page, in no export and in no log.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar, NoReturn, Self
from uuid import UUID

from django.db import models


class CdsClientQuerySet(models.QuerySet["CdsClient"]):
    def enabled(self) -> Self:
        return self.filter(is_enabled=True)

    def of(self, tenant: UUID) -> Self:
        return self.filter(tenant=tenant)


class CdsClient(models.Model):
    """A hospital system that may call, and how it proves who it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.UUIDField(help_text="whose it is: the id of a clinic, which means nothing to this app")
    name = models.CharField(max_length=80)
    issuer = models.CharField(max_length=200, unique=True, help_text="the `iss` of its tokens")
    jwks = models.JSONField(default=dict, blank=True, help_text="its public keys; a private key is never kept")
    jku = models.CharField(max_length=300, blank=True, help_text="where it publishes its keys: compared, never fetched")
    must_sign = models.BooleanField(default=True, help_text="a call without a valid token is refused")
    is_enabled = models.BooleanField(default=True)
    origins = models.JSONField(default=list, blank=True, help_text="the web origins whose pages may call")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=254)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=254)

    objects: ClassVar[CdsClientQuerySet] = CdsClientQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="client_named_once")]

    def __str__(self) -> str:
        return self.name


class RecordQuerySet(models.QuerySet[Any]):
    """Rows that are only ever added."""

    def update(self, **_values: Any) -> NoReturn:
        raise TypeError("A record is only ever added to.")

    def delete(self) -> NoReturn:
        raise TypeError("A record is only ever added to.")


class Record(models.Model):
    """A row that is written once."""

    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **named: Any) -> None:
        if not self._state.adding:
            raise TypeError("A record is only ever added to.")
        super().save(*args, **named)

    def delete(self, *_args: Any, **_named: Any) -> NoReturn:
        raise TypeError("A record is only ever added to.")


class Door(models.TextChoices):
    DISCOVERY = "discovery", "Discovery"
    CALL = "call", "Hook call"
    FEEDBACK = "feedback", "Feedback"


class CallOutcome(models.TextChoices):
    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused: not let in"
    FAULTY = "faulty", "Could not be read"
    FAILED = "failed", "Failed on our side"


class CallQuerySet(RecordQuerySet):
    def forget(self, *, before: datetime) -> int:
        """Remove the calls from before a moment that sent no card: nothing was shown that could be asked about."""
        return self.filter(at__lt=before, cards=0)._raw_delete(self.db)


class HookCall(Record):
    """One call: who, which service, and how it ended. Of the patient it says nothing."""

    client = models.ForeignKey(CdsClient, on_delete=models.PROTECT, null=True, blank=True, related_name="calls")
    door = models.CharField(max_length=10, choices=Door)
    service = models.CharField(max_length=60, blank=True)
    hook = models.CharField(max_length=40, blank=True)
    hook_instance = models.UUIDField(null=True, blank=True)
    user = models.CharField(max_length=120, blank=True, help_text="the staff member, by the hospital's own reference")
    at = models.DateTimeField(db_index=True)
    release = models.CharField(max_length=20, blank=True)
    status = models.PositiveSmallIntegerField(help_text="the HTTP status of the answer")
    outcome = models.CharField(max_length=10, choices=CallOutcome)
    reason = models.CharField(max_length=300, blank=True, help_text="why it was refused, in words of ours only")
    cards = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[CallQuerySet] = CallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["client", "-at"], name="hook_call_of_client")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S%z} {self.door} {self.service} {self.status}"


class ServedCard(Record):
    """A card that was sent, so that what a clinician did with it can be told later."""

    uuid = models.UUIDField(primary_key=True)
    call = models.ForeignKey(HookCall, on_delete=models.PROTECT, related_name="served")
    code = models.CharField(max_length=40, db_index=True)
    rule = models.CharField(max_length=20, blank=True)
    severity = models.CharField(max_length=20, blank=True)
    indicator = models.CharField(max_length=10)
    participants = models.JSONField(default=list, help_text="the medicines, by their generic names")

    def __str__(self) -> str:
        return f"{self.code} {self.uuid}"


class FeedbackOutcome(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    OVERRIDDEN = "overridden", "Overridden"


class FeedbackQuerySet(RecordQuerySet):
    def within(self, start: datetime, end: datetime) -> Self:
        """What was done from `start` until just before `end`, by the time the hospital's system gave."""
        return self.filter(outcome_at__gte=start, outcome_at__lt=end)


class CardFeedback(Record):
    """What a clinician did with a card. The same report sent twice is one row."""

    card = models.ForeignKey(ServedCard, on_delete=models.PROTECT, related_name="feedback")
    client = models.ForeignKey(CdsClient, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback")
    outcome = models.CharField(max_length=10, choices=FeedbackOutcome)
    accepted = models.JSONField(default=list, help_text="the ids of the suggestions that were taken up")
    reason_system = models.CharField(max_length=200, blank=True)
    reason_code = models.CharField(max_length=100, blank=True)
    reason_display = models.CharField(max_length=200, blank=True)
    comment = models.TextField(blank=True, help_text="may speak of a patient: on no page, in no log")
    outcome_at = models.DateTimeField(db_index=True)
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the item, so that a repeat is known")

    objects: ClassVar[FeedbackQuerySet] = FeedbackQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["outcome_at", "id"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.card_id}"


class SpentTokenQuerySet(models.QuerySet["SpentToken"]):
    def forget(self, *, now: datetime) -> int:
        """Remove those that would be refused for their age alone."""
        return self.filter(expires_at__lt=now).delete()[0]


class SpentToken(models.Model):
    """A token that has been used. The unique pair is what refuses it a second time, whoever asks at once."""

    issuer = models.CharField(max_length=200)
    jti_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[SpentTokenQuerySet] = SpentTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "jti_hash"], name="spent_token_once")]

    def __str__(self) -> str:
        return f"{self.issuer} until {self.expires_at:%Y-%m-%d %H:%M:%S%z}"
