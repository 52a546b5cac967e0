"""What a clinic's admins keep of the clinic itself."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from monitoring.audit.record import record
from monitoring.people.models import Clinic, User

LONGEST_CONTACT = 120


@transaction.atomic
def change_emergency_contact(*, clinic: Clinic, contact: str, by: User, now: datetime) -> Clinic:
    """Say whom staff ring when nobody answers an alert; empty takes it away. Patients never see it.

    Only an admin of the clinic may (PermissionDenied); a ValidationError names what cannot be so.
    """
    if not by.is_admin or not by.is_active or by.clinic_id != clinic.pk:
        raise PermissionDenied
    locked = Clinic.objects.select_for_update().get(pk=clinic.pk)
    text = " ".join(contact.split())
    if text and not any(character.isdigit() for character in text):
        raise ValidationError({"contact": "Write a telephone number, with a name beside it if that helps."})
    if len(text) > LONGEST_CONTACT:
        raise ValidationError({"contact": f"Write at most {LONGEST_CONTACT} characters."})
    if text == locked.emergency_contact:
        return locked
    locked.emergency_contact = text
    locked.save(update_fields=["emergency_contact"])
    record(
        action="clinic.emergency_contact", now=now, by=by, clinic_id=clinic.pk, object_type="clinic",
        object_id=clinic.pk,
    )  # fmt: skip
    return locked
