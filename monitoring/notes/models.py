"""What the care team writes about a patient for each other. Rows are only ever added."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel
from monitoring.people.models import Patient, PatientScopedQuerySet, User

LONGEST = 2_000


class NoteKind(models.TextChoices):
    NOTE = "note", pgettext_lazy("staff", "Note")
    CALL = "call", pgettext_lazy("staff", "Phone call")
    VISIT = "visit", pgettext_lazy("staff", "Visit")
    HANDOVER = "handover", pgettext_lazy("staff", "For whoever is next")


class NoteQuerySet(PatientScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Notes are the care team's: neither the patient nor a carer sees them here."""
        return super().visible_to(user) if getattr(user, "is_clinician", False) else self.none()

    def newest_first(self) -> Self:
        return self.order_by("-written_at", "-id")

    def standing(self) -> Self:
        """The notes that no later one corrects."""
        return self.filter(correction__isnull=True)


class Note(OpaqueIdModel):
    """One note. A mistake is mended by another note that points to it; both stay."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notes_written")
    written_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.NOTE)
    text = models.TextField(max_length=LONGEST)
    amends = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        help_text="the note that this one corrects; each is corrected once, and then its correction",
    )
    submission_key = models.UUIDField(help_text="of the form, so that a double tap writes one note")

    objects: ClassVar[NoteQuerySet] = NoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "submission_key"], name="note_submission_once"),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=Q(amends__isnull=True) | ~Q(amends=F("id")), name="note_amends_another"),
        ]
        indexes = [models.Index(fields=["patient", "-written_at"], name="note_newest")]

    def __str__(self) -> str:
        return f"note of {self.written_at:%Y-%m-%d %H:%M}"
