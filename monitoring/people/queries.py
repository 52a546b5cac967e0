"""Accounts and care teams, as pages list them."""

import hashlib
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare
from rest_framework.authtoken.models import Token

from monitoring.people.models import CareTeamMembership, Clinic, Patient, Role, User

# A working day: as long as a person's own sign-in could last.
TOKEN_LIFE: Final = timedelta(hours=12)
PART_MARK: Final = "."


def accounts(clinic: Clinic) -> QuerySet[User]:
    """Everybody with an account in this clinic, the active first."""
    return User.objects.filter(clinic=clinic).order_by("-is_active", "role", "name", "pk")


def care_team(patient: Patient) -> QuerySet[CareTeamMembership]:
    """The current members of a patient's care team, by name."""
    return (
        CareTeamMembership.objects.current()
        .filter(patient=patient)
        .select_related("clinician")
        .order_by("clinician__name", "pk")
    )


def colleagues_to_add(patient: Patient) -> QuerySet[User]:
    """Active clinicians of the patient's clinic who are not on the care team."""
    return (
        User.objects.filter(clinic=patient.clinic_id, role=Role.CLINICIAN, is_active=True)
        .exclude(pk__in=care_team(patient).values("clinician"))
        .order_by("name", "pk")
    )


def patients_found(user: User, text: str) -> QuerySet[Patient]:
    """The patients `user` may see whose name, number or birth date each word of `text` fits."""
    found = Patient.objects.filter(pk__in=Patient.objects.visible_to(user))
    for word in text.split():
        fits = Q(family_name__icontains=word) | Q(given_names__icontains=word) | Q(identifier__icontains=word)
        with suppress(ValueError):
            fits |= Q(birth_date=date.fromisoformat(word))
        found = found.filter(fits)
    return found


def token_digest(text: str, user: User) -> str:
    """What is kept of a token. The password's own hash is part of it, so that a new password ends it."""
    return hashlib.sha256(f"{text}{user.get_session_auth_hash()}".encode()).hexdigest()[:40]


def user_of_token(text: str, *, now: datetime) -> User | None:
    """The active person for whom this token was issued and still counts; None for any other text."""
    try:
        owner = UUID(text.partition(PART_MARK)[0])
    except ValueError:
        return None
    kept = Token.objects.select_related("user").filter(user=owner, created__gt=now - TOKEN_LIFE).first()
    if kept is None or not kept.user.is_active or not constant_time_compare(kept.key, token_digest(text, kept.user)):
        return None
    user: User = kept.user
    return user
