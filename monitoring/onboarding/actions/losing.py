"""A patient's phone is lost or stolen: everything that it opens is ended at once, and a new way in is given."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from monitoring.audit.record import record
from monitoring.calendars.actions import revoke_feed
from monitoring.checkins.actions import revoke_links
from monitoring.notifications.actions import take_contacts_away
from monitoring.onboarding.models import Invitation
from monitoring.onboarding.queries import WaysIn, ways_in
from monitoring.people.actions import (
    forget_all_sessions,
    give_one_time_password,
    revoke_invitation,
    withdraw_consent,
)
from monitoring.people.models import Patient, User
from monitoring.people.queries import carers_of, invitations_waiting

WHY = "the phone was lost"


@transaction.atomic
def end_ways_in(*, patient: Patient, password: str, by: User, now: datetime) -> WaysIn:
    """End all that opens or reads this patient's record without staff, and set a one-time password; what there was.

    Sessions, programs, passkeys, the calendar's address, links to check-ins, invitations on paper, numbers and
    browsers that are sent to; carers too, since whoever held the phone may have let one in. E-mail goes on. A
    ValidationError when the patient has no sign-in. Doing it twice ends what has come since.
    """
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    user = locked.user
    if user is None:
        raise ValidationError("This patient has no sign-in that could be in other hands.")
    before = ways_in(locked, now)
    give_one_time_password(user=user, password=password, by=by, now=now)
    forget_all_sessions(user=user, now=now)
    revoke_feed(patient=locked, by=by, now=now)
    revoke_links(patient=locked, by=by, now=now)
    take_contacts_away(user=user, by=by, now=now)
    Invitation.objects.filter(patient=locked, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    for invitation in invitations_waiting(locked, now):
        revoke_invitation(invitation=invitation, by=by, now=now)
    for consent in carers_of(locked).filter(withdrawn_at__isnull=True):
        withdraw_consent(consent=consent, by=by, now=now, reason=WHY)
    record(
        action="patient.lost_phone", now=now, by=by, patient_id=locked.pk, object_type="user", object_id=user.pk,
        detail=before.counts(),
    )  # fmt: skip
    return before
