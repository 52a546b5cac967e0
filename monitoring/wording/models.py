"""That a clinician of a clinic has read a translation of the clinical copy, and which words exactly."""

from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.db.models import Q

from monitoring.fields import OpaqueIdModel
from monitoring.people.models import Clinic, User


class SignedError(Exception):
    """What was signed stays as it was: another reading is another row."""


class ReviewQuerySet(models.QuerySet["CopyReview"]):
    def of(self, digest: str, language: str) -> Self:
        """The reviews of exactly these words."""
        return self.filter(language=language, digest=digest)

    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's own signature
        raise SignedError

    def delete(self) -> NoReturn:
        raise SignedError


class CopyReview(OpaqueIdModel):
    """One clinician's word that a translation of the clinical copy says the same as the English. Never changed."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="copy_reviews")
    language = models.CharField(max_length=10, help_text="code of the translation's language, such as es")
    digest = models.CharField(max_length=64, help_text="SHA-256 over every English text with its translation")
    texts = models.JSONField(help_text="what was read: each English text with its translation")
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ReviewQuerySet] = ReviewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-reviewed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "language", "digest", "reviewed_by"], name="copy_review_once_a_person"
            ),
            models.CheckConstraint(condition=~Q(digest="") & ~Q(language=""), name="copy_review_names_its_text"),
        ]
        indexes = [models.Index(fields=["digest", "language"], name="copy_review_of_digest")]

    def __str__(self) -> str:
        return f"{self.language} read on {self.reviewed_at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new review; a SignedError for one that is stored already."""
        if not self._state.adding:
            raise SignedError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's own signature
        """Refused, always."""
        raise SignedError
