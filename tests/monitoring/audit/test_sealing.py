"""Seals hold what has been committed, once, whoever seals and however late it commits."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from monitoring.audit import actions
from monitoring.audit.actions import seal_events
from monitoring.audit.models import AuditLeaf, AuditSeal
from monitoring.audit.record import record
from monitoring.audit.verification import verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.core]


def test_an_event_that_commits_late_is_sealed_later_without_alarm(log: list[int], now: datetime) -> None:
    """A lower number becomes visible after a higher one was sealed."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, so numbers commit in order")
    written, sealed, late = threading.Event(), threading.Event(), []

    def slow() -> None:
        try:
            with transaction.atomic():
                late.append(record(action="late", now=now, job="tests").pk)
                written.set()
                assert sealed.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    early = record(action="early", now=now, job="tests")
    assert seal_events(now=now, job="tests") == 2
    sealed.set()
    thread.join()
    assert late[0] < early.pk
    result = verify()
    assert (result.intact, result.unsealed) == (True, 1)
    assert seal_events(now=now, job="tests") == 1
    assert verify().intact


def test_two_sealers_at_once_make_one_seal(log: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    first_position = AuditSeal.objects.latest("pk").first_position
    real = actions._seal

    def overtaken(at: datetime) -> AuditSeal | None:
        seal = real(at)
        assert seal is not None
        # The other sealer took these positions a moment ago.
        AuditSeal.objects.bulk_create(
            [AuditSeal(sealed_at=at, first_position=first_position, last_position=99, key_id="x", digest="x")]
        )
        return seal

    monkeypatch.setattr(actions, "_seal", overtaken)
    assert seal_events(now=now, job="tests") == 0
    monkeypatch.undo()
    assert (AuditSeal.objects.count(), AuditLeaf.objects.count()) == (2, 8), "nothing half-made is left"
    assert seal_events(now=now, job="tests") == 1
    assert verify().intact


def test_the_seals_do_not_search_what_was_settled_long_ago(log: list[int], now: datetime) -> None:
    assert seal_events(now=now + timedelta(days=3), job="tests") == 1
    assert seal_events(now=now + timedelta(days=6), job="tests") == 0
    record(action="x", now=now, job="tests")
    assert seal_events(now=now + timedelta(days=9), job="tests") == 1
    assert AuditSeal.objects.count() == 4
    assert verify().intact
