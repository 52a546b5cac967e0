"""Reading, being asked back, signing; and being asked again when the words have changed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from monitoring.audit.models import AuditEvent
from monitoring.education import queries
from monitoring.education.actions import (
    ChangedError,
    NobodyToAskError,
    NotReadyError,
    WrongAnswerError,
    answer_question,
    mark_card_read,
    remind_to_read,
    sign_agreement,
    sign_read_out,
)
from monitoring.education.models import CardRead, EducationAgreement, TeachBackAnswer
from monitoring.education.queries import learning_of, patients_by_standing, rows_of
from monitoring.education.rules import Edition, Standing, StepKind, current_edition, parse_edition
from monitoring.notifications.models import Channel, Notification, Template
from monitoring.people.models import Patient, User
from tests.monitoring.education.test_editions import changed

pytestmark = pytest.mark.django_db
EDITION = current_edition()


def read_all(patient: Patient, by: User, now: datetime) -> None:
    for card in EDITION.cards:
        mark_card_read(patient=patient, card=card, by=by, now=now)
    for question in EDITION.questions:
        assert answer_question(patient=patient, question=question, answer=question.right, by=by, now=now)


def sign(patient: Patient, by: User, now: datetime) -> EducationAgreement:
    return sign_agreement(patient=patient, seen=EDITION.content_hash, language="en", by=by, now=now)


def next_edition(monkeypatch: pytest.MonkeyPatch) -> Edition:
    """Tomorrow’s texts: one card says something else."""

    def change(content: dict[str, Any]) -> None:
        content["version"] = content["cards"][1]["since"] = "2027.1"
        content["cards"][1]["title"] = "Wine and beer"

    edition = parse_edition(changed(change), name="x")
    monkeypatch.setattr(queries, "current_edition", lambda: edition)
    return edition


@pytest.mark.core
def test_cards_then_questions_then_the_signature(patient: Patient, patient_user: User, now: datetime) -> None:
    # given: a patient who has read nothing
    assert learning_of(patient).standing is Standing.NOT_BEGUN
    # when: every card is read and every question answered
    read_all(patient, patient_user, now)
    assert learning_of(patient).step.kind is StepKind.SIGN
    agreement = sign(patient, patient_user, now)
    # then: the signature names the words, the language, who and when
    assert (agreement.version, agreement.content_hash) == (EDITION.version, EDITION.content_hash)
    assert (agreement.signer, agreement.language, agreement.signed_at) == ("patient", "en", now)
    assert agreement.answers == {question.key: question.right for question in EDITION.questions}
    assert learning_of(patient).standing is Standing.SIGNED
    assert list(AuditEvent.objects.filter(action="education.sign").values_list("object_id", flat=True)) == [
        str(agreement.pk)
    ]


def test_nothing_is_done_twice_by_a_double_tap(patient: Patient, patient_user: User, now: datetime) -> None:
    read_all(patient, patient_user, now)
    read_all(patient, patient_user, now + timedelta(minutes=1))
    assert sign(patient, patient_user, now) == sign(patient, patient_user, now + timedelta(minutes=1))
    assert (CardRead.objects.count(), TeachBackAnswer.objects.count(), EducationAgreement.objects.count()) == (5, 3, 1)
    assert set(CardRead.objects.values_list("read_at", flat=True)) == {now}


def test_another_answer_is_kept_nowhere(patient: Patient, patient_user: User, now: datetime) -> None:
    before = AuditEvent.objects.count()
    question = EDITION.questions[0]
    for answer in ("coffee", "slowly", "", "no such answer"):
        assert not answer_question(patient=patient, question=question, answer=answer, by=patient_user, now=now)
    assert not TeachBackAnswer.objects.exists()
    assert AuditEvent.objects.count() == before


def test_nobody_signs_what_they_have_not_read(patient: Patient, patient_user: User, now: datetime) -> None:
    with pytest.raises(NotReadyError):
        sign(patient, patient_user, now)
    assert not EducationAgreement.objects.exists()


def test_a_new_text_asks_again_and_shows_only_what_changed(
    patient: Patient, patient_user: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_all(patient, patient_user, now)
    sign(patient, patient_user, now)
    # when: the text of one card changes
    edition = next_edition(monkeypatch)
    learning = learning_of(patient)
    # then: the old signature stays, the patient is asked again, for this card only
    assert learning.standing is Standing.OUTDATED
    assert learning.signed is None
    assert [each.version for each in learning.agreements] == [EDITION.version]
    assert (learning.step.slug, learning.unread_count) == ("alcohol", 1)
    # and: who had the old words on the screen signs neither
    with pytest.raises(ChangedError):
        sign(patient, patient_user, now)
    mark_card_read(patient=patient, card=edition.cards[1], by=patient_user, now=now)
    sign_agreement(patient=patient, seen=edition.content_hash, language="es", by=patient_user, now=now)
    assert learning_of(patient).standing is Standing.SIGNED


def test_staff_read_out_and_sign_for_the_patient(patient: Patient, clinician: User, now: datetime) -> None:
    right = {question.key: question.right for question in EDITION.questions}
    given: dict[str, Any] = {"patient": patient, "seen": EDITION.content_hash, "language": "en", "by": clinician}
    with pytest.raises(WrongAnswerError) as refused:
        sign_read_out(answers={**right, "cold": "two"}, now=now, **given)
    assert [question.key for question in refused.value.questions] == ["cold"]
    assert not CardRead.objects.exists()
    agreement = sign_read_out(answers=right, now=now, **given)
    assert (agreement.signer, agreement.signed_by) == ("read_out", clinician)
    assert learning_of(patient).read_count == 5


def test_who_has_and_who_has_not(
    patient: Patient, patient_user: User, clinician: User, stranger: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def found(wanted: str, user: User = clinician) -> list[Patient]:
        return list(patients_by_standing(user, wanted))

    assert (found(""), found("unsigned"), found("signed")) == ([patient], [patient], [])
    read_all(patient, patient_user, now)
    sign(patient, patient_user, now)
    assert (found("unsigned"), found("signed"), found("outdated")) == ([], [patient], [])
    assert found("", stranger) == []
    next_edition(monkeypatch)
    assert (found("signed"), found("outdated")) == ([], [patient])
    row = rows_of([patient])[0]
    assert (row.standing, row.read_count) == (Standing.OUTDATED, 4)
    assert row.agreement is not None
    assert row.agreement.version == EDITION.version


def test_a_reminder_says_nothing_of_its_matter_and_goes_once_a_day(
    patient: Patient, clinician: User, now: datetime
) -> None:
    for hour in (0, 1):
        remind_to_read(patient=patient, by=clinician, now=now + timedelta(hours=hour))
    told = Notification.objects.filter(recipient=patient.user)
    assert set(told.values_list("channel", flat=True)) == {Channel.IN_APP, Channel.EMAIL}
    assert {each.template for each in told} == {Template.LEARN}
    assert not any(word in Template.LEARN.label.lower() for word in ("medicine", "dose", "drug", "safety"))
    remind_to_read(patient=patient, by=clinician, now=now + timedelta(days=1))
    assert told.filter(channel=Channel.IN_APP).count() == 2


def test_who_has_no_account_cannot_be_asked(patient: Patient, clinician: User, now: datetime) -> None:
    Patient.objects.filter(pk=patient.pk).update(user=None)
    with pytest.raises(NobodyToAskError):
        remind_to_read(patient=patient, by=clinician, now=now)
    assert not Notification.objects.exists()


@pytest.mark.core
@pytest.mark.parametrize("rows", [CardRead, TeachBackAnswer, EducationAgreement], ids=lambda model: model.__name__)
def test_the_database_refuses_to_change_what_was_signed(
    patient: Patient, patient_user: User, now: datetime, rows: Any
) -> None:
    read_all(patient, patient_user, now)
    sign(patient, patient_user, now)
    for change in (lambda: rows.objects.update(patient=patient), lambda: rows.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
