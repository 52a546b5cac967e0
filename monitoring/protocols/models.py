"""A clinic's own thresholds and cadence, as numbered versions that two clinicians answer for."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import F, Q

from monitoring.fields import OpaqueIdModel
from monitoring.people.models import Clinic, User


class UnchangeableError(Exception):
    """A version in force judged somebody: it is never edited, only followed by another."""


class VersionQuerySet(models.QuerySet["ProtocolVersion"]):
    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's own signature
        raise UnchangeableError

    def delete(self) -> NoReturn:
        raise UnchangeableError


class ProtocolVersion(OpaqueIdModel):
    """What a clinic changes of the released thresholds and of the cadence, from an instant on.

    `thresholds` and `cadence` hold every difference from the release, by the name of the setting; nothing in them is
    the release as it is. Of several whose time has come the highest number counts.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="protocol_versions")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the clinic")
    based_on = models.CharField(max_length=20, help_text="version of the released thresholds")
    thresholds = models.JSONField(default=dict, blank=True)
    cadence = models.JSONField(default=dict, blank=True)
    content_hash = models.CharField(max_length=64, help_text="SHA-256 over the release and every difference from it")
    reason = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    approval_note = models.CharField(max_length=300)
    in_force_from = models.DateTimeField()

    objects: ClassVar[VersionQuerySet] = VersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="protocol_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="protocol_number_counts_from_one"),
            models.CheckConstraint(condition=~Q(approved_by=F("proposed_by")), name="protocol_two_people"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(approval_note=""), name="protocol_has_reasons"),
            models.CheckConstraint(
                condition=Q(in_force_from__gte=F("approved_at")), name="protocol_never_in_force_before_approved"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version; an UnchangeableError for one that is stored already."""
        if not self._state.adding:
            raise UnchangeableError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's own signature
        """Refused, always."""
        raise UnchangeableError
