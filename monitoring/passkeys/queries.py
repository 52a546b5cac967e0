"""Passkeys, as pages list them and a sign-in looks them up."""

from django.db.models import QuerySet

from monitoring.passkeys.models import Passkey
from monitoring.people.models import User


def passkeys_of(user: User) -> QuerySet[Passkey]:
    """A person's passkeys, the oldest first."""
    return Passkey.objects.filter(user=user).order_by("created_at", "pk")


def passkey_by_id(credential_id: bytes) -> Passkey | None:
    """The passkey a device calls by this id, with its person."""
    return Passkey.objects.select_related("user").filter(credential_id=credential_id).first()
