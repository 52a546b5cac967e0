"""A card is read, a question answered, the whole agreed to; and a patient is asked to read."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from monitoring.audit.record import record
from monitoring.education.models import CardRead, EducationAgreement, Signer, TeachBackAnswer
from monitoring.education.queries import Learning, learning_of
from monitoring.education.rules import Card, Edition, Question, StepKind, current_edition
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Template
from monitoring.people.models import Patient, User


class ChangedError(Exception):
    """The words are not those that were on the screen: they must be shown again before anybody signs."""


class NotReadyError(Exception):
    """A card was not read or a question not answered yet."""


class WrongAnswerError(Exception):
    """Answers that do not say what their cards say; `questions` holds them."""

    def __init__(self, questions: tuple[Question, ...]) -> None:
        super().__init__("an answer is not right")
        self.questions = questions


class NobodyToAskError(Exception):
    """The patient has no account to which a message could go."""


@transaction.atomic
def mark_card_read(*, patient: Patient, card: Card, by: User, now: datetime) -> CardRead:
    """Keep that a card was read in its present words. Reading it again changes nothing."""
    patient = _locked(patient)
    return _keep_read(patient, card, by, now)


def _keep_read(patient: Patient, card: Card, by: User, now: datetime) -> CardRead:
    known: CardRead | None = CardRead.objects.of(patient).filter(card=card.slug, version=card.since).first()
    if known is not None:
        return known
    read: CardRead = CardRead.objects.create(
        patient=patient, card=card.slug, version=card.since, read_at=now, read_by=by
    )
    record(
        action="education.read", now=now, by=by, patient_id=patient.pk, object_type="card_read", object_id=read.pk,
        detail={"card": card.slug, "version": card.since},
    )  # fmt: skip
    return read


@transaction.atomic
def answer_question(*, patient: Patient, question: Question, answer: str, by: User, now: datetime) -> bool:
    """Whether the answer is right; a right one is kept, another leaves no trace anywhere."""
    patient = _locked(patient)
    if answer != question.right:
        return False
    _keep_answer(patient, question, by, now)
    return True


def _keep_answer(patient: Patient, question: Question, by: User, now: datetime) -> None:
    kept = TeachBackAnswer.objects.of(patient).filter(question=question.key, version=question.since)
    if kept.exists():
        return
    made: TeachBackAnswer = TeachBackAnswer.objects.create(
        patient=patient, question=question.key, version=question.since, answer=question.right,
        answered_at=now, answered_by=by,
    )  # fmt: skip
    record(
        action="education.answer", now=now, by=by, patient_id=patient.pk, object_type="teach_back_answer",
        object_id=made.pk, detail={"question": question.key, "version": question.since},
    )  # fmt: skip


@transaction.atomic
def sign_agreement(*, patient: Patient, seen: str, language: str, by: User, now: datetime) -> EducationAgreement:
    """Sign the edition whose content hash is `seen`, in the words of `language`; signing twice is one signature.

    Raises ChangedError when another edition has taken its place since the page was shown, and NotReadyError while a
    card is unread or a question open.
    """
    patient = _locked(patient)
    learning = _learning_for(patient, seen)
    if learning.signed is not None:
        return learning.signed
    if learning.step.kind is not StepKind.SIGN:
        raise NotReadyError
    return _sign(patient, learning.edition, language, by, now)


@transaction.atomic
def sign_read_out(
    *, patient: Patient, seen: str, answers: Mapping[str, str], language: str, by: User, now: datetime
) -> EducationAgreement:
    """Staff read every card out and the patient answered and agreed: kept as read, answered and signed by `by`.

    Raises ChangedError as `sign_agreement` does, and WrongAnswerError, keeping nothing, while an answer is not right.
    """
    patient = _locked(patient)
    learning = _learning_for(patient, seen)
    if learning.signed is not None:
        return learning.signed
    wrong = tuple(each for each in learning.edition.questions if answers.get(each.key) != each.right)
    if wrong:
        raise WrongAnswerError(wrong)
    for card in learning.edition.cards:
        _keep_read(patient, card, by, now)
    for question in learning.edition.questions:
        _keep_answer(patient, question, by, now)
    return _sign(patient, learning.edition, language, by, now)


def _learning_for(patient: Patient, seen: str) -> Learning:
    learning = learning_of(patient)
    if seen != learning.edition.content_hash:
        raise ChangedError
    return learning


def _sign(patient: Patient, edition: Edition, language: str, by: User, now: datetime) -> EducationAgreement:
    signer = _signer(patient, by)
    agreement: EducationAgreement = EducationAgreement.objects.create(
        patient=patient,
        version=edition.version,
        content_hash=edition.content_hash,
        language=language,
        answers={question.key: question.right for question in edition.questions},
        signer=signer,
        signed_at=now,
        signed_by=by,
    )
    record(
        action="education.sign", now=now, by=by, patient_id=patient.pk, object_type="education_agreement",
        object_id=agreement.pk,
        detail={"version": edition.version, "hash": edition.content_hash, "signer": str(signer), "language": language},
    )  # fmt: skip
    return agreement


def _signer(patient: Patient, by: User) -> Signer:
    if by.pk == patient.user_id:
        return Signer.PATIENT
    return Signer.READ_OUT if by.is_clinician else Signer.CARER


@transaction.atomic
def remind_to_read(*, patient: Patient, by: User, now: datetime) -> None:
    """Ask a patient to read the cards, by a message that says nothing of them; twice on one day is one message.

    Raises NobodyToAskError for a patient without an account.
    """
    patient = _locked(patient)
    if patient.user is None or not patient.user.is_active:
        raise NobodyToAskError
    edition = current_edition()
    queue_for_many(
        recipients=[patient.user], template=Template.LEARN, ref_type="education", ref_id=patient.pk,
        dedupe_key=f"education {patient.pk} {edition.version} {patient.local_date(now)}", now=now,
    )  # fmt: skip
    record(
        action="education.remind", now=now, by=by, patient_id=patient.pk, object_type="patient", object_id=patient.pk,
        detail={"version": edition.version},
    )  # fmt: skip


def _locked(patient: Patient) -> Patient:
    return Patient.objects.select_for_update().get(pk=patient.pk)
