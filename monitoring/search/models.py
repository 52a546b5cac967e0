"""Filters that a person keeps under a name of their own."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel
from monitoring.people.models import User


class ListName(models.TextChoices):
    """The lists that can be narrowed."""

    WORKLIST = "worklist", pgettext_lazy("staff", "Alerts")
    PATIENTS = "patient_list", pgettext_lazy("staff", "Patients")


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: Any) -> Self:
        """A person’s own, whatever their role."""
        return self.filter(user=user)


class SavedFilter(OpaqueIdModel):
    """A narrowed list under a name. `query` holds known settings of that list only, never what was searched for."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_filters")
    name = models.CharField(max_length=40)
    on_list = models.CharField(max_length=20, choices=ListName)
    query = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    objects: ClassVar[SavedFilterQuerySet] = SavedFilterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["on_list", "saved_at", "id"]
        constraints = [models.UniqueConstraint("user", "on_list", Lower("name"), name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name
