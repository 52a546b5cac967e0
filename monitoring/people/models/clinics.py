"""The tenant: its clock, and the numbers its patients call."""

from django.core.exceptions import ValidationError
from django.db import models

from monitoring.fields import OpaqueIdModel
from monitoring.help.rules import read_hours
from monitoring.people.rules import time_zones


def validate_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError(f"“{name}” is not a time zone; write one like Europe/London.")


def validate_opening_hours(raw: object) -> None:
    try:
        read_hours(raw)
    except ValueError as fault:
        raise ValidationError(str(fault)) from None


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
    opening_hours = models.JSONField(
        null=True,
        blank=True,
        default=None,
        validators=[validate_opening_hours],
        help_text=(
            "from Monday to Sunday, each the times of its clock like [“08:30”, “17:00”], or null; null: not known"
        ),
    )
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name
