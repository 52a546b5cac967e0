"""How often something may be tried in a minute. Counted in each server process, as the other limits are."""

from datetime import datetime
from typing import Final

from django.core.cache import cache

MINUTE: Final = 60


def is_beyond(limit: int, kind: str, who: str, now: datetime) -> bool:
    """Count one more try of this kind by `who`, and tell whether it lies beyond `limit` in this minute."""
    key = f"tries:{kind}:{who}:{int(now.timestamp()) // MINUTE}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        return int(cache.incr(key)) > limit
    except ValueError:  # pushed out in between by others
        return False


def seconds_left(now: datetime) -> int:
    """How long until the next minute, when tries count anew: for Retry-After."""
    return MINUTE - int(now.timestamp()) % MINUTE
