import uuid
from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.people.access import get_patient_or_404, get_visible_or_404, read_patient_or_404
from monitoring.people.models import CareTeamMembership, Patient, User

pytestmark = pytest.mark.django_db


def test_the_care_team_and_the_patient_see_the_record(
    patient: Patient, clinician: User, colleague: User, patient_user: User
) -> None:
    for person in (clinician, colleague, patient_user):
        assert get_patient_or_404(person, patient.pk) == patient
        assert get_patient_or_404(person, str(patient.pk)) == patient


def test_nobody_else_sees_it(patient: Patient, stranger: User, outsider: User, admin: User) -> None:
    for person in (stranger, outsider, admin, AnonymousUser()):
        with pytest.raises(Http404):
            get_patient_or_404(person, patient.pk)


def test_another_patient_does_not_see_it(patient: Patient, other_patient: Patient, patient_user: User) -> None:
    with pytest.raises(Http404):
        get_patient_or_404(patient_user, other_patient.pk)


def test_leaving_and_being_switched_off_end_the_view_at_once(patient: Patient, clinician: User, now: datetime) -> None:
    CareTeamMembership.objects.filter(clinician=clinician).update(left_at=now)
    with pytest.raises(Http404):
        get_patient_or_404(clinician, patient.pk)
    CareTeamMembership.objects.filter(clinician=clinician).update(left_at=None)
    clinician.is_active = False
    with pytest.raises(Http404):
        get_patient_or_404(clinician, patient.pk)


def test_a_membership_across_clinics_opens_nothing(patient: Patient, outsider: User, now: datetime) -> None:
    CareTeamMembership.objects.create(patient=patient, clinician=outsider, joined_at=now)
    with pytest.raises(Http404):
        get_patient_or_404(outsider, patient.pk)


@pytest.mark.parametrize("pk", ["", "1", "not-a-uuid", None, 7, ["x"], " "])
def test_malformed_is_missing(clinician: User, pk: object) -> None:
    with pytest.raises(Http404):
        get_patient_or_404(clinician, pk)


def test_a_refusal_is_noted_with_the_patient(patient: Patient, stranger: User) -> None:
    with pytest.raises(Http404):
        get_patient_or_404(stranger, patient.pk)
    event = AuditEvent.objects.get(outcome=Outcome.DENIED)
    assert (event.actor_id, event.patient_id) == (str(stranger.pk), patient.pk)


def test_asking_for_what_does_not_exist_is_noted_too(stranger: User) -> None:
    with pytest.raises(Http404):
        get_patient_or_404(stranger, uuid.uuid4())
    event = AuditEvent.objects.get(outcome=Outcome.DENIED)
    assert event.patient_id is None


def test_missing_and_not_yours_cost_the_same_queries(
    patient: Patient, stranger: User, django_assert_num_queries: object
) -> None:
    counts = []
    for pk in (patient.pk, uuid.uuid4()):
        with django_assert_num_queries(5) as seen, pytest.raises(Http404):  # type: ignore[operator]
            get_patient_or_404(stranger, pk)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_inside_a_transaction_is_a_mistake_of_ours(patient: Patient, stranger: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        get_patient_or_404(stranger, patient.pk)


def test_reading_leaves_a_line_before_anything_is_shown(patient: Patient, clinician: User) -> None:
    read_patient_or_404(clinician, patient.pk, what="medicines")
    event = AuditEvent.objects.get(action="patient.read")
    assert (event.patient_id, event.object_type, event.actor_id) == (patient.pk, "medicines", str(clinician.pk))


def test_rows_of_a_patient_follow_the_patient(patient: Patient, stranger: User, now: datetime) -> None:
    from monitoring.alerts.models import Alert

    alert = Alert.objects.create(
        patient=patient,
        kind="symptoms",
        level=2,
        source_type="check_in",
        raised_at=now,
        last_reported_at=now,
        due_at=now,
    )
    with pytest.raises(Http404):
        get_visible_or_404(Alert, stranger, alert.pk)
    event = AuditEvent.objects.get(outcome=Outcome.DENIED)
    assert (event.patient_id, event.object_id) == (patient.pk, str(alert.pk))
