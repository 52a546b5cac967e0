"""Keeping whose records were opened last, so that they are found again at once."""

from datetime import datetime

from django.db import transaction

from monitoring.people.models import Patient, RecentPatient, User


@transaction.atomic
def note_opened(*, patient: Patient, by: User, now: datetime) -> None:
    """Keep that `by` opened this patient’s page at `now`.

    No line of its own in the audit log: the page has just been noted there as read, and this says no more.
    """
    RecentPatient.objects.update_or_create(user=by, patient=patient, defaults={"opened_at": now})
