from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from monitoring.audit.models import AuditEvent
from monitoring.people.actions import (
    give_patient_sign_in,
    join_care_team,
    leave_care_team,
    register_patient,
    update_patient,
)
from monitoring.people.models import CareTeamMembership, Clinic, Patient, User
from monitoring.people.queries import colleagues_to_add

pytestmark = pytest.mark.django_db
WHO = {"identifier": "HP-7", "family_name": "Reed", "given_names": "Sam", "birth_date": date(1970, 5, 1)}


def test_registering_puts_the_clinician_on_the_team(clinic: Clinic, clinician: User, now: datetime) -> None:
    patient = register_patient(clinic=clinic, by=clinician, now=now, **WHO)  # type: ignore[arg-type]
    assert list(Patient.objects.visible_to(clinician)) == [patient]
    assert patient.time_zone == "Europe/London"
    verbs = AuditEvent.objects.filter(patient_id=patient.pk).order_by("id").values_list("action", flat=True)
    assert list(verbs) == ["patient.register", "care_team.join"]


def test_what_is_not_said_stays_unknown(clinic: Clinic, clinician: User, now: datetime) -> None:
    patient = register_patient(clinic=clinic, by=clinician, now=now, **WHO)  # type: ignore[arg-type]
    patient.refresh_from_db()
    assert (patient.egfr, patient.qtc_ms, patient.weight_kg, patient.conditions) == (None, None, None, None)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"birth_date": date(2030, 1, 1)}, "birth_date"),
        ({"egfr": Decimal(300), "egfr_on": date(2026, 1, 1)}, "egfr"),
        ({"egfr": Decimal(30)}, "egfr_on"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"family_name": ""}, "family_name"),
        ({"identifier": "HP-0042"}, "identifier"),
        ({"sex": "Q"}, "sex"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    clinic: Clinic, patient: Patient, clinician: User, now: datetime, facts: dict[str, object], field: str
) -> None:
    events = AuditEvent.objects.count()
    with pytest.raises(ValidationError) as caught:
        register_patient(clinic=clinic, by=clinician, now=now, **{**WHO, **facts})  # type: ignore[arg-type]
    assert set(caught.value.message_dict) == {field}
    assert Patient.objects.count() == 1
    assert AuditEvent.objects.count() == events


def test_nobody_registers_in_another_clinic(other_clinic: Clinic, clinician: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        register_patient(clinic=other_clinic, by=clinician, now=now, **WHO)  # type: ignore[arg-type]


def test_an_update_notes_the_fields_and_not_their_values(patient: Patient, clinician: User, now: datetime) -> None:
    changes = {"egfr": Decimal(28), "egfr_on": date(2026, 6, 10), "sex": "F"}
    assert update_patient(patient=patient, changes=changes, by=clinician, now=now) == ("egfr", "egfr_on")
    assert Patient.objects.get().egfr == Decimal(28)
    event = AuditEvent.objects.get(action="patient.update")
    assert event.detail == {"fields": ["egfr", "egfr_on"]}


def test_an_update_that_changes_nothing_leaves_no_line(patient: Patient, clinician: User, now: datetime) -> None:
    assert update_patient(patient=patient, changes={"sex": "F"}, by=clinician, now=now) == ()
    assert not AuditEvent.objects.filter(action="patient.update").exists()


def test_an_update_is_judged_with_what_is_already_known(patient: Patient, clinician: User, now: datetime) -> None:
    with pytest.raises(ValidationError) as caught:
        update_patient(patient=patient, changes={"egfr_on": None}, by=clinician, now=now)
    assert set(caught.value.message_dict) == {"egfr_on"}


@pytest.mark.parametrize("field", ["clinic", "user", "id", "registered_at", "is_demo"])
def test_some_fields_are_nobodys_to_change(patient: Patient, clinician: User, now: datetime, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        update_patient(patient=patient, changes={field: "x"}, by=clinician, now=now)


def test_joining_twice_is_one_membership(patient: Patient, stranger: User, clinician: User, now: datetime) -> None:
    first = join_care_team(patient=patient, clinician=stranger, by=clinician, now=now)
    assert join_care_team(patient=patient, clinician=stranger, by=clinician, now=now) == first
    assert Patient.objects.visible_to(stranger).exists()


def test_only_active_clinicians_of_the_clinic_join(
    patient: Patient, clinician: User, outsider: User, admin: User, patient_user: User, stranger: User, now: datetime
) -> None:
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    stranger.refresh_from_db()
    for person in (outsider, admin, patient_user, stranger):
        with pytest.raises(ValidationError):
            join_care_team(patient=patient, clinician=person, by=clinician, now=now)
    with pytest.raises(PermissionDenied):
        join_care_team(patient=patient, clinician=clinician, by=outsider, now=now)
    assert not colleagues_to_add(patient).exists()


def test_leaving_ends_the_view_and_the_last_must_stay(
    patient: Patient, clinician: User, colleague: User, now: datetime
) -> None:
    leave_care_team(patient=patient, clinician=clinician, by=clinician, now=now)
    assert not Patient.objects.visible_to(clinician).exists()
    with pytest.raises(ValidationError):
        leave_care_team(patient=patient, clinician=colleague, by=colleague, now=now)
    assert CareTeamMembership.objects.current().count() == 1


def test_a_switched_off_colleague_does_not_count_as_care(
    patient: Patient, clinician: User, colleague: User, now: datetime
) -> None:
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    with pytest.raises(ValidationError):
        leave_care_team(patient=patient, clinician=clinician, by=clinician, now=now)


def test_a_patient_gets_a_sign_in_and_then_new_passwords_for_it(clinic: Clinic, clinician: User, now: datetime) -> None:
    patient = register_patient(clinic=clinic, by=clinician, now=now, **WHO)  # type: ignore[arg-type]
    user = give_patient_sign_in(
        patient=patient, email="sam@home.example", password="first one time", by=clinician, now=now
    )
    assert user.is_patient
    assert user.must_change_password
    assert list(Patient.objects.visible_to(user)) == [patient]
    again = give_patient_sign_in(patient=patient, email="", password="second one time", by=clinician, now=now)
    assert again == user
    assert User.objects.get(pk=user.pk).check_password("second one time")
