"""A clinic that lives now, for tests in which a real process or a browser reads the machine's clock."""

from datetime import UTC, date, datetime
from decimal import Decimal

from monitoring.people.actions import create_clinic
from monitoring.people.models import Clinic, Patient


def clinic_at_noon(now: datetime) -> Clinic:
    """A clinic where it is about noon, whenever this runs: check-ins are open, and no day ends during a story."""
    hours = 12 - now.astimezone(UTC).hour
    zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    return create_clinic(
        name="Harbour Pain Clinic", time_zone=zone, phone="020 7946 0100", out_of_hours_phone="020 7946 0111",
        crisis_phone="116 123", job="tests", now=now,
    )  # fmt: skip


def at_fifty(patient: Patient) -> Patient:
    """The same patient with good kidneys, whose age alone makes no answer worse."""
    Patient.objects.filter(pk=patient.pk).update(birth_date=date(1976, 3, 14), egfr=Decimal(95))
    patient.refresh_from_db()
    return patient
