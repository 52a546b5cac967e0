"""Two phones at once: real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections

from monitoring.alerts.models import Alert
from monitoring.checkins.actions import mark_check_in_missed, submit_check_in
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.people.models import Patient

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Callable[[int], object], count: int = 4) -> list[object]:
    """Run `work` in `count` threads, each with its own connection."""

    def run(number: int) -> object:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture(autouse=True)
def postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")


def test_the_same_submission_at_once_is_one_report_and_one_alert(
    patient: Patient, due: CheckIn, well: dict[str, object], now: datetime
) -> None:
    key = uuid4()

    def send(_number: int) -> UUID:
        report = submit_check_in(
            patient=patient, answers={**well, "q5_thinking": 2}, submission_key=key, by=patient.user, now=now,
            check_in=due,
        )  # fmt: skip
        return report.pk

    assert len(set(at_once(send))) == 1
    assert SymptomReport.objects.count() == 1
    assert Alert.objects.get().report_count == 1


def test_a_report_and_the_sweep_that_misses_it_never_both_win(
    patient: Patient, due: CheckIn, well: dict[str, object], now: datetime
) -> None:
    CheckIn.objects.filter(pk=due.pk).update(reminded_at=now)
    late = now + timedelta(hours=11)

    def act(number: int) -> object:
        if number % 2:
            return mark_check_in_missed(check_in_id=due.pk, now=late, job="check_ins")
        return submit_check_in(
            patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=late, check_in=due
        )

    at_once(act)
    due.refresh_from_db()
    report = SymptomReport.objects.get()
    won = report.check_in_id == due.pk
    # When the sweep came first the report is kept as an extra one, and the occasion stays missed.
    assert (due.state, report.late_for_id) == (("submitted", None) if won else ("missed", due.pk))
    assert Alert.objects.count() <= 1
