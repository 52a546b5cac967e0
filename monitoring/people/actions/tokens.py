"""Tokens with which programs sign in for a person."""

import secrets
from datetime import datetime

from django.db import transaction
from rest_framework.authtoken.models import Token

from monitoring.audit.record import record
from monitoring.people.models import User
from monitoring.people.queries import PART_MARK, token_digest


@transaction.atomic
def issue_token(*, user: User, now: datetime) -> str:
    """A new token for `user`, in place of any earlier one; only its digest is kept.

    It lasts 12 hours, and ends at once with a change of password or a closed account.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    text = PART_MARK.join([locked.pk.hex, secrets.token_urlsafe(32)])
    Token.objects.filter(user=locked).delete()
    Token.objects.create(user=locked, key=token_digest(text, locked))
    # The column takes the clock of the machine; what counts is the clock of the door.
    Token.objects.filter(user=locked).update(created=now)
    record(action="sign_in", now=now, by=locked, object_type="token", object_id=locked.pk)
    return text


@transaction.atomic
def revoke_token(*, user: User, now: datetime) -> None:
    """End the token of `user`. Without one nothing changes."""
    deleted, _ = Token.objects.filter(user=user).delete()
    if deleted:
        record(action="sign_out", now=now, by=user, object_type="token", object_id=user.pk)
