"""Who helps a patient with the patient's consent: what was allowed, by whom, and until when."""

from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models.accounts import User
from monitoring.people.models.patients import Patient, PatientScopedQuerySet


class CarerMay(models.TextChoices):
    SEE = "see", pgettext_lazy("staff", "sees the plan, the doses and the check-ins")
    ANSWER = "answer", pgettext_lazy("staff", "sees all this, answers check-ins and reports doses")


class ConsentGiven(models.TextChoices):
    """How the patient said yes."""

    HERE = "here", pgettext_lazy("staff", "by the patient, signed in")
    IN_PERSON = "in_person", pgettext_lazy("staff", "in person, recorded by staff")
    PAPER = "paper", pgettext_lazy("staff", "on paper, recorded by staff")


class CarerConsentQuerySet(PatientScopedQuerySet):
    def standing(self) -> Self:
        """Not withdrawn; it may have run out."""
        return self.filter(withdrawn_at__isnull=True)

    def at(self, moment: datetime) -> Self:
        """Not withdrawn, and not run out at `moment`."""
        return self.standing().filter(Q(ends_at__isnull=True) | Q(ends_at__gt=moment))

    def current(self) -> Self:
        """Not withdrawn and not run out, by the clock of the database: for who asks without a clock of their own."""
        return self.standing().filter(Q(ends_at__isnull=True) | Q(ends_at__gt=Now()))


class CarerConsent(OpaqueIdModel):
    """What one carer may see and do of one patient. Never changed or deleted, only withdrawn; the next is a new row."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="carer_consents")
    carer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="carer_consents")
    may = models.CharField(max_length=10, choices=CarerMay)
    how = models.CharField(max_length=10, choices=ConsentGiven)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(help_text="when the carer took it up")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="when it runs out by itself; NULL: it does not")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[CarerConsentQuerySet] = CarerConsentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-given_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "carer"], condition=Q(withdrawn_at__isnull=True), name="carer_consent_once"
            ),
            together("withdrawn_at", "withdrawn_by", name="carer_consent_withdrawn_pair"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("given_at")),
                name="carer_consent_ends_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"consent for {self.carer_id}, patient {self.patient_id}"

    @property
    def may_answer(self) -> bool:
        return self.may == CarerMay.ANSWER

    def is_current(self, moment: datetime) -> bool:
        """Whether it allows anything at `moment`."""
        return self.withdrawn_at is None and (self.ends_at is None or self.ends_at > moment)

    @property
    def last_day(self) -> date | None:
        """The patient's last day with it; None when it has no end of its own."""
        return None if self.ends_at is None else self.patient.local_date(self.ends_at) - timedelta(days=1)


class CarerInvitation(OpaqueIdModel):
    """A patient's yes that waits for a carer to take it up. Of its link only the digest is kept."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="carer_invitations")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    may = models.CharField(max_length=10, choices=CarerMay)
    how = models.CharField(max_length=10, choices=ConsentGiven)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="when the consent runs out; NULL: it does not")
    token_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's 32 random bytes")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0, help_text="addresses typed that were not the invited one")
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PatientScopedQuerySet] = PatientScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-invited_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True), name="carer_invitation_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of a carer, patient {self.patient_id}"
