"""Patients, and who cares for whom."""

from datetime import date, datetime
from typing import Any, ClassVar, Self, cast
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models.accounts import User
from monitoring.people.models.clinics import Clinic, validate_time_zone


class Sex(models.TextChoices):
    FEMALE = "F", pgettext_lazy("staff", "female")
    MALE = "M", pgettext_lazy("staff", "male")
    OTHER = "X", pgettext_lazy("staff", "other")
    UNKNOWN = "", pgettext_lazy("staff", "not recorded")


def _consents_of(carer: User) -> models.QuerySet[Any]:
    """The consents by which this carer sees anybody: in a request that passed the door, of one patient alone."""
    consents: Any = Patient._meta.get_field("carer_consents").related_model._default_manager
    # The door has looked at the end by its own clock.
    found = consents.standing().filter(patient=carer.helps) if carer.helps else consents.current()
    return cast("models.QuerySet[Any]", found.filter(carer=carer))


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: Any) -> Self:
        """The patients `user` may see: a clinician's care teams, a patient's own record, a carer's who consented.

        An admin sees none.
        """
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.is_clinician:
            teams = CareTeamMembership.objects.current().filter(clinician=user).values("patient")
            return self.filter(clinic=user.clinic_id, pk__in=teams)
        if user.is_patient:
            return self.filter(user=user)
        if user.is_carer:
            return self.filter(clinic=user.clinic_id, pk__in=_consents_of(user).values("patient"))
        return self.none()


class Patient(OpaqueIdModel):
    """A person under care. NULL and empty mean unknown, never normal."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="patient")
    identifier = models.CharField(max_length=40)
    family_name = models.CharField(max_length=80)
    given_names = models.CharField(max_length=80)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    egfr = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(250)],
        help_text="mL/min/1.73 m²",
    )  # fmt: skip
    egfr_on = models.DateField(null=True, blank=True)
    qtc_ms = models.PositiveSmallIntegerField(null=True, blank=True)
    weight_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    allergies = models.CharField(max_length=200, blank=True)
    conditions = models.JSONField(null=True, blank=True, help_text="condition codes; null means never recorded")
    conditions_not_understood = models.JSONField(default=list, blank=True)
    is_demo = models.BooleanField(default=False)
    registered_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Patient"]] = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_names", "id"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "identifier"], name="patient_identifier_unique"),
            together("egfr", "egfr_on", name="patient_egfr_has_date"),
        ]

    def __str__(self) -> str:
        return f"{self.family_name.upper()}, {self.given_names}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local_date(self, now: datetime) -> date:
        """The patient's own calendar day at `now`."""
        return now.astimezone(self.zone).date()

    def age_on(self, day: date) -> int:
        """Whole years lived by `day`."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class CareTeamQuerySet(models.QuerySet["CareTeamMembership"]):
    def current(self) -> Self:
        return self.filter(left_at__isnull=True)


class CareTeamMembership(OpaqueIdModel):
    """A clinician's place on a patient's care team, and how long it lasted."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="memberships")
    clinician = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CareTeamQuerySet] = CareTeamQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "clinician"], condition=Q(left_at__isnull=True), name="care_team_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinician} for {self.patient_id}"


class PatientScopedQuerySet(models.QuerySet[Any]):
    """For every model with a `patient` column."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(patient__in=Patient.objects.visible_to(user))
