"""The people who sign in."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel
from monitoring.people.models.clinics import Clinic
from monitoring.people.rules import PERMISSIONS


class Role(models.TextChoices):
    CLINICIAN = "clinician", pgettext_lazy("staff", "Clinician")
    PATIENT = "patient", pgettext_lazy("staff", "Patient")
    ADMIN = "admin", pgettext_lazy("staff", "Admin")
    CARER = "carer", pgettext_lazy("staff", "Carer")


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

    # Set by the door for the length of one request: which of their patients a carer sees in it.
    helps: UUID | None = None

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

    @property
    def is_carer(self) -> bool:
        """Somebody at a patient's side: sees and answers what that patient allows, and has no record of their own."""
        return self.role == Role.CARER

    @property
    def has_patient_face(self) -> bool:
        """Whether pages are the plain ones made for patients, which carers use too."""
        return self.role in {Role.PATIENT, Role.CARER}
