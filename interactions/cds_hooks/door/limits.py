"""How often a caller may ask, counted by all server processes together, so that no caller starves the others."""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.cache import cache

from interactions.cds_hooks.door.faults import HookFaultError, fault
from interactions.cds_hooks.models import CdsClient

_MINUTE: Final = 60


def count_call(client: CdsClient | None, *, is_signed: bool, address: str, now: datetime) -> None:
    """Count a call against its client, or its address where nothing proves the client; 429 beyond the limit."""
    if client is not None and is_signed:
        _count("signed", str(client.pk), now)
    else:
        _count("unsigned", address, now)


def count_refusal(address: str, now: datetime) -> None:
    """Count a call that was not let in; 429 beyond the limit, so that guessing writes no more rows.

    Good calls of the same address are let in all the same: behind it may stand a whole hospital.
    """
    _count("refused", address, now)


def _count(kind: str, who: str, now: datetime) -> None:
    if _hit(_key(kind, who, now)) > settings.CDS_HOOKS_A_MINUTE[kind]:
        raise _too_many(now)


def _hit(key: str) -> int:
    cache.add(key, 0, timeout=2 * _MINUTE)
    try:
        return int(cache.incr(key))
    except ValueError:  # pushed out in between by others
        return 1


def _key(kind: str, who: str, now: datetime) -> str:
    return f"cds-hooks:{kind}:{who}:{int(now.timestamp()) // _MINUTE}"


def _too_many(now: datetime) -> HookFaultError:
    wait = _MINUTE - int(now.timestamp()) % _MINUTE
    return fault(HTTPStatus.TOO_MANY_REQUESTS, "Too many calls. Wait a little.", Retry_After=str(wait))
