"""Who helps a patient: invited with the patient's yes, taken up by the carer, and ended at any time by either."""

from datetime import date, datetime, time, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy, pgettext

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.fields import new_token, token_digest
from monitoring.people.actions.accounts import create_user
from monitoring.people.models import CarerConsent, CarerInvitation, ConsentGiven, Patient, Role, User
from monitoring.people.queries import invitation_of, invitations_waiting
from monitoring.people.rules import INVITATION_LIFE, MOST_INVITATIONS

GONE = gettext_lazy("This link does not work any more. Ask for a new one.")


@transaction.atomic
def invite_carer(
    *,
    patient: Patient,
    name: str,
    email: str,
    may: str,
    by: User,
    now: datetime,
    how: str = ConsentGiven.HERE,
    ends_on: date | None = None,
) -> tuple[CarerInvitation, str]:
    """Keep the patient's yes to one carer; the invitation and its link's secret, which is known only here.

    `by` is the patient, or staff who record what the patient said in person or on paper (else PermissionDenied). The
    consent runs out with the patient's day `ends_on`. The link works once, for 7 days; a new one to the same address
    replaces the earlier. A ValidationError names the field that cannot be so.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    _speaks_for(patient, by, how)
    email = User.objects.normalize_email(email.strip()).lower()
    _check(patient, email, ends_on, now)
    waiting = invitations_waiting(patient, now)
    waiting.filter(email=email).update(revoked_at=now)
    if waiting.count() >= MOST_INVITATIONS:
        raise ValidationError(pgettext("staff", "Too many invitations wait for an answer. Take one back first."))
    token = new_token()
    invitation = CarerInvitation(
        patient=patient, name=name.strip(), email=email, may=may, how=how, ends_at=_end_of(patient, ends_on),
        token_digest=token_digest(token), invited_at=now, invited_by=by, expires_at=now + INVITATION_LIFE,
    )  # fmt: skip
    invitation.full_clean()
    invitation.save(force_insert=True)
    _record("carer.invite", invitation, by=by, now=now, detail={"may": may, "how": how, "ends_on": ends_on})
    return invitation, token


@transaction.atomic
def revoke_invitation(*, invitation: CarerInvitation, by: User, now: datetime) -> bool:
    """Take an invitation back; False when it was used or taken back already."""
    Patient.objects.select_for_update().get(pk=invitation.patient_id)
    waiting = CarerInvitation.objects.filter(pk=invitation.pk, used_at__isnull=True, revoked_at__isnull=True)
    if waiting.update(revoked_at=now) != 1:
        return False
    _record("carer.revoke_invitation", invitation, by=by, now=now)
    return True


@transaction.atomic
def note_wrong_address(*, invitation: CarerInvitation, now: datetime) -> None:
    """Somebody opened the link and typed another address than the invited one; after 5 of them it is dead."""
    CarerInvitation.objects.filter(pk=invitation.pk).update(wrong_tries=F("wrong_tries") + 1)
    record(
        action="carer.accept", now=now, anonymous="", clinic_id=invitation.patient.clinic_id,
        patient_id=invitation.patient_id, object_type="carer_invitation", object_id=invitation.pk,
        outcome=Outcome.FAILED, reason="another address",
    )  # fmt: skip


@transaction.atomic
def note_carer_refused(*, now: datetime) -> None:
    """Somebody came by a link to become a carer that opens nothing, whatever it was."""
    record(action="carer.refuse", now=now, anonymous="", object_type="carer_invitation", outcome=Outcome.DENIED)


@transaction.atomic
def open_carer_account(*, token: str, password: str, now: datetime) -> User:
    """Take an invitation up with a new account under the invited address; the caller has seen that address typed.

    A ValidationError says what is wrong with the password, or that the link or the address cannot be used.
    """
    invitation = invitation_of(token, now)
    if invitation is None:
        raise ValidationError(GONE)
    validate_password(password, User(email=invitation.email, name=invitation.name))
    user = create_user(
        clinic=invitation.patient.clinic, email=invitation.email, name=invitation.name, role=Role.CARER,
        password=password, job="carer invitation", now=now,
    )  # fmt: skip
    accept_invitation(token=token, by=user, now=now)
    return user


@transaction.atomic
def accept_invitation(*, token: str, by: User, now: datetime) -> CarerConsent:
    """The invited carer says yes: from now on the patient's consent holds, in place of any earlier one of the pair.

    Only a carer of the patient's clinic under the invited address can (PermissionDenied); a link that no longer works
    is a ValidationError.
    """
    invitation = invitation_of(token, now)
    if invitation is None:
        raise ValidationError(GONE)
    patient = Patient.objects.select_for_update().get(pk=invitation.patient_id)
    if not by.is_carer or by.clinic_id != patient.clinic_id or by.email.lower() != invitation.email:
        raise PermissionDenied
    waiting = CarerInvitation.objects.filter(pk=invitation.pk, used_at__isnull=True, revoked_at__isnull=True)
    if waiting.update(used_at=now) != 1:
        raise ValidationError(GONE)
    earlier = CarerConsent.objects.standing().filter(patient=patient, carer=by)
    earlier.update(withdrawn_at=now, withdrawn_by=invitation.invited_by, withdrawn_reason="replaced by a new consent")
    consent: CarerConsent = CarerConsent.objects.create(
        patient=patient, carer=by, may=invitation.may, how=invitation.how, given_at=invitation.invited_at,
        given_by=invitation.invited_by, began_at=now, ends_at=invitation.ends_at,
    )  # fmt: skip
    _record("carer.accept", consent, by=by, now=now, detail={"may": consent.may, "invitation": invitation.pk})
    return consent


@transaction.atomic
def withdraw_consent(*, consent: CarerConsent, by: User, now: datetime, reason: str = "") -> bool:
    """End a carer's access at once; False when it had ended already.

    The patient may, staff of the patient's clinic, and the carer for themselves (else PermissionDenied).
    """
    patient = Patient.objects.select_for_update().get(pk=consent.patient_id)
    is_staff = by.is_clinician and by.is_active and by.clinic_id == patient.clinic_id
    if not (is_staff or by.pk in {patient.user_id, consent.carer_id}):
        raise PermissionDenied
    standing = CarerConsent.objects.standing().filter(pk=consent.pk)
    if standing.update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason.strip()[:200]) != 1:
        return False
    _record("carer.withdraw", consent, by=by, now=now, reason=reason)
    return True


def _speaks_for(patient: Patient, by: User, how: str) -> None:
    """Refuse whoever can neither say the patient's yes nor record it."""
    is_patient = by.pk == patient.user_id and how == ConsentGiven.HERE
    is_staff = by.is_clinician and by.clinic_id == patient.clinic_id and how != ConsentGiven.HERE
    if not by.is_active or not (is_patient or is_staff):
        raise PermissionDenied


def _check(patient: Patient, email: str, ends_on: date | None, now: datetime) -> None:
    problems = {}
    if patient.user is not None and patient.user.email.lower() == email:
        problems["email"] = pgettext("staff", "This is the patient’s own address. A carer needs one of their own.")
    if ends_on is not None and ends_on < patient.local_date(now):
        problems["ends_on"] = pgettext("staff", "This day has passed. Choose today or a later day.")
    if problems:
        raise ValidationError(problems)


def _end_of(patient: Patient, day: date | None) -> datetime | None:
    """The first moment after `day` where the patient lives."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=patient.zone)


def _record(
    action: str, row: CarerConsent | CarerInvitation, *, by: User, now: datetime, reason: str = "",
    detail: dict[str, object] | None = None,
) -> None:  # fmt: skip
    of_carer = {"carer": row.carer_id} if isinstance(row, CarerConsent) else {}
    record(
        action=action, now=now, by=by, patient_id=row.patient_id, object_type=str(row._meta.model_name),
        object_id=row.pk, reason=reason, detail={**of_carer, **(detail or {})},
    )  # fmt: skip
