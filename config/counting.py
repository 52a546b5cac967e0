"""The cache: what it counts, all processes of the web server count together, on the server that carries the tasks.

While that server is away each process counts for itself, so that a limit is laxer for a while and never gone; that
it came to this is an error in the log. Nothing but numbers, texts and lists of them is kept, as JSON: whoever can
write to the server cannot make this program run anything.
"""

import json
import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)
T = TypeVar("T")

# Somebody waits for the page behind this.
PATIENCE_SECONDS: Final = 0.2
# How long a server that did not answer is left alone.
REST_SECONDS: Final = 5.0


class SharedCache(BaseCache):
    """Counts of all processes on one Redis or Valkey; LOCATION is its URL."""

    # By URL, for all threads: when a server that did not answer is asked again.
    _asked_again_at: ClassVar[dict[str, float]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._url = server.replace("redis+socket://", "unix://", 1)
        self._own = LocMemCache(server, params)
        self._client = Redis.from_url(
            self._url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless there is one."""
        name, text, life = self.make_key(key, version), json.dumps(value), self._milliseconds(timeout)
        return self._ask(
            lambda: bool(self._client.set(name, text, px=life, nx=True)),
            lambda: self._own.add(key, value, timeout, version),
        )

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """What is kept, or `default`."""
        name = self.make_key(key, version)
        return self._ask(
            lambda: self._read(self._client.get(name), default), lambda: self._own.get(key, default, version)
        )

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value in place of any other."""
        name, text, life = self.make_key(key, version), json.dumps(value), self._milliseconds(timeout)
        self._ask(
            lambda: bool(self._client.set(name, text, px=life)),
            lambda: self._own.set(key, value, timeout, version),
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; whether there was one."""
        name = self.make_key(key, version)
        return self._ask(lambda: bool(self._client.delete(name)), lambda: self._own.delete(key, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let a value live longer; whether there is one."""
        name, life = self.make_key(key, version), self._milliseconds(timeout)
        return self._ask(
            lambda: bool(self._client.persist(name) if life is None else self._client.pexpire(name, life)),
            lambda: self._own.touch(key, timeout, version),
        )

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on, in one step for all processes. A ValueError where nothing was counted yet.

        Where only the server knew the count, a process that must go on alone begins at nought.
        """
        name = self.make_key(key, version)
        found = self._ask(lambda: self._count(name, delta), lambda: self._count_alone(key, delta, version))
        if found is None:
            raise ValueError(f"Nothing is counted under {key!r}.")
        return found

    def clear(self) -> None:
        """Forget everything of this cache, and nothing else that the server holds."""
        self._own.clear()
        self._ask(self._forget, lambda: None)

    def _count(self, name: str, delta: int) -> int | None:
        with self._client.pipeline(transaction=True) as steps:
            steps.exists(name)
            steps.incrby(name, delta)
            there, count = steps.execute()
        if there:
            return int(count)
        self._client.delete(name)
        return None

    def _count_alone(self, key: str, delta: int, version: int | None) -> int:
        self._own.add(key, 0, version=version)
        return self._own.incr(key, delta, version)

    def _forget(self) -> None:
        for name in self._client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            self._client.delete(name)

    @staticmethod
    def _read(text: Any, default: Any) -> Any:
        return default if text is None else json.loads(text)

    def _milliseconds(self, timeout: Any) -> int | None:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return None if seconds is None else max(1, int(seconds * 1000))

    def _ask(self, server: Callable[[], T], alone: Callable[[], T]) -> T:
        """The server's answer; this process's own while the server is away."""
        if time.monotonic() < self._asked_again_at.get(self._url, 0):
            return alone()
        try:
            return server()
        except (RedisError, OSError) as error:
            self._asked_again_at[self._url] = time.monotonic() + REST_SECONDS
            logger.error("counts_not_shared", extra={"error": type(error).__name__})
            return alone()
