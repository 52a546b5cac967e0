"""Letting a hospital's system in, changing how it proves itself, and shutting it out."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import pgettext

from interactions.cds_hooks.models import CdsClient, HookCall, SpentToken
from monitoring.audit.record import record
from monitoring.people.models import Clinic, User

KEPT: Final = timedelta(days=90)
# The parts of a client that an admin enters; of its keys the log holds ids and fingerprints.
FIELDS: Final = ("name", "issuer", "jwks", "jku", "must_sign", "origins")


class ChangedMeanwhileError(Exception):
    """Somebody else changed the client after the page was made."""


@transaction.atomic
def add_client(
    *,
    clinic: Clinic,
    name: str,
    issuer: str,
    must_sign: bool,
    now: datetime,
    jwks: dict[str, Any] | None = None,
    jku: str = "",
    origins: list[str] | None = None,
    by: User | None = None,
    job: str | None = None,
) -> CdsClient:
    """Let a hospital's system call for a clinic, from now on.

    `jwks` holds public keys that `interactions.cds_hooks.door.clients.read_jwks` has passed. A ValidationError names
    the field that cannot be so: a name or issuer that is taken, or signing asked for without a key to judge it by.
    """
    label = by.email if by else str(job)
    client = CdsClient(
        tenant=clinic.pk, name=name, issuer=issuer, jwks=jwks or {}, jku=jku, must_sign=must_sign,
        origins=origins or [], made_at=now, made_by=label, changed_at=now, changed_by=label,
    )  # fmt: skip
    _check(client)
    client.save(force_insert=True)
    _record("cds_client.create", client, by=by, job=job, now=now, detail=_told(client))
    return client


@transaction.atomic
def change_client(*, client: CdsClient, seen: str, by: User, now: datetime, **changes: Any) -> CdsClient:
    """Change what was entered; `changes` are of FIELDS.

    `seen` is the `changed_at` that the page showed: a ChangedMeanwhileError when it is no longer so. A
    ValidationError as for `add_client`. Without a difference nothing is written.
    """
    locked = CdsClient.objects.select_for_update().get(pk=client.pk)
    if locked.changed_at.isoformat() != seen:
        raise ChangedMeanwhileError
    before = _told(locked)
    for name in FIELDS:
        setattr(locked, name, changes.get(name, getattr(locked, name)))
    _check(locked)
    after = _told(locked)
    differing = {name: {"from": before[name], "to": after[name]} for name in after if before[name] != after[name]}
    if not differing:
        return locked
    _save(locked, by=by, now=now)
    _record("cds_client.change", locked, by=by, now=now, detail=differing)
    return locked


@transaction.atomic
def enable_client(*, client: CdsClient, by: User, now: datetime) -> None:
    """Let it call again. Twice changes nothing."""
    _switch(client, is_enabled=True, action="cds_client.enable", by=by, now=now)


@transaction.atomic
def disable_client(*, client: CdsClient, by: User, now: datetime) -> None:
    """Shut it out with its very next call. Twice changes nothing."""
    _switch(client, is_enabled=False, action="cds_client.disable", by=by, now=now)


def _switch(client: CdsClient, *, is_enabled: bool, action: str, by: User, now: datetime) -> None:
    locked = CdsClient.objects.select_for_update().get(pk=client.pk)
    if locked.is_enabled == is_enabled:
        return
    locked.is_enabled = is_enabled
    _save(locked, by=by, now=now)
    _record(action, locked, by=by, now=now)


@transaction.atomic
def forget_old_calls(*, now: datetime, job: str) -> int:
    """Remove spent tokens that have expired, and calls without a card after 90 days; the count of calls removed."""
    SpentToken.objects.forget(now=now)
    count = HookCall.objects.forget(before=now - KEPT)
    if count:
        record(action="hook_call.forget", now=now, job=job, object_type="hook_call", detail={"count": count})
    return count


def _check(client: CdsClient) -> None:
    if CdsClient.objects.of(client.tenant).filter(name=client.name).exclude(pk=client.pk).exists():
        raise ValidationError({"name": pgettext("staff", "Another client of the clinic has this name.")})
    client.full_clean()
    if client.must_sign and not client.jwks:
        raise ValidationError(
            {"jwks": pgettext("staff", "Paste the public keys: without one no signature can be judged.")}
        )


def _save(client: CdsClient, *, by: User, now: datetime) -> None:
    client.changed_at, client.changed_by = now, by.email
    client.save(force_update=True)


def _told(client: CdsClient) -> dict[str, Any]:
    return {
        "name": client.name, "issuer": client.issuer, "jku": client.jku, "must_sign": client.must_sign,
        "keys": {key["kid"]: _fingerprint(key) for key in client.jwks.get("keys", [])}, "origins": client.origins,
    }  # fmt: skip


def _fingerprint(key: dict[str, Any]) -> str:
    """Tells one key from another that bears the same id."""
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]


def _record(action: str, client: CdsClient, *, now: datetime, **more: Any) -> None:
    record(action=action, now=now, object_type="cds_client", object_id=client.pk, **more)
