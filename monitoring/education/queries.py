"""Who has read what, who has agreed to what, and who has not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from monitoring.education.models import CardRead, EducationAgreement, TeachBackAnswer
from monitoring.education.rules import (
    Card,
    Edition,
    Question,
    Standing,
    Step,
    current_edition,
    next_step,
    standing,
)
from monitoring.people.models import Patient, User

M = TypeVar("M", CardRead, EducationAgreement)


@dataclass(frozen=True, slots=True)
class CardState:
    """A card and when it was read in its present words."""

    card: Card
    read: CardRead | None


@dataclass(frozen=True, slots=True)
class QuestionState:
    """A question with its number on the page, and the answer that was kept."""

    number: int
    question: Question
    answer: TeachBackAnswer | None


@dataclass(frozen=True)
class Learning:
    """How one patient stands to an edition; `agreements` holds every signature, the newest first."""

    edition: Edition
    cards: tuple[CardState, ...]
    questions: tuple[QuestionState, ...]
    agreements: tuple[EducationAgreement, ...]
    has_begun: bool

    @cached_property
    def signed(self) -> EducationAgreement | None:
        """The signature under the present words."""
        return next((each for each in self.agreements if each.content_hash == self.edition.content_hash), None)

    @cached_property
    def standing(self) -> Standing:
        return standing(self.edition, signed={each.content_hash for each in self.agreements}, has_begun=self.has_begun)

    @property
    def is_due(self) -> bool:
        return self.standing.is_due

    @cached_property
    def step(self) -> Step:
        """What comes next."""
        read = {(each.card.slug, each.card.since) for each in self.cards if each.read}
        answered = {(each.question.key, each.question.since) for each in self.questions if each.answer}
        return next_step(self.edition, read=read, answered=answered, is_signed=self.signed is not None)

    @property
    def read_count(self) -> int:
        return sum(1 for each in self.cards if each.read)

    @property
    def answered_count(self) -> int:
        return sum(1 for each in self.questions if each.answer)

    @property
    def unread_count(self) -> int:
        return len(self.cards) - self.read_count


def learning_of(patient: Patient) -> Learning:
    """How this patient stands to the current edition; three queries."""
    edition = current_edition()
    reads = {(each.card, each.version): each for each in CardRead.objects.of(patient).select_related("read_by")}
    answers = {(each.question, each.version): each for each in TeachBackAnswer.objects.of(patient)}
    agreements = EducationAgreement.objects.of(patient).select_related("signed_by")
    return Learning(
        edition=edition,
        cards=tuple(CardState(card, reads.get((card.slug, card.since))) for card in edition.cards),
        questions=tuple(
            QuestionState(number, question, answers.get((question.key, question.since)))
            for number, question in enumerate(edition.questions, start=1)
        ),
        agreements=tuple(agreements.order_by("-signed_at", "-id")),
        has_begun=bool(reads),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One patient in the clinic's list."""

    patient: Patient
    standing: Standing
    agreement: EducationAgreement | None
    read_count: int
    last_read: datetime | None


def patients_by_standing(user: User, wanted: str) -> QuerySet[Patient]:
    """The patients `user` may see, by name; with `wanted` "signed", "outdated" or "unsigned" only those."""
    signed = EducationAgreement.objects.filter(patient=OuterRef("pk"))
    current = Exists(signed.filter(content_hash=current_edition().content_hash))
    found = Patient.objects.filter(pk__in=Patient.objects.visible_to(user))
    if wanted == Standing.SIGNED:
        return found.filter(current)
    if wanted == Standing.OUTDATED:
        return found.filter(~current, Exists(signed))
    return found.filter(~Exists(signed)) if wanted == "unsigned" else found


def rows_of(patients: Sequence[Patient]) -> list[Row]:
    """How each of these patients stands; two queries however many they are."""
    edition = current_edition()
    ids = [patient.pk for patient in patients]
    agreements = _by_patient(
        EducationAgreement.objects.filter(patient__in=ids).select_related("signed_by").order_by("-signed_at", "-id")
    )
    reads = _by_patient(CardRead.objects.filter(patient__in=ids).order_by("-read_at"))
    return [_row(edition, patient, agreements.get(patient.pk, []), reads.get(patient.pk, [])) for patient in patients]


def _row(edition: Edition, patient: Patient, agreements: list[EducationAgreement], reads: list[CardRead]) -> Row:
    wanted = {(card.slug, card.since) for card in edition.cards}
    signed = {each.content_hash for each in agreements}
    return Row(
        patient=patient,
        standing=standing(edition, signed=signed, has_begun=bool(reads)),
        agreement=agreements[0] if agreements else None,
        read_count=sum(1 for each in reads if (each.card, each.version) in wanted),
        last_read=reads[0].read_at if reads else None,
    )


def _by_patient(rows: Iterable[M]) -> dict[UUID, list[M]]:
    found: dict[UUID, list[M]] = {}
    for row in rows:
        found.setdefault(row.patient_id, []).append(row)
    return found
