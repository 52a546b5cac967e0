"""Clinics, the people who sign in, patients, and who cares for whom."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.rules import PERMISSIONS


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone; write one like Europe/London.")


class Clinic(OpaqueIdModel):
    """A clinic: the tenant, its clock and the number a patient calls."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    phone = models.CharField(max_length=30)
    out_of_hours_phone = models.CharField(max_length=30, blank=True)
    emergency_phone = models.CharField(max_length=30, default="999")
    crisis_phone = models.CharField(max_length=30, blank=True)
    emergency_contact = models.CharField(
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="whom staff ring when nobody answers an alert; never shown to patients",
    )
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    CLINICIAN = "clinician", "Clinician"
    PATIENT = "patient", "Patient"
    ADMIN = "admin", "Admin"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        # An address means the same person however it is capitalised.
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(OpaqueIdModel, AbstractBaseUser):
    """Somebody who signs in by e-mail, with exactly one role, in exactly one clinic."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="users")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    must_change_password = models.BooleanField(
        default=False,
        help_text="the password was chosen by somebody else and opens nothing but the page to change it",
    )
    handed_over_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when their alerts were passed on after the account was switched off; empty: still to be done",
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(is_active=False, handed_over_at__isnull=True), name="user_to_hand_over"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the role permits it, once the person has a password of their own. None is about one object."""
        ready = self.is_active and not self.must_change_password
        return ready and obj is None and perm in PERMISSIONS[self.role]

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Whether the role permits all of these."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    @property
    def is_clinician(self) -> bool:
        return self.role == Role.CLINICIAN

    @property
    def is_patient(self) -> bool:
        return self.role == Role.PATIENT

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN


class Sex(models.TextChoices):
    FEMALE = "F", "female"
    MALE = "M", "male"
    OTHER = "X", "other"
    UNKNOWN = "", "not recorded"


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: Any) -> Self:
        """The patients `user` may see: a clinician's care teams, a patient's own record, an admin's none."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.is_clinician:
            teams = CareTeamMembership.objects.current().filter(clinician=user).values("patient")
            return self.filter(clinic=user.clinic_id, pk__in=teams)
        if user.is_patient:
            return self.filter(user=user)
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


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def at(self, moment: datetime) -> Self:
        """The absences in force at `moment`; the end itself is no longer part of one."""
        return self.standing().filter(starts_at__lte=moment, ends_at__gt=moment)


class Absence(OpaqueIdModel):
    """A span in which a clinician is away and `cover` is told in their place. Never deleted, only cancelled."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cover = models.ForeignKey(User, on_delete=models.PROTECT, related_name="covers")
    note = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    handed_over_at = models.DateTimeField(
        null=True, blank=True, help_text="when, after it began, the alerts that waited for the absent were passed on"
    )

    objects: ClassVar[AbsenceQuerySet] = AbsenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(cover=F("user")), name="absence_is_covered_by_another"),
            together("cancelled_at", "cancelled_by", name="absence_cancelled_pair"),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="absence_of"),
            models.Index(
                fields=["starts_at"],
                condition=Q(handed_over_at__isnull=True, cancelled_at__isnull=True),
                name="absence_to_hand_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} away from {self.starts_at:%Y-%m-%d %H:%M}"


class PatientScopedQuerySet(models.QuerySet[Any]):
    """For every model with a `patient` column."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(patient__in=Patient.objects.visible_to(user))
