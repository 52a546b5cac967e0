"""The calendar a phone reads: off at first, neutral, revocable, the same nothing for whoever guesses."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from monitoring.audit.models import AuditEvent
from monitoring.calendars.actions import open_feed
from monitoring.calendars.export import calendar_file
from monitoring.calendars.models import CalendarFeed
from monitoring.calendars.queries import Task, tasks_of
from monitoring.people.actions import give_one_time_password
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference
from monitoring.regimens.models import Prescription
from monitoring.titration.models import TitrationPlan

pytestmark = pytest.mark.django_db

Fetch = Callable[..., Any]


@pytest.fixture
def token(patient: Patient, patient_user: User, now: datetime, time_machine: Any) -> str:
    time_machine.move_to(now, tick=False)
    return open_feed(patient=patient, neutral=True, by=patient_user, now=now)[1]


def fetched(token: str) -> Any:
    return Client().get(reverse("calendar_feed", args=[token]))


def events(token: str) -> list[Any]:
    return list(Calendar.from_ical(fetched(token).content).walk("VEVENT"))


def test_it_is_off_until_the_patient_switches_it_on_and_the_address_is_shown_once(
    maya: Client, patient: Patient
) -> None:
    address = reverse("my_feed")
    assert "It is switched off" in maya.get(address).text
    page = maya.post(address, {"go": "open"}).text
    feed = CalendarFeed.objects.get()
    assert feed.neutral
    token = page.split("/cal/")[1].split(".ics")[0]
    assert feed.token_digest not in page
    assert token not in maya.get(address).text
    assert fetched(token).status_code == 200


def test_its_titles_are_neutral_until_the_patient_asks_for_names_and_never_hold_an_amount(
    token: str, maya: Client, taper: TitrationPlan
) -> None:
    assert {str(event["summary"]) for event in events(token)} == {"Health task"}
    body = fetched(token).content.lower()
    assert b"baclofen" not in body
    assert b"harper" not in body
    maya.post(reverse("my_feed"), {"go": "names"})
    titles = {str(event["summary"]) for event in events(token)}
    assert "baclofen" in titles
    assert not any(" mg" in title or "10" in title for title in titles)


def test_a_lost_address_is_replaced_and_one_switched_off_is_gone(maya: Client, patient: Patient, token: str) -> None:
    address = reverse("my_feed")
    newer = maya.post(address, {"go": "open"}).text.split("/cal/")[1].split(".ics")[0]
    assert (fetched(token).status_code, fetched(newer).status_code) == (404, 200)
    maya.post(address, {"go": "revoke"})
    assert fetched(newer).status_code == 404
    assert CalendarFeed.objects.live().count() == 0


def test_unknown_revoked_and_malformed_are_the_same_nothing(maya: Client, patient: Patient, token: str) -> None:
    maya.post(reverse("my_feed"), {"go": "revoke"})
    answers = [fetched(each) for each in (token, "x" * 43, "a", "%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_it_ends_when_somebody_else_gives_the_account_a_new_password_as_after_a_stolen_phone(
    token: str, patient_user: User, admin: User, now: datetime
) -> None:
    give_one_time_password(user=patient_user, password="hold the sea wall", by=admin, now=now)
    assert fetched(token).status_code == 404
    assert AuditEvent.objects.get(action="user.give_password").detail["calendars"] == 1


def test_its_titles_are_in_the_patients_language_whatever_the_calendar_program_asks_for(
    token: str, patient_user: User, baclofen: Prescription, now: datetime
) -> None:
    change_preference(by=patient_user, now=now, language="es")
    assert {str(each["summary"]) for each in events(token)} == {"Tarea de salud"}


def test_it_ends_with_the_account_that_made_it(token: str, patient_user: User) -> None:
    User.objects.filter(pk=patient_user.pk).update(is_active=False)
    assert fetched(token).status_code == 404


def test_reading_is_in_the_log_once_a_day_and_nothing_may_keep_the_answer(
    token: str, patient: Patient, now: datetime, time_machine: Any
) -> None:
    reads = AuditEvent.objects.filter(action="patient.read", object_type="calendar feed", patient_id=patient.pk)
    for minute in (0, 5, 50):
        time_machine.move_to(now + timedelta(minutes=minute), tick=False)
        fetched(token)
    assert reads.count() == 1
    assert CalendarFeed.objects.get().last_fetched_at == now + timedelta(minutes=50)
    time_machine.move_to(now + timedelta(days=1), tick=False)
    answer = fetched(token)
    assert reads.count() == 2
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_guessing_is_put_off_and_a_good_address_goes_on(token: str) -> None:
    answers = [fetched(f"{number:043}") for number in range(10**40, 10**40 * 22, 10**40)]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert fetched(token).status_code == 200


def test_one_address_is_read_thirty_times_a_minute_at_most(token: str) -> None:
    assert [fetched(token).status_code for _ in range(31)] == [200] * 30 + [429]


def test_an_address_that_is_good_no_more_leaves_a_line_and_what_never_was_leaves_one_too(
    maya: Client, patient: Patient, token: str
) -> None:
    maya.post(reverse("my_feed"), {"go": "revoke"})
    fetched(token)
    fetched("x" * 43)
    lines = AuditEvent.objects.filter(action="calendar.refuse").order_by("pk")
    assert [(line.patient_id, line.reason, line.outcome) for line in lines] == [
        (patient.pk, "ended", "denied"),
        (None, "unknown", "denied"),
    ]
    assert not any(token in str(line.__dict__) for line in lines)


@pytest.mark.parametrize("go", ["open", "names"])
def test_more_is_told_only_to_whoever_proves_who_they_are_and_less_to_anybody_at_the_screen(
    maya: Client, patient: Patient, token: str, now: datetime, time_machine: Any, go: str
) -> None:
    before = CalendarFeed.objects.get()
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    page = maya.post(reverse("my_feed"), {"go": go})
    assert "Is it you?" in page.text
    assert f'name="go" value="{go}"' in page.text
    assert "/cal/" not in page.text
    assert CalendarFeed.objects.get().neutral == before.neutral
    assert fetched(token).status_code == 200
    assert maya.post(reverse("my_feed"), {"go": "revoke"}).status_code == 302
    assert fetched(token).status_code == 404


def test_a_name_breaks_out_of_no_line_of_the_file(now: datetime) -> None:
    name = "Baclofen\r\nEND:VEVENT\r\nATTENDEE:mailto:eve@else.example\rX:1\n;,\\"
    task = Task(uid=UUID(int=7), at=now, kind="doses", labels=(name,))
    body = calendar_file([task], neutral=False, now=now)
    lines = body.replace(b"\r\n ", b"").split(b"\r\n")
    assert lines.count(b"END:VEVENT") == 1
    assert not any(line.startswith((b"ATTENDEE", b"X:1")) for line in lines)
    assert b"\r" not in body.replace(b"\r\n", b"")


def test_it_holds_a_week_back_and_three_months_ahead_and_the_same_marks_at_each_read(
    token: str, baclofen: Prescription, today: date
) -> None:
    found = events(token)
    days = {event["dtstart"].dt.date() for event in found if isinstance(event["dtstart"].dt, datetime)}
    assert (min(days), max(days)) == (today - timedelta(days=7), today + timedelta(days=90))
    assert len({str(event["uid"]) for event in found}) == len(found)
    assert {str(event["uid"]) for event in events(token)} == {str(event["uid"]) for event in found}


@pytest.mark.parametrize(("zone", "utc"), [("Europe/London", (7, 8)), ("Pacific/Apia", (19, 19))])
def test_the_morning_is_the_morning_on_either_side_of_the_change_of_clocks(
    patient: Patient, baclofen: Prescription, zone: str, utc: tuple[int, int]
) -> None:
    Patient.objects.filter(pk=patient.pk).update(time_zone=zone)
    patient.refresh_from_db()
    tasks = tasks_of(patient, datetime(2026, 10, 24, 12, tzinfo=UTC))
    mornings = {task.at.date(): task.at for task in tasks if isinstance(task.at, datetime) and task.at.hour == 8}
    before, after = mornings[date(2026, 10, 24)], mornings[date(2026, 10, 26)]
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == utc


def test_a_step_that_may_take_a_dose_away_takes_no_reminder_away(
    patient: Patient, taper: TitrationPlan, today: date, now: datetime
) -> None:
    def hours(ahead: int) -> list[int]:
        day = today + timedelta(days=ahead)
        doses = [task for task in tasks_of(patient, now) if task.kind == "doses"]
        return [task.at.hour for task in doses if isinstance(task.at, datetime) and task.at.date() == day]

    assert hours(2) == hours(12) == [8, 12, 18]
    steps = [task.at for task in tasks_of(patient, now) if task.kind == "step"]
    assert steps == [today + timedelta(days=ahead) for ahead in (3, 10, 17)]
