"""Invitations on paper: printed by a clinician, used once by the patient."""

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.fields import new_token, token_digest
from monitoring.onboarding.models import Invitation
from monitoring.onboarding.queries import invitation_standing
from monitoring.onboarding.rules import INVITATION_LIVES, InvitationStanding
from monitoring.people.actions import (
    change_own_password,
    end_calendar,
    end_passkeys,
    give_patient_sign_in,
    new_one_time_password,
)
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import keep_first_language

HOLDER = "invitation"


class InvitationEndedError(Exception):
    """The invitation opens nothing any more; nothing was changed. `standing` says why."""

    def __init__(self, standing: InvitationStanding) -> None:
        self.standing = standing
        super().__init__(f"This invitation opens nothing: {standing}.")


@transaction.atomic
def invite_patient(
    *, patient: Patient, email: str, by: User, now: datetime, language: str = ""
) -> tuple[Invitation, str]:
    """Make the invitation that a sheet of paper brings, and its token, which is told here and never again.

    Who has no account gets one under `email`, with a password that nobody knows; a ValidationError says why an address
    cannot be used. Who has one keeps it, and its password, until the invitation is used. A new invitation ends the
    earlier one. `language` is what the patient reads, as far as the clinic knows; one that is known already stays.
    """
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    user = locked.user
    if user is None:
        user = give_patient_sign_in(patient=locked, email=email, password=new_one_time_password(), by=by, now=now)
    if language:
        keep_first_language(user=user, language=language, by=by, now=now)
    Invitation.objects.filter(patient=locked, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    token = new_token()
    invitation: Invitation = Invitation.objects.create(
        patient=locked, user=user, issued_by=by, token_hash=token_digest(token), issued_at=now,
        expires_at=now + INVITATION_LIVES,
    )  # fmt: skip
    record(
        action="invitation.issue", now=now, by=by, patient_id=locked.pk, object_type="invitation",
        object_id=invitation.pk,
    )  # fmt: skip
    return invitation, token


@transaction.atomic
def accept_invitation(*, invitation: Invitation, birth_date: date, password: str, now: datetime) -> User | None:
    """Set the password of the patient's account, once, for whoever knows their birth date; None when it is wrong.

    The fifth wrong date ends the invitation. A ValidationError says what is wrong with the password: the invitation
    stays. InvitationEndedError when it has ended. Every running session, every passkey and the calendar's address end.
    """
    found = _lock(invitation.pk)
    if (standing := invitation_standing(found, now)) is not InvitationStanding.OPEN:
        raise InvitationEndedError(standing)
    if not constant_time_compare(found.patient.birth_date.isoformat(), birth_date.isoformat()):
        Invitation.objects.filter(pk=found.pk).update(wrong_dates=F("wrong_dates") + 1)
        _note("invitation.refuse", found, now, outcome=Outcome.DENIED, reason="wrong birth date")
        return None
    validate_password(password, found.user)
    user = change_own_password(user=found.user, password=password, now=now)
    end_passkeys(user=user)
    end_calendar(user=user, by=user, now=now)
    Invitation.objects.filter(pk=found.pk).update(used_at=now)
    _note("invitation.use", found, now)
    return user


@transaction.atomic
def note_invitation_refused(*, invitation: Invitation | None, why: str, now: datetime) -> None:
    """Somebody came with an invitation that opens nothing; None for one that never was."""
    _note("invitation.refuse", invitation, now, outcome=Outcome.DENIED, reason=why)


def _lock(pk: UUID) -> Invitation:
    patient_id = Invitation.objects.values_list("patient_id", flat=True).get(pk=pk)
    Patient.objects.select_for_update().get(pk=patient_id)
    found: Invitation = Invitation.objects.select_related("patient", "user").get(pk=pk)
    return found


def _note(
    action: str, invitation: Invitation | None, now: datetime, *, outcome: str = Outcome.OK, reason: str = ""
) -> None:
    record(
        action=action,
        now=now,
        anonymous=HOLDER,
        patient_id=invitation.patient_id if invitation else None,
        object_type="invitation",
        object_id=invitation.pk if invitation else "",
        outcome=outcome,
        reason=reason,
    )
