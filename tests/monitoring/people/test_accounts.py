from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from monitoring.audit.models import AuditEvent
from monitoring.people.actions import (
    activate_user,
    change_own_password,
    create_clinic,
    create_user,
    deactivate_user,
    give_one_time_password,
)
from monitoring.people.models import Clinic, Patient, Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def test_a_clinic_needs_a_real_time_zone(now: datetime) -> None:
    with pytest.raises(ValidationError) as caught:
        create_clinic(name="X", time_zone="Mars/Base", phone="1", job="tests", now=now)
    assert set(caught.value.message_dict) == {"time_zone"}
    assert not Clinic.objects.exists()


def test_an_account_is_made_with_one_audit_line_and_without_the_password_in_it(
    clinic: Clinic, admin: User, now: datetime
) -> None:
    user = create_user(
        clinic=clinic, email=" New@Clinic.Example ", name="New One", role=Role.CLINICIAN,
        password=PASSWORD, by=admin, now=now,
    )  # fmt: skip
    assert user.email == "new@clinic.example"
    assert user.check_password(PASSWORD)
    event = AuditEvent.objects.get(action="user.create", actor_id=str(admin.pk))
    assert event.object_id == str(user.pk)
    assert PASSWORD not in str(event.detail)


@pytest.mark.parametrize("email", ["alice@clinic.example", "ALICE@clinic.example"])
def test_one_address_is_one_person(clinic: Clinic, clinician: User, admin: User, now: datetime, email: str) -> None:
    with pytest.raises(ValidationError) as caught:
        create_user(clinic=clinic, email=email, name="X", role=Role.ADMIN, password=None, by=admin, now=now)
    assert set(caught.value.message_dict) == {"email"}


def test_nobody_adds_accounts_to_another_clinic(other_clinic: Clinic, admin: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        create_user(
            clinic=other_clinic, email="x@y.example", name="X", role=Role.ADMIN, password=None, by=admin, now=now
        )


def test_a_role_that_does_not_exist_is_refused(clinic: Clinic, admin: User, now: datetime) -> None:
    with pytest.raises(ValidationError):
        create_user(clinic=clinic, email="x@y.example", name="X", role="root", password=None, by=admin, now=now)


def test_switching_off_and_on(clinician: User, admin: User, now: datetime) -> None:
    deactivate_user(user=clinician, by=admin, now=now)
    deactivate_user(user=clinician, by=admin, now=now)
    assert not User.objects.get(pk=clinician.pk).is_active
    activate_user(user=clinician, by=admin, now=now)
    assert User.objects.get(pk=clinician.pk).is_active
    verbs = AuditEvent.objects.filter(object_id=str(clinician.pk), actor_id=str(admin.pk)).values_list(
        "action", flat=True
    )
    assert sorted(verbs) == ["user.activate", "user.deactivate"]


def test_nobody_switches_off_themselves(admin: User, now: datetime) -> None:
    with pytest.raises(ValidationError):
        deactivate_user(user=admin, by=admin, now=now)
    assert User.objects.get(pk=admin.pk).is_active


def test_the_last_admin_stays(clinic: Clinic, admin: User, now: datetime) -> None:
    second = create_user(
        clinic=clinic, email="second@clinic.example", name="Second", role=Role.ADMIN, password=None, job="t", now=now
    )
    deactivate_user(user=admin, by=second, now=now)
    # The first was signed in when it happened and answers in kind: one of them must remain.
    with pytest.raises(ValidationError):
        deactivate_user(user=second, by=admin, now=now)
    assert User.objects.get(pk=second.pk).is_active


def test_another_clinics_admin_has_no_say(clinician: User, other_admin: User, now: datetime) -> None:
    for action in (deactivate_user, activate_user):
        with pytest.raises(PermissionDenied):
            action(user=clinician, by=other_admin, now=now)  # type: ignore[operator]
    with pytest.raises(PermissionDenied):
        give_one_time_password(user=clinician, password=PASSWORD, by=other_admin, now=now)


def test_patients_left_without_anybody_are_counted(
    patient: Patient, clinician: User, colleague: User, admin: User, now: datetime
) -> None:
    assert deactivate_user(user=clinician, by=admin, now=now) == 0
    assert deactivate_user(user=colleague, by=admin, now=now) == 1


def test_a_one_time_password_must_be_changed(clinician: User, admin: User, now: datetime) -> None:
    give_one_time_password(user=clinician, password=PASSWORD, by=admin, now=now)
    clinician.refresh_from_db()
    assert clinician.must_change_password
    change_own_password(user=clinician, password="another good one", now=now)
    clinician.refresh_from_db()
    assert not clinician.must_change_password
    assert clinician.check_password("another good one")


@pytest.mark.parametrize("password", ["short", "password1234", "correct horse battery", "alice@clinic.example"])
def test_a_weak_or_unchanged_password_is_refused(clinician: User, admin: User, now: datetime, password: str) -> None:
    give_one_time_password(user=clinician, password=PASSWORD, by=admin, now=now)
    with pytest.raises(ValidationError):
        change_own_password(user=clinician, password=password, now=now)
    assert User.objects.get(pk=clinician.pk).must_change_password
