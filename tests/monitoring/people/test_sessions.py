"""Where a person is signed in, and ending that from elsewhere."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from monitoring.audit.models import AuditEvent
from monitoring.people.access import PROVEN_FOR
from monitoring.people.models import OpenSession, User
from tests.monitoring.signing_in import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    assert client.post("/login/", {"username": "alice@clinic.example", "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.usefixtures("alice")
class TestSessions:
    def test_each_is_listed_in_words_and_can_be_ended_elsewhere(self) -> None:
        phone, laptop = signed_in(PHONE), signed_in(LAPTOP)
        page = laptop.get("/sessions/").content.decode()
        assert "Chrome on Android" in page
        assert "Firefox on Windows" in page
        lost = OpenSession.objects.get(browser="Chrome on Android")
        assert laptop.post("/sessions/end/", {"session": str(lost.pk)}).status_code == 302
        assert laptop.post("/sessions/end/", {"session": str(lost.pk)}).status_code == 302, "a second tap does no harm"
        assert phone.get("/sessions/")["Location"].startswith("/login/")
        assert laptop.get("/sessions/").status_code == 200
        assert AuditEvent.objects.filter(action="sign_out", detail={"elsewhere": 1}).count() == 1

    def test_everywhere_else_leaves_the_one_here(self) -> None:
        others, here = [signed_in(PHONE), signed_in(PHONE)], signed_in(LAPTOP)
        token = Client().post(
            "/api/v1/auth/token/", {"email": "alice@clinic.example", "password": PASSWORD}, "application/json"
        )
        assert token.status_code in {200, 404}
        here.post("/sessions/end/")
        assert [other.get("/sessions/").status_code for other in others] == [302, 302]
        assert here.get("/sessions/").status_code == 200
        assert OpenSession.objects.count() == 1

    def test_the_one_here_is_ended_by_signing_out_alone(self) -> None:
        here = signed_in(LAPTOP)
        own = OpenSession.objects.get()
        here.post("/sessions/end/", {"session": str(own.pk)})
        assert here.get("/sessions/").status_code == 200

    def test_nobody_ends_another_persons(self, client: Client, colleague: User) -> None:
        alices = signed_in(LAPTOP)
        client.force_login(colleague)
        for sent in ({"session": str(OpenSession.objects.get().pk)}, {"session": "nonsense"}, {}):
            client.post("/sessions/end/", sent)
        assert alices.get("/sessions/").status_code == 200
        assert "Firefox" not in client.get("/sessions/").content.decode()

    def test_a_new_password_ends_the_others(self) -> None:
        phone, here = signed_in(PHONE), signed_in(LAPTOP)
        assert here.post("/password/", {"password": "a much better one"}).status_code == 302
        assert phone.get("/sessions/").status_code == 302
        page = here.get("/sessions/").content.decode()
        assert "This is where you are now" in page
        assert "Chrome on Android" not in page

    def test_a_screen_left_open_changes_no_password_without_the_present_one(
        self, alice: User, time_machine: Any
    ) -> None:
        time_machine.move_to(timezone.now(), tick=False)
        here = signed_in(LAPTOP)
        for _ in range(2):  # somebody is there all along, and the session with them
            time_machine.shift(PROVEN_FOR / 2 + timedelta(seconds=1))
            here.get("/sessions/")
        new = "a much better one"
        assert "Your present password" in here.get("/password/").text
        for present in ({}, {"present": "a guess of somebody"}):
            assert here.post("/password/", {"password": new, **present}).status_code == 422
        alice.refresh_from_db()
        assert alice.check_password(PASSWORD)
        assert AuditEvent.objects.filter(action="sign_in", outcome="failed").count() == 1
        assert here.post("/password/", {"password": new, "present": PASSWORD}).status_code == 302
        alice.refresh_from_db()
        assert alice.check_password(new)

    def test_what_has_run_out_is_forgotten_at_the_next_sign_in(self) -> None:
        signed_in(PHONE)
        Session.objects.all().delete()
        signed_in(LAPTOP)
        assert [one.browser for one in OpenSession.objects.all()] == ["Firefox on Windows"]


def test_signing_out_leaves_the_help_pages_script_where_it_is(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    answer: Any = client.post("/logout/")
    assert answer["Clear-Site-Data"] == '"cache"'


class TestIdling:
    """How long a session lasts, and what a page that stands open is told."""

    @pytest.fixture(autouse=True)
    def still(self, now: datetime, time_machine: Any) -> Any:
        time_machine.move_to(now, tick=False)
        return time_machine

    def test_staff_are_signed_out_after_a_quarter_of_an_hour_without_them(
        self, alice: User, now: datetime, still: Any
    ) -> None:
        client = signed_in(LAPTOP)
        still.move_to(now + timedelta(minutes=14, seconds=59), tick=False)
        assert client.get("/sessions/").status_code == 200
        still.move_to(now + timedelta(minutes=29, seconds=58), tick=False)
        assert client.get("/sessions/").status_code == 200
        still.move_to(now + timedelta(minutes=44, seconds=59), tick=False)
        assert client.get("/sessions/").url.startswith("/login/")

    def test_a_patient_has_half_an_hour(self, patient_user: User, now: datetime, still: Any) -> None:
        patient_user.set_password(PASSWORD)
        patient_user.save()
        phone = Client()
        phone.post("/login/", {"username": patient_user.email, "password": PASSWORD})
        still.move_to(now + timedelta(minutes=29, seconds=59), tick=False)
        assert phone.get("/sessions/").status_code == 200
        still.move_to(now + timedelta(minutes=60), tick=False)
        assert phone.get("/sessions/").url.startswith("/login/")

    def test_a_working_day_ends_it_whoever_is_there(self, alice: User, now: datetime, still: Any) -> None:
        client = signed_in(LAPTOP)
        for minutes in range(10, 12 * 60, 10):
            still.move_to(now + timedelta(minutes=minutes), tick=False)
            assert client.get("/session/").json()["left"] > 0
            client.post("/session/")
        still.move_to(now + timedelta(hours=12), tick=False)
        assert client.get("/sessions/").url.startswith("/login/")

    def test_asking_renews_nothing_and_a_tap_does(self, alice: User, now: datetime, still: Any) -> None:
        client = signed_in(LAPTOP)
        still.move_to(now + timedelta(minutes=13), tick=False)
        assert client.get("/session/").json()["left"] == 120
        assert client.get("/session/").json()["left"] == 120
        assert client.post("/session/").json()["left"] == 15 * 60
        still.move_to(now + timedelta(minutes=27), tick=False)
        assert client.get("/session/").json()["left"] == 60

    def test_it_tells_the_same_person_from_another_and_nobody_anything_of_them(
        self, alice: User, colleague: User
    ) -> None:
        client, other = signed_in(LAPTOP), Client()
        mine = client.get("/session/").json()
        assert mine["who"] == signed_in(PHONE).get("/session/").json()["who"]
        assert f'data-who="{mine["who"]}"' in client.get("/alerts/").text
        other.force_login(colleague)
        assert other.get("/session/").json()["who"] not in {"", mine["who"]}
        assert Client().get("/session/").json() == {"left": 0, "who": "", "token": ""}

    def test_a_forged_tap_renews_nothing(self, alice: User, now: datetime, still: Any) -> None:
        client = signed_in(LAPTOP)
        forged = Client(enforce_csrf_checks=True)
        forged.cookies = client.cookies
        still.move_to(now + timedelta(minutes=13), tick=False)
        assert forged.post("/session/").status_code == 403
