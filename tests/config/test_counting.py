"""Counts that all processes keep together, and each for itself while the server of the counts is away."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from config.counting import SharedCache
from monitoring.rest import limits
from tests.architecture.house import ROOT
from tests.config.test_settings import read

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
COUNT = """
import sys
from config import counting
counting.PATIENCE_SECONDS = 20
from config.counting import SharedCache
cache = SharedCache(sys.argv[1], {"KEY_PREFIX": sys.argv[2]})
cache.add("tries", 0, timeout=60)
print(*(cache.incr("tries") for _ in range(50)))
"""


@pytest.fixture
def prefix() -> str:
    """Another test beside this one counts under another name."""
    return f"test-{uuid4()}"


@pytest.fixture
def shared(prefix: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedCache]:
    # A machine that stood still for a moment is no server that is away.
    monkeypatch.setattr("config.counting.PATIENCE_SECONDS", 20)
    monkeypatch.setattr(SharedCache, "_asked_again_at", {})
    cache = SharedCache(settings.CELERY_BROKER_URL, {"KEY_PREFIX": prefix})
    yield cache
    cache.clear()


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SharedCache:
    """Its server is not there."""
    monkeypatch.setattr(SharedCache, "_asked_again_at", {})
    return SharedCache(f"unix://{tmp_path}/none.sock", {})


def test_two_processes_count_together_and_no_try_is_lost(shared: SharedCache, prefix: str) -> None:
    command = [sys.executable, "-c", COUNT, settings.CELERY_BROKER_URL, prefix]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [int(count) for each in both for count in each.communicate()[0].split()]
    assert sorted(told) == list(range(1, 101))
    assert shared.incr("tries") == 101


def test_a_limit_holds_over_two_servers_of_pages(
    shared: SharedCache, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SharedCache(settings.CELERY_BROKER_URL, {"KEY_PREFIX": prefix})
    found = []
    for cache in (shared, other, shared, other):
        monkeypatch.setattr(limits, "cache", cache)
        found.append(limits.is_beyond(3, "link", "203.0.113.9", NOW))
    assert found == [False, False, False, True]


def test_while_the_server_is_away_each_process_keeps_the_limit_and_says_so(
    alone: SharedCache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "cache", alone)
    with caplog.at_level(logging.ERROR):
        found = [limits.is_beyond(3, "link", "203.0.113.9", NOW) for _ in range(5)]
    assert found == [False, False, False, True, True]
    assert [each.getMessage() for each in caplog.records] == ["counts_not_shared"]


def test_a_server_that_goes_away_in_mid_count_loses_no_limit(
    shared: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cache", shared)
    assert not limits.is_beyond(1, "link", "203.0.113.9", NOW)
    monkeypatch.setattr(SharedCache, "_asked_again_at", {shared._url: float("inf")})
    assert [limits.is_beyond(1, "link", "203.0.113.9", NOW) for _ in range(2)] == [False, True]


def test_what_was_kept_comes_back_and_goes_with_its_time(shared: SharedCache, alone: SharedCache) -> None:
    for cache in (shared, alone):
        assert (cache.add("a", 1), cache.add("a", 2), cache.get("a")) == (True, False, 1)
        cache.set("a", ["x", 2.5], timeout=None)
        assert cache.get("a") == ["x", 2.5]
        assert (cache.touch("a", 60), cache.touch("none", 60)) == (True, False)
        assert (cache.delete("a"), cache.delete("a"), cache.get("a", "gone")) == (True, False, "gone")
    with pytest.raises(ValueError, match="Nothing is counted"):
        shared.incr("never")
    assert shared.get("never") is None


def test_clearing_the_counts_leaves_what_else_the_server_holds(shared: SharedCache, prefix: str) -> None:
    shared.set("ours", 1)
    other = SharedCache(settings.CELERY_BROKER_URL, {"KEY_PREFIX": f"{prefix}-beside"})
    other.set("theirs", 1, timeout=60)
    shared.clear()
    assert (shared.get("ours"), other.get("theirs")) == (None, 1)
    other.clear()


def test_whoever_has_one_address_of_a_network_has_them_all() -> None:
    assert limits.caller("2001:db8:1:2::1") == limits.caller("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert limits.caller("2001:db8:1:3::1") != limits.caller("2001:db8:1:2::1")
    for other in ("203.0.113.9", "::ffff:203.0.113.9", "abcdefgh", ""):
        assert limits.caller(other) == other


def test_in_service_counts_are_kept_beside_the_tasks(tmp_path: Path) -> None:
    caches = read(tmp_path, "CACHES", REDIS_URL="redis://redis.clinic.example:6379/0")["CACHES"]
    assert caches["default"]["BACKEND"] == "config.counting.SharedCache"
    assert caches["default"]["LOCATION"] == "redis://redis.clinic.example:6379/0"
