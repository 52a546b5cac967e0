"""What the team writes down stays; a mistake is mended by another note."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.notes.actions import AlreadyCorrectedError, write_note
from monitoring.notes.models import LONGEST, Note, NoteKind
from monitoring.notes.queries import latest_notes, notes_of
from monitoring.people.models import Patient, User
from tests.living import words_of

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('x')</script>\n\"><img src=x onerror=alert(1)> & {{ 7|add:7 }} \u202e"


def write(patient: Patient, by: User, now: datetime, text: str = "Called. Sleeps well.", **more: Any) -> Note:
    return write_note(
        patient=patient, text=text, kind=NoteKind.CALL, submission_key=uuid.uuid4(), by=by, now=now, **more
    )


@pytest.fixture
def staff(client: Client, patient: Patient, clinician: User, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    client.force_login(clinician)
    return client


@pytest.mark.core
def test_a_correction_is_a_note_of_its_own(patient: Patient, clinician: User, colleague: User, now: datetime) -> None:
    old = write(patient, clinician, now, "Takes 5 mg.")
    new = write(patient, colleague, now + timedelta(hours=1), "Takes 10 mg.", amends=old)
    assert list(notes_of(patient)) == [new, old]
    assert latest_notes(patient) == [new]
    old.refresh_from_db()
    assert (old.text, old.author) == ("Takes 5 mg.", clinician)
    # and: a second correction of the same note is refused, with the first one named
    with pytest.raises(AlreadyCorrectedError) as refused:
        write(patient, clinician, now, "Takes 15 mg.", amends=old)
    assert refused.value.correction == new
    assert write(patient, clinician, now + timedelta(hours=2), "Takes 12 mg.", amends=new).amends == new


def test_the_log_tells_that_a_note_was_written_and_not_what(patient: Patient, clinician: User, now: datetime) -> None:
    note = write(patient, clinician, now, "Zzyzxqv")
    event = AuditEvent.objects.get(action="note.write")
    assert event.object_id == str(note.pk)
    assert "Zzyzxqv" not in f"{event.reason}{event.detail}"


def test_the_same_form_twice_is_one_note(patient: Patient, clinician: User, now: datetime) -> None:
    form: dict[str, Any] = {"patient": patient, "text": "x", "kind": NoteKind.NOTE, "submission_key": uuid.uuid4()}
    assert write_note(by=clinician, now=now, **form) == write_note(by=clinician, now=now, **form)
    assert Note.objects.count() == 1


def test_a_note_of_another_record_cannot_be_corrected_here(
    patient: Patient, other_patient: Patient, clinician: User, outsider: User, now: datetime
) -> None:
    theirs = write(other_patient, outsider, now)
    with pytest.raises(ValueError, match="same record"):
        write(patient, clinician, now, amends=theirs)


@pytest.mark.core
def test_the_database_refuses_to_change_a_note(patient: Patient, clinician: User, now: datetime) -> None:
    write(patient, clinician, now)
    for change in (lambda: Note.objects.update(text="other"), lambda: Note.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_notes_are_the_care_teams_alone(
    patient: Patient, clinician: User, stranger: User, patient_user: User, now: datetime
) -> None:
    write(patient, clinician, now)
    seen = {who.email: Note.objects.visible_to(who).count() for who in (clinician, stranger, patient_user)}
    assert seen == {clinician.email: 1, stranger.email: 0, patient_user.email: 0}


def test_a_note_is_added_on_the_page(staff: Client, patient: Patient) -> None:
    address = reverse("patient_notes", args=[patient.pk])
    assert "No notes yet" in words_of(staff.get(address))
    key = str(uuid.uuid4())
    for _ in range(2):  # a double tap
        page = staff.post(address, {"submission_key": key, "kind": "visit", "text": "Stands well."}, follow=True)
    assert words_of(page).count("Stands well.") == 1
    assert Note.objects.get().kind == NoteKind.VISIT


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST + 1), "nul \0"])
def test_a_note_that_cannot_be_kept_comes_back_with_what_was_typed(staff: Client, patient: Patient, text: str) -> None:
    form = {"submission_key": str(uuid.uuid4()), "kind": "call", "text": text}
    page = staff.post(reverse("patient_notes", args=[patient.pk]), form)
    assert page.status_code == 422
    assert page.context["form"]["text"].value() == text
    assert 'href="#id_text"' in page.text
    assert not Note.objects.exists()


def test_hostile_text_is_shown_as_text(staff: Client, patient: Patient, clinician: User, now: datetime) -> None:
    write(patient, clinician, now, HOSTILE)
    for path in (reverse("patient_notes", args=[patient.pk]), reverse("patient", args=[patient.pk])):
        page = staff.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "14 " not in page.partition("onerror")[2][:40]
    assert "&lt;script&gt;alert" in staff.get(reverse("patient_notes", args=[patient.pk])).text


def test_a_corrected_note_is_struck_with_who_and_when(
    staff: Client, patient: Patient, colleague: User, now: datetime
) -> None:
    old = write(patient, colleague, now - timedelta(days=1), "Lives alone.")
    address = reverse("note_correct", args=[patient.pk, old.pk])
    assert "Lives alone." in staff.get(address).text
    form = {"submission_key": str(uuid.uuid4()), "kind": "note", "text": "Lives with her son."}
    page = words_of(staff.post(address, form, follow=True))
    assert "<s>Lives alone.</s>" in page
    assert "Corrected by Dr Alice Okafor" in page
    # and: somebody whose page is older is told who was first, and keeps what they wrote
    late = staff.post(address, {**form, "submission_key": str(uuid.uuid4()), "text": "Lives with a friend."})
    assert late.status_code == 422
    assert "Dr Alice Okafor has corrected this note already." in words_of(late)
    assert late.context["form"]["text"].value() == "Lives with a friend."
