"""Invitations that patients take home on paper, and who has put the start list away."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from monitoring.fields import CapabilityModel
from monitoring.people.models import Patient, PatientScopedQuerySet, User


class Invitation(CapabilityModel):
    """One sheet of paper for one patient: whoever holds it and knows the birth date sets the account's password."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="invitations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    wrong_dates = models.PositiveSmallIntegerField(default=0, help_text="birth dates that were tried and were wrong")

    objects: ClassVar[PatientScopedQuerySet] = PatientScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="invitation_ends_later"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.issued_at:%Y-%m-%d}"


class StartListDismissal(models.Model):
    """Somebody has put their start list away; it is still there at its own address."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="start_list_dismissal")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"start list of {self.user_id}"
