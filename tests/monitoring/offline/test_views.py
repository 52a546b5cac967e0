"""What phones ask for before they lose the network, and what they send when they have it again."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.checkins.models import SymptomReport
from monitoring.offline.digests import shell_version
from monitoring.people.access import HELPING
from monitoring.people.models import Patient, User
from monitoring.templatetags import offline

WELL = {"danger_signs": ["none"], "q1_sleepiness": 0, "q2_breathing": 0, "q3_standing": 0, "q5_thinking": 0}
SEND = "/offline/check-ins/"


@pytest.fixture
def phone(client: Client, patient: Patient, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    client.force_login(patient.user)
    return client


def sent(phone: Client, now: datetime, **changes: object) -> dict[str, object]:
    """What a phone posts, taken two hours ago."""
    fields = {
        "key": str(uuid4()),
        "owner": phone.get("/offline/session/").json()["owner"],
        "taken_at": (now - timedelta(hours=2)).isoformat(),
        "phone_now": now.isoformat(),
        "answers": json.dumps(WELL),
    }
    return fields | changes


@pytest.mark.parametrize("address", ["/sw.js", "/push-worker.js"])
def test_the_one_worker_is_at_the_root_under_its_old_address_too(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    source = answer.content.decode()
    assert shell_version() in source
    assert all(word in source for word in ("/help/emergency/", "/offline/check-in/", "notificationclick"))


def test_the_manifest_names_no_medicine_and_has_icons_that_exist(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    content = manifest.json()
    assert (content["start_url"], content["scope"], content["display"]) == ("/me/", "/", "standalone")
    assert {icon["purpose"] for icon in content["icons"]} == {"any", "maskable"}
    assert "baclofen" not in manifest.content.decode().lower()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/offline/", "/offline/check-in/", "/help/emergency/"])
def test_what_phones_keep_for_everybody_holds_nothing_of_a_patient(
    phone: Client, patient: Patient, address: str
) -> None:
    page = phone.get(address).content.decode()
    assert patient.family_name not in page
    assert patient.given_names not in page
    assert "csrfmiddlewaretoken" not in page


def test_whoever_holds_a_phone_without_a_network_finds_what_a_helper_does(client: Client) -> None:
    emergency = client.get("/offline/check-in/").text.split('data-step="emergency"')[1].split("data-step=")[0]
    own, summary, other = (
        emergency.index(words)
        for words in ("Sit up, or lie on your side.", "<summary>Is it someone else?", "do not leave them alone")
    )
    assert own < summary < other < emergency.index("</details>")
    assert "start CPR" in emergency


@pytest.mark.django_db
def test_the_mark_of_whose_phone_it_is_tells_nobody_who(phone: Client, patient: Patient, clinician: User) -> None:
    mark = phone.get("/offline/session/").json()["owner"]
    assert len(mark) == 32
    assert str(patient.user.pk) not in mark
    assert f'data-keeps-for="{mark}"' in phone.get("/me/check-ins/").content.decode()
    phone.force_login(clinician)
    assert phone.get("/offline/session/").json()["owner"] == ""
    assert offline.HELPING == HELPING


def test_nobody_is_the_owner_of_a_phone_that_is_not_signed_in(client: Client) -> None:
    assert client.get("/offline/session/").json()["owner"] == ""


@pytest.mark.django_db
def test_a_kept_check_in_is_taken_once_and_says_where_its_result_is(
    phone: Client, now: datetime, time_machine: Any
) -> None:
    fields = sent(phone, now)
    first = phone.post(SEND, fields)
    time_machine.shift(1)
    second = phone.post(SEND, fields)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    report = SymptomReport.objects.get()
    assert (report.submitted_at, report.entered_at) == (now - timedelta(hours=2), now)
    result = phone.get(first.json()["url"]).content.decode()
    assert "Your phone kept it and sent it" in result


@pytest.mark.django_db
def test_a_kept_danger_sign_raises_its_alert_and_is_kept_as_the_score_it_stands_for(
    phone: Client, now: datetime
) -> None:
    answer = phone.post(SEND, sent(phone, now, answers='{"danger_signs": ["fit"]}'))
    assert answer.status_code == 201
    assert Alert.objects.get().level == AlertLevel.EMERGENCY
    assert SymptomReport.objects.get().answers["q3_standing"] == 4
    assert "Call 999 now" in phone.get(answer.json()["url"]).content.decode()


@pytest.mark.django_db
def test_other_answers_under_a_used_key_are_a_report_of_their_own(
    phone: Client, now: datetime, time_machine: Any
) -> None:
    fields = sent(phone, now)
    phone.post(SEND, fields)
    again = fields | {"answers": '{"q7_heart": 3}'}
    assert phone.post(SEND, again).status_code == 201
    time_machine.shift(1)
    assert phone.post(SEND, again).status_code == 200
    assert SymptomReport.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("off", [timedelta(days=-9000), timedelta(hours=-1), timedelta(days=365)])
def test_a_wrong_clock_is_kept_beside_ours_and_never_judged_by(phone: Client, now: datetime, off: timedelta) -> None:
    there = now + off
    said = {"taken_at": (there - timedelta(hours=2)).isoformat(), "phone_now": there.isoformat()}
    assert phone.post(SEND, sent(phone, now, **said)).status_code == 201
    report = SymptomReport.objects.get()
    assert report.submitted_at == now - timedelta(hours=2)
    assert report.phone_said == there - timedelta(hours=2)


@pytest.mark.django_db
def test_a_check_in_of_another_is_not_taken(phone: Client, now: datetime) -> None:
    assert phone.post(SEND, sent(phone, now, owner="0" * 32)).status_code == 409
    assert not SymptomReport.objects.exists()


@pytest.mark.django_db
def test_of_answers_of_an_older_form_those_that_can_be_read_are_taken(phone: Client, now: datetime) -> None:
    fields = sent(phone, now, answers='{"danger_signs": ["heart"], "q99": 1}')
    assert phone.post(SEND, fields).status_code == 422
    assert Alert.objects.get().level == AlertLevel.EMERGENCY


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"answers": "[]"}, {"answers": "{"}, {"answers": '{"q99": 1}'}, {"answers": '{"a": "' + "x" * 4000 + '"}'},
        {"key": "1"}, {"taken_at": "now"}, {"phone_now": "2026-06-15T10:00:00"}, {"owner": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_422_and_the_phone_keeps_it(
    phone: Client, now: datetime, changes: dict[str, object]
) -> None:
    assert phone.post(SEND, sent(phone, now, **changes)).status_code == 422
    assert not SymptomReport.objects.exists()


@pytest.mark.django_db
def test_while_no_alert_can_be_raised_nothing_is_called_sent(
    phone: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**kwargs: object) -> None:
        raise RuntimeError("the alert could not be raised")

    monkeypatch.setattr("monitoring.checkins.actions.submitting.raise_alert", broken)
    assert phone.post(SEND, sent(phone, now, answers='{"danger_signs": ["fit"]}')).status_code == 503
    assert not SymptomReport.objects.exists()


@pytest.mark.django_db
def test_whose_session_has_ended_is_sent_to_sign_in(client: Client) -> None:
    answer = client.post(SEND, {})
    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]


@pytest.mark.django_db
def test_on_a_phone_of_somebody_else_nothing_is_kept(phone: Client) -> None:
    phone.post("/offline/device/", {"not_mine": "on"})
    assert phone.get("/offline/session/").json()["owner"] == ""
    page = phone.get("/me/check-ins/").content.decode()
    assert 'data-keeps-for=""' in page
    assert 'data-signed-in="yes"' in page
    assert "checked" in phone.get("/offline/device/").content.decode()
    phone.post("/offline/device/", {})
    assert phone.get("/offline/session/").json()["owner"] != ""


@pytest.mark.django_db
@pytest.mark.parametrize("ticked", [True, False])
def test_a_tick_at_the_sign_in_says_whose_phone_it_is(client: Client, patient: Patient, ticked: bool) -> None:
    patient.user.set_password("nine quiet tides turn")
    patient.user.save()
    fields = {"username": patient.user.email, "password": "nine quiet tides turn"}
    client.post("/login/", fields | ({"not_mine": "on"} if ticked else {}))
    assert bool(client.get("/offline/session/").json()["owner"]) is not ticked


@pytest.mark.django_db
def test_signing_out_forgets_what_the_phone_kept(phone: Client) -> None:
    answer = phone.post("/logout/", follow=True)
    assert "data-forget" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/signed-out/"
