"""Who read which card, who answered which question, and who agreed to what. Rows are only ever added."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel
from monitoring.people.models import Patient, PatientScopedQuerySet, User


class EducationQuerySet(PatientScopedQuerySet):
    def of(self, patient: Patient) -> Self:
        return self.filter(patient=patient)


class Signer(models.TextChoices):
    PATIENT = "patient", pgettext_lazy("staff", "the patient")
    CARER = "carer", pgettext_lazy("staff", "a carer for the patient")
    READ_OUT = "read_out", pgettext_lazy("staff", "staff, who read it out to the patient")


class CardRead(OpaqueIdModel):
    """One card, in one version of its text, was on the screen and marked as read; the first time counts."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cards_read")
    card = models.CharField(max_length=40)
    version = models.CharField(max_length=20, help_text="the edition in which this card's text last changed")
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[EducationQuerySet] = EducationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "card", "version"], name="card_read_once")]

    def __str__(self) -> str:
        return f"{self.card} {self.version} read at {self.read_at:%Y-%m-%d %H:%M}"


class TeachBackAnswer(OpaqueIdModel):
    """A question that was answered right. What was answered before that is kept nowhere."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="teach_back_answers")
    question = models.CharField(max_length=40)
    version = models.CharField(max_length=20, help_text="the edition in which this question last changed")
    answer = models.CharField(max_length=40)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[EducationQuerySet] = EducationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "question", "version"], name="teach_back_once")]

    def __str__(self) -> str:
        return f"{self.question} {self.version} answered at {self.answered_at:%Y-%m-%d %H:%M}"


class EducationAgreement(OpaqueIdModel):
    """A signature under one edition of the cards; `content_hash` says exactly which words it stands under."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="education_agreements")
    version = models.CharField(max_length=20)
    content_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=20, help_text="the language the signed page was shown in")
    answers = models.JSONField(help_text="each question with the answer that was given")
    signer = models.CharField(max_length=10, choices=Signer)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[EducationQuerySet] = EducationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-signed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["patient", "content_hash"], name="agreement_once"),
            models.CheckConstraint(condition=~Q(content_hash=""), name="agreement_names_its_text"),
        ]
        indexes = [models.Index(fields=["patient", "-signed_at"], name="agreement_newest")]

    def __str__(self) -> str:
        return f"{self.version} signed at {self.signed_at:%Y-%m-%d %H:%M}"
