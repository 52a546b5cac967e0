"""Who cares for a patient: on the care team means to see the record and to get the alerts."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import pgettext

from monitoring.audit.record import record
from monitoring.people.models import CareTeamMembership, Patient, User


@transaction.atomic
def join_care_team(
    *, patient: Patient, clinician: User, now: datetime, by: User | None = None, job: str | None = None
) -> CareTeamMembership:
    """Put a clinician on a patient's care team, from which moment they see the record.

    Only an active clinician of the patient's own clinic can join (ValidationError). Joining twice is one membership.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    if by is not None and by.clinic_id != patient.clinic_id:
        raise PermissionDenied
    if not clinician.is_clinician or not clinician.is_active or clinician.clinic_id != patient.clinic_id:
        raise ValidationError(
            {"clinician": pgettext("staff", "Only an active clinician of this clinic can join the care team.")}
        )
    present = CareTeamMembership.objects.current().filter(patient=patient, clinician=clinician).first()
    if present is not None:
        return present
    membership = CareTeamMembership.objects.create(patient=patient, clinician=clinician, joined_at=now)
    record(
        action="care_team.join",
        now=now,
        by=by,
        job=job,
        clinic_id=patient.clinic_id,
        patient_id=patient.pk,
        object_type="user",
        object_id=clinician.pk,
    )
    return membership


@transaction.atomic
def leave_care_team(
    *, patient: Patient, clinician: User, now: datetime, by: User | None = None, job: str | None = None
) -> None:
    """Take a clinician off a patient's care team. Leaving twice changes nothing.

    The last active clinician cannot leave (ValidationError): the patient's alerts would reach nobody.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    if by is not None and by.clinic_id != patient.clinic_id:
        raise PermissionDenied
    team = CareTeamMembership.objects.current().filter(patient=patient)
    membership = team.filter(clinician=clinician).first()
    if membership is None:
        return
    if not team.filter(clinician__is_active=True).exclude(pk=membership.pk).exists():
        raise ValidationError(pgettext("staff", "Somebody must care for this patient. Add a colleague before leaving."))
    membership.left_at = now
    membership.save(update_fields=["left_at"])
    record(
        action="care_team.leave",
        now=now,
        by=by,
        job=job,
        clinic_id=patient.clinic_id,
        patient_id=patient.pk,
        object_type="user",
        object_id=clinician.pk,
    )
