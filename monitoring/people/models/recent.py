"""Whose records a clinician has opened lately."""

from django.db import models

from monitoring.people.models.accounts import User
from monitoring.people.models.patients import Patient


class RecentPatient(models.Model):
    """When a clinician last opened a patient’s page; one row for each pair. The audit log says what was read."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recent_patients")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "patient"], name="recent_patient_once")]
        indexes = [models.Index(fields=["user", "-opened_at"], name="recent_patient_newest")]

    def __str__(self) -> str:
        return f"{self.patient_id} by {self.user_id}"
