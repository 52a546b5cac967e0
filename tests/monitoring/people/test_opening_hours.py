"""An admin says when the clinic answers its telephone."""

from datetime import datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.people.actions import change_opening_hours
from monitoring.people.models import Clinic, User

pytestmark = pytest.mark.django_db
OFFICE = [(time(8, 30), time(17))] * 5 + [None, None]


def typed(**changes: str) -> dict[str, str]:
    days = {f"{edge}_{day}": at for day in range(5) for edge, at in (("opens", "08:30"), ("closes", "17:00"))}
    return days | changes


def test_hours_are_kept_noted_once_and_taken_away_again(clinic: Clinic, admin: User, now: datetime) -> None:
    for _ in range(2):
        change_opening_hours(clinic=clinic, days=OFFICE, by=admin, now=now)
    clinic.refresh_from_db()
    assert clinic.opening_hours == [["08:30", "17:00"]] * 5 + [None, None]
    event = AuditEvent.objects.get(action="clinic.opening_hours")
    assert event.detail["before"] is None
    change_opening_hours(clinic=clinic, days=[None] * 7, by=admin, now=now)
    clinic.refresh_from_db()
    assert clinic.opening_hours is None


def test_nobody_else_may_and_what_cannot_be_is_refused(
    clinic: Clinic, clinician: User, admin: User, now: datetime
) -> None:
    with pytest.raises(PermissionDenied):
        change_opening_hours(clinic=clinic, days=OFFICE, by=clinician, now=now)
    with pytest.raises(ValidationError):
        change_opening_hours(clinic=clinic, days=[(time(17), time(8)), *[None] * 6], by=admin, now=now)


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(client: Client, admin: User, clinic: Clinic) -> None:
    client.force_login(admin)
    address = reverse("opening_hours")
    wrong = client.post(address, typed(closes_0="", opens_1="18:00", opens_2="soon"))
    assert wrong.status_code == 422
    for words in ("Give both times", "closes after it has opened", "Write a time like 08:30", 'value="18:00"'):
        assert words in wrong.text
    saved = client.post(address, typed(), follow=True).text
    assert "Monday to Friday, 08:30 to 17:00" in saved
    assert 'value="08:30"' in client.get(address).text
    clinic.refresh_from_db()
    assert clinic.opening_hours is not None
