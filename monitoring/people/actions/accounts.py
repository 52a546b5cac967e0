"""Clinics and the accounts of the people who sign in."""

import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext, pgettext

from monitoring.audit.record import record
from monitoring.people.models import Clinic, Patient, Role, User

# Without the letters and digits that are mistaken for one another when read out: 16 of them are 79 bits.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def new_one_time_password() -> str:
    """Sixteen random characters in groups of four, easy to read out on the telephone."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


@transaction.atomic
def create_clinic(
    *,
    name: str,
    time_zone: str,
    phone: str,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
    out_of_hours_phone: str = "",
    emergency_phone: str = "999",
    crisis_phone: str = "",
    opening_hours: list[list[str] | None] | None = None,
    is_demo: bool = False,
) -> Clinic:
    """Open a clinic. A ValidationError names the field that cannot be so."""
    clinic = Clinic(
        name=name,
        time_zone=time_zone,
        phone=phone,
        out_of_hours_phone=out_of_hours_phone,
        emergency_phone=emergency_phone,
        crisis_phone=crisis_phone,
        opening_hours=opening_hours,
        is_demo=is_demo,
    )
    clinic.full_clean()
    clinic.save(force_insert=True)
    record(
        action="clinic.create", now=now, by=by, job=job, clinic_id=clinic.pk, object_type="clinic", object_id=clinic.pk
    )
    return clinic


@transaction.atomic
def create_user(
    *,
    clinic: Clinic,
    email: str,
    name: str,
    role: str,
    password: str | None,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
    must_change_password: bool = False,
) -> User:
    """Give somebody an account in one clinic, with one role.

    Without a password nobody can sign in with it yet. With `must_change_password` the password opens only the page
    on which it is replaced. A person can add accounts to their own clinic alone (PermissionDenied); a ValidationError
    names the field that cannot be so, as an e-mail address that is already used.
    """
    _same_clinic(by, clinic.pk)
    user = User(
        email=User.objects.normalize_email(email.strip()).lower(),
        name=name.strip(),
        role=role,
        clinic=clinic,
        joined_at=now,
        must_change_password=must_change_password,
    )
    user.set_password(password)
    _check_address_is_free(user)
    user.full_clean()
    user.save(force_insert=True)
    record(
        action="user.create", now=now, by=by, job=job, clinic_id=clinic.pk, object_type="user", object_id=user.pk,
        detail={"role": role},
    )  # fmt: skip
    return user


@transaction.atomic
def deactivate_user(*, user: User, by: User, now: datetime) -> int:
    """End somebody's access at once; the count of patients whose care team this leaves without anybody active.

    Refused with a ValidationError for oneself and for the clinic's last active admin, with PermissionDenied for
    another clinic's people. Doing it twice changes nothing. The alerts that rest on them alone are passed on by the
    next sweep, within seconds: until then the row says that this is still to be done.
    """
    _same_clinic(by, user.clinic_id)
    # Locked together, so that two admins who shut each other out at once cannot both succeed.
    admins = list(
        User.objects.select_for_update().filter(clinic=user.clinic_id, role=Role.ADMIN, is_active=True).order_by("pk")
    )
    if user.pk == by.pk:
        raise ValidationError(pgettext("staff", "You cannot switch off your own account. Ask another admin."))
    if [admin.pk for admin in admins] == [user.pk]:
        raise ValidationError(pgettext("staff", "This is the clinic’s last admin. Make another admin first."))
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False, handed_over_at=None) != 1:
        return 0
    user.is_active = False
    left_alone = _patients_without_anybody(user)
    record(
        action="user.deactivate",
        now=now,
        by=by,
        object_type="user",
        object_id=user.pk,
        detail={"patients_left_alone": left_alone},
    )
    return left_alone


@transaction.atomic
def activate_user(*, user: User, by: User, now: datetime) -> None:
    """Give somebody's access back. PermissionDenied for another clinic's people; twice changes nothing."""
    _same_clinic(by, user.clinic_id)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True) != 1:
        return
    user.is_active = True
    record(action="user.activate", now=now, by=by, object_type="user", object_id=user.pk)


@transaction.atomic
def give_one_time_password(*, user: User, password: str, by: User, now: datetime) -> None:
    """Replace a lost password by one that must be changed at the next sign-in; it ends every running session.

    The passkeys end as well: whoever has lost a password may have lost the phone with it, and a passkey that somebody
    else has would choose the next password; so does the address of a patient's calendar, which needs no sign-in at all.
    PermissionDenied for another clinic's people; a ValidationError for
    oneself, who changes it on the page for that.
    """
    _same_clinic(by, user.clinic_id)
    if user.pk == by.pk:
        raise ValidationError(pgettext("staff", "Change your own password on the password page."))
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.must_change_password = True
    locked.save(update_fields=["password", "must_change_password"])
    detail = {"passkeys": end_passkeys(user=locked), "calendars": end_calendar(user=locked, by=by, now=now)}
    record(action="user.give_password", now=now, by=by, object_type="user", object_id=user.pk, detail=detail)


def end_passkeys(*, user: User) -> int:
    """Forget every passkey of `user`; the count of them. Part of an action that gives them another way in."""
    _, gone = user.passkeys.all().delete()
    return gone.get("monitoring.Passkey", 0)


def end_calendar(*, user: User, by: User, now: datetime) -> int:
    """End the address by which a phone reads the calendar of the patient `user`; how many there were: 1 or none."""
    patient = Patient.objects.filter(user=user).first()
    if patient is None:
        return 0
    live = patient.calendar_feeds.filter(revoked_at__isnull=True)
    return int(live.update(revoked_at=now, revoked_by=by))


@transaction.atomic
def change_own_password(*, user: User, password: str, now: datetime) -> User:
    """Set the password somebody chose for themselves. A ValidationError says what is wrong with it."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    validate_password(password, locked)
    if locked.check_password(password):
        raise ValidationError(gettext("Choose a password that differs from the present one."))
    locked.set_password(password)
    locked.must_change_password = False
    locked.save(update_fields=["password", "must_change_password"])
    record(action="user.change_password", now=now, by=locked, object_type="user", object_id=user.pk)
    return locked


def _same_clinic(by: User | None, clinic_id: object) -> None:
    if by is not None and by.clinic_id != clinic_id:
        raise PermissionDenied


def _check_address_is_free(user: User) -> None:
    if User.objects.filter(email__iexact=user.email).exists():
        raise ValidationError({"email": gettext("Somebody already signs in with this address.")})


def _patients_without_anybody(user: User) -> int:
    cared_for = Patient.objects.filter(memberships__clinician=user, memberships__left_at__isnull=True)
    return cared_for.exclude(
        pk__in=Patient.objects.filter(memberships__left_at__isnull=True, memberships__clinician__is_active=True)
    ).count()
