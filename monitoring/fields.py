"""Small building blocks every feature's models share."""

import hashlib
import secrets
import uuid
from typing import Any

from django.db import models
from django.db.models import Q


class OpaqueIdModel(models.Model):
    """A row whose key says nothing and cannot be guessed, so it may stand in a URL."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def together(*fields: str, name: str, text: tuple[str, ...] = ()) -> models.CheckConstraint:
    """A check that `fields` are all set or all unset: who, when and why of one event belong together.

    `text` names the fields whose "unset" is the empty string rather than NULL.
    """
    every: dict[str, Any] = {f"{field}__isnull": False for field in fields if field not in text}
    none: dict[str, Any] = {f"{field}__isnull": True for field in fields if field not in text}
    is_set, is_unset = Q(**every), Q(**none)
    for field in text:
        is_set &= ~Q(**{field: ""})
        is_unset &= Q(**{field: ""})
    return models.CheckConstraint(condition=is_set | is_unset, name=name)


class CapabilityModel(OpaqueIdModel):
    """A right that goes with a link: who holds the token may use it once, until it expires or is revoked.

    The token has 256 random bits, so a plain digest of it is as good as a slow one.
    """

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def new_token() -> str:
    """32 random bytes as 43 characters of base64url; it is told to one person and kept nowhere."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What is kept of a token: its SHA-256 in hex. Any text has one, so that looking up nonsense costs the same."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
