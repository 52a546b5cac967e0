"""Links by which one check-in is answered without a sign-in: each is a right to write one form, and no more."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from monitoring.checkins.models.check_ins import CheckIn, SymptomReport
from monitoring.checkins.rules.links import FINISHED_WITHIN, LONGEST
from monitoring.fields import CapabilityModel, OpaqueIdModel, together
from monitoring.people.models import Patient, PatientScopedQuerySet, User


class LinkPurpose(models.TextChoices):
    CHECK_IN = "check_in", pgettext_lazy("staff", "to answer one check-in")


class CheckInLinkQuerySet(PatientScopedQuerySet):
    def unspent(self) -> Self:
        """Neither used nor revoked, whatever the hour."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def usable(self, now: datetime) -> Self:
        """Those by which a form can still be sent: not ended, or opened in time and not long ended."""
        in_hand = Q(opened_at__isnull=False, expires_at__gt=now - FINISHED_WITHIN, issued_at__gt=now - LONGEST)
        return self.unspent().filter(Q(expires_at__gt=now) | in_hand)


class CheckInLink(CapabilityModel):
    """One link to one check-in. Its token is known here by its digest alone.

    What was answered through it stands in its own `draft`: whoever holds it sees that and nothing of the record.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="check_in_links")
    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=12, choices=LinkPurpose, default=LinkPurpose.CHECK_IN)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="when somebody last had its form before them")
    draft = models.JSONField(default=dict, blank=True, help_text="answers given through it so far, and the pages seen")
    report = models.OneToOneField(
        SymptomReport, on_delete=models.PROTECT, null=True, blank=True, related_name="link", help_text="what it brought"
    )

    objects: ClassVar[CheckInLinkQuerySet] = CheckInLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-issued_at", "id"]
        constraints = [
            together("used_at", "report", name="check_in_link_used_pair"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="check_in_link_ends_later"),
            models.UniqueConstraint(
                fields=["check_in"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="check_in_link_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"link to check-in {self.check_in_id}"


class LinkRequest(OpaqueIdModel):
    """Somebody asked for a new link; the next sweep answers it and removes this row, known address or not.

    Whoever asks waits for one look-up and one row alike, so that no clock tells them whether an address is known. The
    address as it was typed is not kept.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="NULL: nobody’s address"
    )
    asked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"asked at {self.asked_at:%Y-%m-%d %H:%M}"
