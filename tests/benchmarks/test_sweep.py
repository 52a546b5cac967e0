"""What the sweep is measured with counts what was truly done, and says what is missing instead of guessing."""

import random
from datetime import timedelta

import pytest

from benchmarks.peers.apart import Apart
from benchmarks.peers.cql import NotRunError
from benchmarks.sweep import ward as wards
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckIn
from monitoring.notifications.models import Notification


def test_a_job_apart_is_called_and_what_it_lacks_or_what_went_wrong_is_said() -> None:
    assert Apart("builtins").call("len", one=1, two=2) == 2
    with pytest.raises(NotRunError, match="no_such_peer is not installed"):
        Apart("no_such_peer").call("run")
    with pytest.raises(RuntimeError, match="TypeError"):
        Apart("builtins").call("int", one=1)


@pytest.mark.core
@pytest.mark.django_db
def test_a_round_asks_for_what_is_due_with_all_that_belongs_to_it_and_for_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wards, "tidy", lambda: None)  # VACUUM cannot run in a test's transaction
    ward = wards.Ward(4, random.Random(1).randrange(99))  # noqa: S311 - a number
    assert ward.fill(10) == 12
    assert ward.ask() == 4
    assert Notification.objects.count() == 2 * AuditEvent.objects.filter(action="check_in.ask").count() == 8
    assert ward.bare_tick(2) == ward.tick(2) == 2
    assert CheckIn.objects.filter(reminded_at__isnull=True).count() == 12
    ward.make_due()
    assert ward.ask_alone(3) == 3
    with pytest.raises(RuntimeError, match="3 of 4"):
        ward.asked()
    ward.make_due()
    assert ward.claim() == 4
    assert not Notification.objects.exists()
    # The days ahead are real ones: the first of them opens a day from now.
    assert CheckIn.objects.to_remind(ward.now + timedelta(days=1)).count() == 4
