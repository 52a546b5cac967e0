"""A link that ends while its form is before somebody: what they tell then still arrives, for an hour and no longer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.checkins.actions import mark_check_in_missed, revoke_links, submit_check_in
from monitoring.checkins.models import CheckIn, CheckInLink, CheckInState, ReportChannel, SymptomReport
from monitoring.checkins.rules import LinkFacts, LinkStanding, standing_of_link
from monitoring.checkins.rules.links import FINISHED_WITHIN, LONGEST, expiry_of
from monitoring.people.models import Patient, User
from tests.monitoring.checkins.by_link import phone, send, tap_through

__all__ = ["phone"]  # a fixture: here it has no session

MOMENT = timedelta(seconds=5)
ISSUED = datetime(2026, 6, 15, 7, tzinfo=UTC)
HARD_TO_WAKE = {
    "go": "some", "danger_signs": ["hard_to_wake"], "submission_key": "00000000-0000-4000-8000-000000000001",
}  # fmt: skip


@pytest.fixture
def opened(link: str, phone: Client, asked: CheckIn, clock: Any) -> str:
    """The link is opened two minutes before its window closes."""
    clock.move_to(asked.closes_at - timedelta(minutes=2))
    assert phone.get(link, follow=True).status_code == 200
    return link


# --- The rule ----------------------------------------------------------------------------------------------------


def facts(**more: Any) -> LinkFacts:
    known = {
        "issued_at": ISSUED, "expires_at": expiry_of(ISSUED + timedelta(hours=12), ISSUED), "used_at": None,
        "revoked_at": None, "was_opened": True, "is_answered": False, "begun": False, "has_account": True,
    }  # fmt: skip
    return LinkFacts(**(known | more))


def last_moment(standing: Callable[[datetime], LinkStanding]) -> datetime:
    """From when on the link does not open its form any more."""
    minutes = (ISSUED + timedelta(minutes=minute) for minute in range(80 * 60))
    return next(at for at in minutes if standing(at) is not LinkStanding.OPEN)


def test_an_opened_link_is_taken_an_hour_longer_and_never_beyond_its_72_hours() -> None:
    ends = facts().expires_at
    assert last_moment(lambda at: standing_of_link(facts(was_opened=False), at)) == ends
    assert last_moment(lambda at: standing_of_link(facts(), at)) == ends + FINISHED_WITHIN
    for days in (3, 9):
        long_lived = facts(expires_at=expiry_of(ISSUED + timedelta(days=days), ISSUED))
        assert standing_of_link(long_lived, ISSUED + LONGEST - MOMENT) is LinkStanding.OPEN
        assert standing_of_link(long_lived, ISSUED + LONGEST) is LinkStanding.EXPIRED


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({"used_at": ISSUED}, LinkStanding.USED),
        ({"revoked_at": ISSUED}, LinkStanding.REVOKED),
        ({"has_account": False}, LinkStanding.CLOSED_ACCOUNT),
        ({"is_answered": True}, LinkStanding.ANSWERED),
        ({"is_answered": True, "begun": True}, LinkStanding.OPEN),
        ({"was_opened": False}, LinkStanding.EXPIRED),
    ],
)
def test_the_hour_gives_back_nothing_that_ended_otherwise(more: dict[str, Any], standing: LinkStanding) -> None:
    assert standing_of_link(facts(**more), facts().expires_at + MOMENT) is standing


# --- The form ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("swept", [False, True])
def test_a_danger_ticked_as_the_window_closes_is_an_emergency(
    opened: str, phone: Client, asked: CheckIn, clock: Any, swept: bool
) -> None:
    if swept:
        assert mark_check_in_missed(check_in_id=asked.pk, now=asked.closes_at, job="tests")
    clock.move_to(asked.closes_at + MOMENT)
    sent = phone.post(f"{opened}1/", HARD_TO_WAKE)
    assert (sent.status_code, sent.url) == (302, f"{opened}done/")
    assert 'href="tel:999"' in phone.get(sent.url).text
    report, link = SymptomReport.objects.get(), CheckInLink.objects.get()
    assert (report.channel, report.level, link.report) == (ReportChannel.LINK, AlertLevel.EMERGENCY, report)
    assert report.late_for == (asked if swept else None)
    assert Alert.objects.get(kind=AlertKind.SYMPTOMS).level == AlertLevel.EMERGENCY
    again = phone.post(f"{opened}1/", HARD_TO_WAKE)
    assert again.url == sent.url
    assert SymptomReport.objects.count() == 1


@pytest.mark.django_db
def test_a_form_in_hand_is_gone_through_to_its_end_and_the_day_stays_missed(
    opened: str, phone: Client, asked: CheckIn, clock: Any
) -> None:
    mark_check_in_missed(check_in_id=asked.pk, now=asked.closes_at, job="tests")
    clock.move_to(asked.closes_at + MOMENT)
    send(phone, tap_through(phone, opened))
    asked.refresh_from_db()
    assert asked.state == CheckInState.MISSED
    assert SymptomReport.objects.get().late_for == asked


@pytest.mark.django_db
def test_an_hour_later_it_opens_nothing_and_looking_at_it_meanwhile_makes_it_no_longer(
    opened: str, phone: Client, asked: CheckIn, clock: Any
) -> None:
    clock.move_to(asked.closes_at + timedelta(minutes=59))
    assert phone.get(opened).status_code == 302
    assert phone.post(f"{opened}1/", {"go": "none"}).status_code == 302
    clock.move_to(asked.closes_at + timedelta(hours=1))
    assert phone.post(f"{opened}1/", HARD_TO_WAKE).status_code == 404
    assert phone.get(opened).status_code == 404
    assert not SymptomReport.objects.exists()


@pytest.mark.django_db
def test_a_lost_phone_ends_also_what_is_in_hand(
    opened: str, phone: Client, asked: CheckIn, clinician: User, clock: Any
) -> None:
    later = asked.closes_at + MOMENT
    clock.move_to(later)
    assert revoke_links(patient=Patient.objects.get(pk=asked.patient_id), by=clinician, now=later) == 1
    assert phone.post(f"{opened}1/", HARD_TO_WAKE).status_code == 404


@pytest.mark.django_db
def test_an_answer_that_came_signed_in_ends_a_link_that_was_only_opened(
    opened: str, phone: Client, asked: CheckIn, well: dict[str, object], clinician: User, clock: Any
) -> None:
    submit_check_in(
        patient=asked.patient, answers=well, submission_key=uuid4(), by=clinician, now=asked.closes_at - MOMENT
    )
    clock.move_to(asked.closes_at + MOMENT)
    assert phone.get(opened).status_code == 404
