"""What patients say of single doses: taken, taken late, missed, or one too many."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel
from monitoring.intakes.dosage import AT
from monitoring.people.models import Patient, PatientScopedQuerySet, User
from monitoring.regimens.models import Prescription


class DoseReportKind(models.TextChoices):
    TOOK = "took", pgettext_lazy("staff", "taken as planned")
    LATE = "late", pgettext_lazy("staff", "taken late")
    SKIPPED = "skipped", pgettext_lazy("staff", "missed")
    EXTRA = "extra", pgettext_lazy("staff", "more than planned")
    STOPPED = "stopped", pgettext_lazy("staff", "stopped")


class Advice(models.TextChoices):
    """Which page answered a report; kept, so that the page can be opened again as it was."""

    NOTED = "noted", pgettext_lazy("staff", "noted")
    LATE = "late", pgettext_lazy("staff", "a dose taken late")
    MISSED = "missed", pgettext_lazy("staff", "a missed dose")
    MISSED_SEVERAL = "missed_several", pgettext_lazy("staff", "several missed doses")
    WITHDRAWAL = "withdrawal", pgettext_lazy("staff", "several missed doses of baclofen")
    TOO_MUCH = "too_much", pgettext_lazy("staff", "more than planned")
    STOPPED = "stopped", pgettext_lazy("staff", "a medicine that is taken no more")


class DoseReportQuerySet(PatientScopedQuerySet):
    def between(self, start: date, end: date) -> Self:
        """Reports on doses of the days from `start` to `end`, both included; the oldest report first."""
        return self.filter(local_date__gte=start, local_date__lte=end).order_by("reported_at", "id")


class DoseReport(OpaqueIdModel):
    """One report of one dose; only ever added. A later report of the same dose takes the place of an earlier one.

    `dose` counts the doses of that day from 1; 0 stands for none of them in particular. `planned` is what was to be
    taken, in the words of that day.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="dose_reports")
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="dose_reports")
    local_date = models.DateField(help_text="the patient's local day of the dose")
    dose = models.PositiveSmallIntegerField(default=0)
    time_of_day = models.CharField(max_length=10, blank=True)
    planned = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8, choices=DoseReportKind)
    advice = models.CharField(max_length=16, choices=Advice)
    submission_key = models.UUIDField(help_text="made with the form: sending it twice keeps one report")
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[DoseReportQuerySet] = DoseReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-reported_at", "dose", "id"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "submission_key", "dose"], name="dose_report_once"),
            models.CheckConstraint(
                condition=~Q(kind=DoseReportKind.EXTRA) | Q(dose=0, advice=Advice.TOO_MUCH),
                name="dose_report_extra_is_told_at_once",
            ),
        ]
        indexes = [models.Index(fields=["patient", "local_date"], name="dose_report_of_day")]

    @property
    def planned_words(self) -> str:
        """What was to be taken, with its time of day, in the reader’s language."""
        return f"{self.planned} {AT[self.time_of_day]}" if self.time_of_day in AT else self.planned

    def __str__(self) -> str:
        return f"{self.kind} on {self.local_date}"
