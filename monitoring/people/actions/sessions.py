"""Sign-ins and sign-outs, noted where they happen."""

from datetime import datetime

from django.db import transaction

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.people.models import User


@transaction.atomic
def note_sign_in(*, user: User, now: datetime) -> None:
    """Somebody has proved who they are."""
    record(action="sign_in", now=now, by=user, object_type="user", object_id=user.pk)


@transaction.atomic
def note_failed_sign_in(*, email: str, now: datetime) -> None:
    """Somebody tried to sign in as `email` and failed; the same cost whether or not the address is known."""
    clinic_id = User.objects.filter(email__iexact=email).values_list("clinic_id", flat=True).first()
    record(action="sign_in", now=now, anonymous=email, clinic_id=clinic_id, outcome=Outcome.FAILED)


@transaction.atomic
def note_sign_out(*, user: User, now: datetime) -> None:
    """Somebody has ended their session."""
    record(action="sign_out", now=now, by=user, object_type="user", object_id=user.pk)
