"""When a patient's regimen was last checked, and by which ingredients it is found."""

from django.db import models

from monitoring.people.models import Patient


class RegimenCheck(models.Model):
    """The last check of a patient's regimen: when, by which release, and what could not be checked."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True, related_name="regimen_check")
    checked_at = models.DateTimeField()
    release = models.CharField(max_length=20, blank=True)
    overall = models.CharField(max_length=16, blank=True)
    unresolved = models.JSONField(default=list, help_text="medicines that could not be told")
    not_checked = models.JSONField(default=list, help_text="facts without which part of it could not be judged")
    failed = models.BooleanField(default=False, help_text="the check itself broke: nothing may be concluded")
    next_check_on = models.DateField(help_text="the day on which time alone may change the answer")

    class Meta:
        indexes = [
            models.Index(fields=["next_check_on"], name="regimen_check_due"),
            models.Index(fields=["release"], name="regimen_check_release"),
        ]

    def __str__(self) -> str:
        return f"checked {self.checked_at:%Y-%m-%d %H:%M}: {self.overall}"


class RegimenIngredient(models.Model):
    """That an ingredient counts in a patient's screenings: who takes what, found without reading every regimen."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="regimen_ingredients")
    ingredient = models.CharField(max_length=80, help_text="substance key")

    class Meta:
        constraints = [
            # In this order it is also the index by which those who hold an ingredient are found.
            models.UniqueConstraint(fields=["ingredient", "patient"], name="regimen_ingredient_once"),
        ]

    def __str__(self) -> str:
        return self.ingredient
