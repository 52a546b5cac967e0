"""The notes of one patient."""

from monitoring.notes.models import Note, NoteQuerySet
from monitoring.people.models import Patient


def notes_of(patient: Patient) -> NoteQuerySet:
    """Every note, newest first, those that were corrected too; each knows what it corrects and what corrects it."""
    found: NoteQuerySet = Note.objects.filter(patient=patient)
    return found.select_related("author", "amends", "correction__author").newest_first()


def latest_notes(patient: Patient, n: int = 3) -> list[Note]:
    """The newest notes that still stand, for `monitoring/notes/_latest.html`; one query."""
    standing: NoteQuerySet = Note.objects.filter(patient=patient)
    return list(standing.standing().select_related("author", "amends").newest_first()[:n])
