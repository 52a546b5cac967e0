"""A note is written, or mended by another."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.audit.record import record
from monitoring.notes.models import Note, NoteKind
from monitoring.people.models import Patient, User


class AlreadyCorrectedError(Exception):
    """Somebody has corrected this note before: `correction` is what they wrote."""

    def __init__(self, correction: Note) -> None:
        super().__init__("corrected already")
        self.correction = correction


@transaction.atomic
def write_note(
    *,
    patient: Patient,
    text: str,
    kind: NoteKind,
    submission_key: UUID,
    by: User,
    now: datetime,
    amends: Note | None = None,
) -> Note:
    """Add a note to a patient's record; with `amends`, as the correction of that note, which stays.

    The same form sent twice is one note. Raises AlreadyCorrectedError for a note that has a correction, and
    ValueError for a note of another patient's.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    known: Note | None = Note.objects.filter(patient=patient, submission_key=submission_key).first()
    if known is not None:
        return known
    if amends is not None:
        _check(amends, patient)
    note: Note = Note.objects.create(
        patient=patient, author=by, written_at=now, kind=kind, text=text, amends=amends, submission_key=submission_key,
    )  # fmt: skip
    record(
        action="note.correct" if amends else "note.write",
        now=now,
        by=by,
        patient_id=patient.pk,
        object_type="note",
        object_id=note.pk,
        detail={"kind": str(kind), **({"corrects": amends.pk} if amends else {})},
    )
    return note


def _check(amends: Note, patient: Patient) -> None:
    if amends.patient_id != patient.pk:
        raise ValueError("A correction stands in the same record.")
    corrected: Note | None = Note.objects.filter(amends=amends).select_related("author").first()
    if corrected is not None:
        raise AlreadyCorrectedError(corrected)
