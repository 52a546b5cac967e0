"""What a clinic's admins keep of the clinic itself."""

from collections.abc import Sequence
from datetime import datetime, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import pgettext

from monitoring.audit.record import record
from monitoring.help.rules import kept_hours
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
        raise ValidationError(
            {"contact": pgettext("staff", "Write a telephone number, with a name beside it if that helps.")}
        )
    if len(text) > LONGEST_CONTACT:
        raise ValidationError(
            {
                "contact": pgettext("staff", "Write at most %(longest_contact)s characters.")
                % {"longest_contact": LONGEST_CONTACT}
            }
        )
    if text == locked.emergency_contact:
        return locked
    locked.emergency_contact = text
    locked.save(update_fields=["emergency_contact"])
    record(
        action="clinic.emergency_contact", now=now, by=by, clinic_id=clinic.pk, object_type="clinic",
        object_id=clinic.pk,
    )  # fmt: skip
    return locked


@transaction.atomic
def change_opening_hours(
    *, clinic: Clinic, days: Sequence[tuple[time, time] | None], by: User, now: datetime
) -> Clinic:
    """Say when the clinic answers its telephone, from Monday to Sunday on its own clock; no day at all: not known.

    Patients are shown the hours, and out of them the other number first. Only an admin of the clinic may
    (PermissionDenied); a ValidationError says what cannot be so. The same hours again change nothing.
    """
    if not by.is_admin or not by.is_active or by.clinic_id != clinic.pk:
        raise PermissionDenied
    locked = Clinic.objects.select_for_update().get(pk=clinic.pk)
    before, locked.opening_hours = locked.opening_hours, kept_hours(days)
    locked.clean_fields(exclude={field.name for field in Clinic._meta.fields} - {"opening_hours"})
    if locked.opening_hours != before:
        locked.save(update_fields=["opening_hours"])
        record(
            action="clinic.opening_hours", now=now, by=by, clinic_id=clinic.pk, object_type="clinic",
            object_id=clinic.pk, detail={"before": before, "after": locked.opening_hours},
        )  # fmt: skip
    return locked
