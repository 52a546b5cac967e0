"""Of which doses a phone reminds: of those that are taken, and of none that a plan may bring."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from monitoring.calendars.queries import tasks_of
from monitoring.people.models import Patient
from monitoring.titration.models import TitrationPlan

pytestmark = pytest.mark.django_db


def test_a_step_that_may_add_a_dose_adds_no_reminder_before_it_is_taken_up(
    patient: Patient, draw: Callable[..., TitrationPlan], sign: Callable[..., TitrationPlan], today: date, now: datetime
) -> None:
    def hours(ahead: int) -> list[int]:
        day = today + timedelta(days=ahead)
        doses = [task for task in tasks_of(patient, now) if task.kind == "doses"]
        return [task.at.hour for task in doses if isinstance(task.at, datetime) and task.at.date() == day]

    before = hours(2)
    sign(draw([(3, (10, 10, 10, 10))]))
    assert hours(2) == hours(3) == hours(12) == before == [8, 12, 18]
    assert [task.at for task in tasks_of(patient, now) if task.kind == "step"] == [today + timedelta(days=3)]
