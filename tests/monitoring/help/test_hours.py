"""When the clinic answers, and which number that puts first."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from monitoring.help.rules import OpeningHours, Span, in_a_week, is_open, kept_hours, opens_next, read_hours
from monitoring.help.views import hours_of, numbers_of
from monitoring.people.models import Clinic, Patient

LONDON = ZoneInfo("Europe/London")
OFFICE: list[list[str] | None] = [["08:30", "17:00"]] * 5 + [None, None]
LORD_HOWE = "Australia/Lord_Howe"  # its clock moves by half an hour


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "answers"),
    [
        ("2026-06-15T08:29", False),
        ("2026-06-15T08:30", True),
        ("2026-06-15T16:59", True),
        ("2026-06-15T17:00", False),
        ("2026-06-20T12:00", False),
        # the two Mondays after the clock moves: half past eight is half past eight
        ("2026-03-30T08:30", True),
        ("2026-03-30T08:29", False),
        ("2026-10-26T08:30", True),
        ("2026-10-26T08:29", False),
    ],
)
def test_the_clinic_answers_by_the_clock_on_its_wall(at: str, *, answers: bool) -> None:
    hours = read_hours(OFFICE)
    assert hours is not None
    assert is_open(hours, wall(at)) is answers


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-06-15T03:00", "2026-06-15T08:30"),
        ("2026-06-15T17:00", "2026-06-16T08:30"),
        ("2026-06-19T17:00", "2026-06-22T08:30"),  # over a week-end
        ("2026-03-27T18:00", "2026-03-30T08:30"),  # over a week-end with the change of the clock in it
    ],
)
def test_shut_it_says_when_it_opens(at: str, opening: str) -> None:
    hours = read_hours(OFFICE)
    assert hours is not None
    assert opens_next(hours, wall(at)) == wall(opening)


@pytest.mark.parametrize(
    "raw",
    [
        [], {}, "always", [None] * 7, [["08:30", "17:00"]] * 6, [["17:00", "08:30"], *[None] * 6],
        [["08:30", "08:30"], *[None] * 6], [["08:30"], *[None] * 6], [["8 am", "5 pm"], *[None] * 6],
        [[8, 17], *[None] * 6], [["08:30", "24:00"], *[None] * 6],
    ],
)  # fmt: skip
def test_what_are_no_hours_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match=r"hours|time|closes|match"):
        read_hours(raw)


minutes = st.integers(0, 24 * 60 - 1)
spans = st.one_of(
    st.none(),
    st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1]).map(
        lambda pair: Span(*(time(each // 60, each % 60) for each in pair))
    ),
)  # fmt: skip
weeks = st.tuples(*[spans] * 7).filter(any).map(OpeningHours)
zones = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Apia", LORD_HOWE]).map(ZoneInfo)
# a year with both changes of every clock in it
instants = st.integers(1_767_225_600, 1_798_761_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(weeks, zones, instants)
def test_hours_keep_their_form_and_every_opening_is_the_first(hours: OpeningHours, zone: Any, now: datetime) -> None:
    kept = kept_hours([None if day is None else (day.opens, day.closes) for day in hours.days])
    assert read_hours(kept) == hours
    assert sum(each.last - each.first + 1 for each in in_a_week(hours)) == sum(day is not None for day in hours.days)
    here = now.astimezone(zone)
    opening = opens_next(hours, here)
    # wall times: what a patient is told is what the clinic's own wall will show
    assert opening.replace(tzinfo=None) > here.replace(tzinfo=None)
    assert is_open(hours, opening)
    assert opening - here <= timedelta(days=8)
    if not is_open(hours, here):
        between = here.replace(tzinfo=None) + (opening.replace(tzinfo=None) - here.replace(tzinfo=None)) / 2
        assert not is_open(hours, between)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "first", "second", "says"),
    [
        ("2026-06-15T12:00", "02079460100", "02079460111", False),
        ("2026-06-20T03:00", "02079460111", "02079460100", True),
    ],
)
def test_the_number_that_answers_now_comes_first_and_a_kept_page_says_nothing_of_now(
    client: Client, patient: Patient, clinic: Clinic, time_machine: Any, at: str, first: str, second: str, *, says: bool
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(opening_hours=OFFICE)
    time_machine.move_to(wall(at), tick=False)
    assert patient.user is not None
    client.force_login(patient.user)
    page = client.get("/help/urgent/").text
    assert page.index(f'href="tel:{first}"') < page.index(f'href="tel:{second}"')
    assert "Monday to Friday, 08:30 to 17:00" in page
    assert "shut now" not in page
    assert ("shut now" in client.get("/me/plan/").text) is says


@pytest.mark.django_db
def test_hours_that_nobody_kept_or_can_read_are_not_known(clinic: Clinic, caplog: pytest.LogCaptureFixture) -> None:
    at = wall("2026-06-20T03:00")
    assert not numbers_of(clinic, at, name="").is_shut
    clinic.opening_hours = ["broken"]
    assert hours_of(clinic) is None
    assert not numbers_of(clinic, at, name="").hours
    assert "cannot be read" in caplog.text
