"""How often something may be tried in a minute. Counted in each server process, as the other limits are."""

import hashlib
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.core.cache import cache
from django.http import HttpResponse

MINUTE: Final = 60
# Links that open nothing, from one address and with one beginning; no limit is for those that open something.
REFUSED_FROM_ADDRESS: Final = 20
REFUSED_OF_BEGINNING: Final = 5
BEGINNING: Final = 8  # characters of a token


def is_beyond(limit: int, kind: str, who: str, now: datetime) -> bool:
    """Count one more try of this kind by `who`, and tell whether it lies beyond `limit` in this minute."""
    told = hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"tries:{kind}:{told}:{int(now.timestamp()) // MINUTE}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        return int(cache.incr(key)) > limit
    except ValueError:  # pushed out in between by others
        return False


def refused_too_often(kind: str, *, address: str, token: str, now: datetime) -> bool:
    """Count one more link of this kind that opened nothing; whether so many came that it is guessing."""
    tries = (
        is_beyond(REFUSED_FROM_ADDRESS, kind, address, now),
        is_beyond(REFUSED_OF_BEGINNING, f"{kind}-beginning", token[:BEGINNING], now),
    )
    return any(tries)


def put_off(response: HttpResponse, now: datetime) -> HttpResponse:
    """Make this the answer to whoever tried too often: 429, and when to come again."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(seconds_left(now))
    return response


def seconds_left(now: datetime) -> int:
    """How long until the next minute, when tries count anew: for Retry-After."""
    return MINUTE - int(now.timestamp()) % MINUTE
