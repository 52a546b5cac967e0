"""How often something may be tried in a time, counted by all server processes together: see config.counting."""

import hashlib
import hmac
import ipaddress
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse

MINUTE: Final = 60
# Links that open nothing, from one address and with one beginning; no limit is for those that open something.
REFUSED_FROM_ADDRESS: Final = 20
REFUSED_OF_BEGINNING: Final = 5
BEGINNING: Final = 8  # characters of a token
# What a provider gives one household or one server (RFC 6177): whoever has one address of it has them all.
ONE_CALLER: Final = 64


def is_beyond(limit: int, kind: str, who: str, now: datetime, *, seconds: int = MINUTE) -> bool:
    """Count one more try of this kind by `who`, and tell whether it lies beyond `limit` in this minute, or `seconds`.

    Of `who` only a keyed digest is kept.
    """
    name = _name(kind, who, now, seconds)
    cache.add(name, 0, timeout=2 * seconds)
    try:
        return int(cache.incr(name)) > limit
    except ValueError:  # pushed out in between by others
        return False


def is_spent(limit: int, kind: str, who: str, now: datetime, *, seconds: int = MINUTE) -> bool:
    """Whether `who` has used up `limit` tries of this kind in this minute, or `seconds`; counts none."""
    return int(cache.get(_name(kind, who, now, seconds), 0)) >= limit


def refused_too_often(kind: str, *, address: str, token: str, now: datetime) -> bool:
    """Count one more link of this kind that opened nothing; whether so many came that it is guessing.

    Beyond the limit of the address no beginnings are counted any more: what is kept stays as small as the limits.
    """
    return is_beyond(REFUSED_FROM_ADDRESS, kind, address, now) or is_beyond(
        REFUSED_OF_BEGINNING, f"{kind}-beginning", token[:BEGINNING], now
    )


def put_off(response: HttpResponse, now: datetime, *, seconds: int = MINUTE) -> HttpResponse:
    """Make this the answer to whoever tried too often: 429, and when to come again."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(seconds_left(now, seconds))
    return response


def seconds_left(now: datetime, seconds: int = MINUTE) -> int:
    """How long until the next minute, or `seconds`, when tries count anew: for Retry-After."""
    return seconds - int(now.timestamp()) % seconds


def _name(kind: str, who: str, now: datetime, seconds: int) -> str:
    told = f"tries {caller(who)}".encode("utf-8", "surrogatepass")
    digest = hmac.digest(settings.SECRET_KEY.encode(), told, hashlib.sha256).hex()
    return f"tries:{kind}:{digest}:{int(now.timestamp()) // seconds}"


def caller(who: str) -> str:
    """An IPv6 address as its network; whatever else is counted, as it is."""
    with suppress(ValueError):
        address = ipaddress.ip_address(who)
        if address.version == 6 and address.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(address), ONE_CALLER), strict=False))
    return who
