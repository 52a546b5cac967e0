"""Accounts and care teams, as pages list them."""

from django.db.models import QuerySet

from monitoring.people.models import CareTeamMembership, Clinic, Patient, Role, User


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
