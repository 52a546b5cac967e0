"""A patient's record: registered, corrected, and given a way to sign in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Required, TypedDict, Unpack

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import pgettext

from monitoring.audit.record import record
from monitoring.people.actions.accounts import create_user, give_one_time_password
from monitoring.people.actions.care_team import join_care_team
from monitoring.people.models import Clinic, Patient, Role, User
from monitoring.people.rules import implausible


class PatientFacts(TypedDict, total=False):
    """What is recorded of a person. eGFR in mL/min/1.73 m² with its date, QTc in milliseconds, weight in kilograms.

    None is unknown; `conditions` None is “never asked” where an empty list is “none”. Without a time zone the
    clinic's is taken.
    """

    identifier: Required[str]
    family_name: Required[str]
    given_names: Required[str]
    birth_date: Required[date]
    sex: str
    phone: str
    email: str
    time_zone: str
    egfr: Decimal | None
    egfr_on: date | None
    qtc_ms: int | None
    weight_kg: Decimal | None
    allergies: str
    conditions: Sequence[str] | None
    conditions_not_understood: Sequence[str]


UPDATABLE: Final = frozenset(PatientFacts.__annotations__)


@transaction.atomic
def register_patient(
    *,
    clinic: Clinic,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
    user: User | None = None,
    care_team: Iterable[User] = (),
    is_demo: bool | None = None,
    **facts: Unpack[PatientFacts],
) -> Patient:
    """Open a patient's record and put the registering clinician and `care_team` on the care team.

    `user` is the patient's own account, when they have one. A ValidationError names each fact that cannot be so; a
    fact that there is none of is a ValueError; another clinic than one's own is PermissionDenied.
    """
    if by is not None and by.clinic_id != clinic.pk:
        raise PermissionDenied
    _refuse_unknown(facts)
    patient = Patient(clinic=clinic, user=user, registered_at=now, **_tidied(facts))
    patient.time_zone = patient.time_zone or clinic.time_zone
    patient.is_demo = clinic.is_demo if is_demo is None else is_demo
    _check(patient, now)
    patient.save(force_insert=True)
    record(
        action="patient.register", now=now, by=by, job=job, clinic_id=clinic.pk, patient_id=patient.pk,
        object_type="patient", object_id=patient.pk,
    )  # fmt: skip
    registrar = (by,) if by is not None and by.is_clinician else ()
    for clinician in dict.fromkeys((*registrar, *care_team)):
        join_care_team(patient=patient, clinician=clinician, by=by, job=job, now=now)
    return patient


@transaction.atomic
def update_patient(
    *,
    patient: Patient,
    changes: Mapping[str, object],
    now: datetime,
    by: User | None = None,
    job: str | None = None,
) -> tuple[str, ...]:
    """Correct what is recorded of a patient; the names of the fields that really changed, sorted.

    Units as in `PatientFacts`. A ValidationError names each field that cannot be so; a field that nobody may
    change is a ValueError. The log keeps which fields changed, not their values: it is read by people who see no
    clinical content. The regimen is not re-checked here.
    """
    _refuse_unknown(changes)
    changes = _tidied(changes)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    changed = sorted(field for field, value in changes.items() if getattr(locked, field) != value)
    for field in changed:
        setattr(locked, field, changes[field])
        setattr(patient, field, changes[field])
    if not changed:
        return ()
    _check(locked, now)
    locked.save(update_fields=changed)
    record(
        action="patient.update",
        now=now,
        by=by,
        job=job,
        clinic_id=locked.clinic_id,
        patient_id=locked.pk,
        object_type="patient",
        object_id=locked.pk,
        detail={"fields": changed},
    )
    return tuple(changed)


@transaction.atomic
def give_patient_sign_in(*, patient: Patient, email: str, password: str, by: User, now: datetime) -> User:
    """Give a patient an account, or a new one-time password when they have one.

    The password opens only the page on which it is replaced. A ValidationError says why an address cannot be used.
    """
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    if locked.user is not None:
        give_one_time_password(user=locked.user, password=password, by=by, now=now)
        return locked.user
    user = create_user(
        clinic=locked.clinic,
        email=email,
        name=f"{locked.given_names} {locked.family_name}",
        role=Role.PATIENT,
        password=password,
        must_change_password=True,
        by=by,
        now=now,
    )
    locked.user = patient.user = user
    locked.save(update_fields=["user"])
    record(action="patient.give_sign_in", now=now, by=by, patient_id=locked.pk, object_type="user", object_id=user.pk)
    return user


def _refuse_unknown(facts: Mapping[str, object]) -> None:
    if unknown := set(facts) - UPDATABLE:
        raise ValueError(f"These fields of a patient cannot be changed: {', '.join(sorted(unknown))}.")


def _tidied(facts: Mapping[str, object]) -> dict[str, Any]:
    """The facts as they are kept: text without the blanks around it, sequences as lists."""
    tidy: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, str):
            tidy[name] = value.strip()
        else:
            tidy[name] = list(value) if isinstance(value, Sequence) else value
    return tidy


def _check(patient: Patient, now: datetime) -> None:
    """Raise one ValidationError with everything that is wrong, the implausible and the malformed."""
    problems: dict[str, Any] = {}
    try:
        patient.full_clean(validate_constraints=False)
    except ValidationError as error:
        problems.update(error.error_dict)
    facts = {field: getattr(patient, field) for field in ("birth_date", "egfr", "egfr_on", "qtc_ms", "weight_kg")}
    today = now.date() if "time_zone" in problems else patient.local_date(now)
    for field, sentence in implausible(facts, today=today).items():
        problems.setdefault(field, [sentence])
    namesakes = Patient.objects.filter(clinic=patient.clinic_id, identifier=patient.identifier)
    if namesakes.exclude(pk=patient.pk).exists():
        problems["identifier"] = [pgettext("staff", "A patient of this clinic already has this number.")]
    if problems:
        raise ValidationError(problems)
