"""Passkeys: made after the password, used in its place, refused alike, and each use in the log."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.passkeys.models import Passkey
from monitoring.passkeys.rules import MOST_PASSKEYS
from monitoring.people.access import PROVEN_AT
from monitoring.people.actions import give_one_time_password
from monitoring.people.models import OpenSession, User
from tests.monitoring.passkeys.authenticator import Device
from tests.monitoring.signing_in import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]


@pytest.fixture
def device(alice: User) -> Device:
    """A device with Alice's passkey on it."""
    made = Device(user_handle=alice.pk.bytes)
    assert add(proven(alice), made).status_code == 302
    return made


def proven(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session[PROVEN_AT] = timezone.now().timestamp()
    session.save()
    return client


def asked(client: Client, path: str) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(client.post(path).content)
    return options


def add(client: Client, device: Device) -> Any:
    return client.post("/passkeys/new/", {"answer": device.make(asked(client, "/passkeys/new/options/"))})


def sign_in(client: Client, device: Device, **more: Any) -> Any:
    answer = device.sign(asked(client, "/login/passkey/options/"))
    return client.post("/login/passkey/", {"answer": answer, **more})


class TestAdding:
    def test_it_is_asked_of_the_device_to_keep_it_and_to_know_its_person(self, alice: User) -> None:
        options = asked(proven(alice), "/passkeys/new/options/")
        chosen = options["authenticatorSelection"]
        assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
        assert options["rp"]["id"] == "testserver"
        assert alice.email not in options["user"]["id"]

    @pytest.mark.usefixtures("device")
    def test_only_its_public_half_is_kept(self, alice: User) -> None:
        passkey = Passkey.objects.get()
        assert (passkey.user, passkey.name, passkey.transports) == (alice, "A browser", ["internal"])
        assert AuditEvent.objects.get(action="passkey.add").actor_id == str(alice.pk)

    def test_the_password_comes_first(self, client: Client, alice: User) -> None:
        client.force_login(alice)
        assert client.get("/passkeys/new/")["Location"] == "/passkeys/"
        assert client.post("/passkeys/new/options/").status_code == 403
        assert "Is it you?" in client.post("/passkeys/new/").content.decode()
        assert client.post("/passkeys/new/", {"password": "wrong"}).status_code == 422
        assert client.post("/passkeys/new/", {"password": PASSWORD})["Location"] == "/passkeys/new/"
        assert client.get("/passkeys/new/").status_code == 200
        assert add(client, Device()).status_code == 302

    def test_a_question_counts_once_for_five_minutes_and_for_its_purpose(self, alice: User, time_machine: Any) -> None:
        client, device = proven(alice), Device()
        answer = device.make(asked(client, "/passkeys/new/options/"))
        assert client.post("/passkeys/new/", {"answer": answer}).status_code == 302
        assert client.post("/passkeys/new/", {"answer": answer}).status_code == 422
        other = Device()
        options = asked(client, "/passkeys/new/options/")
        time_machine.move_to(timezone.now() + timedelta(minutes=5, seconds=1))
        assert client.post("/passkeys/new/", {"answer": other.make(options)}).status_code == 422
        for_signing_in = asked(client, "/login/passkey/options/")
        assert client.post("/passkeys/new/", {"answer": other.make(for_signing_in)}).status_code == 422
        assert Passkey.objects.count() == 1

    @pytest.mark.parametrize(
        "device",
        [
            Device(origin="https://evil.example"), Device(host="evil.example"), Device(verifies=False),
            Device(origin="https://testserver"), Device(origin="http://testserver:8000"),
        ],
        ids=["origin", "host", "nobody verified", "scheme", "port"],
    )  # fmt: skip
    def test_what_does_not_hold_is_not_kept(self, alice: User, device: Device) -> None:
        assert add(proven(alice), device).status_code == 422
        assert not Passkey.objects.exists()

    @pytest.mark.parametrize(
        "answer",
        ["", "x", "{}", "[]", "null", '{"id": 1}', '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
         '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"oA"}}',
         '{"id":"é","rawId":"é","type":"public-key","response":{"clientDataJSON":"é","attestationObject":"é"}}',
         "[" * 5000, "A" * 20000],
    )  # fmt: skip
    def test_no_answer_at_all_is_a_422(self, alice: User, answer: str) -> None:
        client = proven(alice)
        asked(client, "/passkeys/new/options/")
        assert client.post("/passkeys/new/", {"answer": answer}).status_code == 422 if answer else True
        asked(client, "/login/passkey/options/")
        assert client.post("/login/passkey/", {"answer": answer}).status_code == 422

    @pytest.mark.usefixtures("device")
    def test_the_same_device_is_not_added_twice_and_is_told_so(self, alice: User, device: Device) -> None:
        client = proven(alice)
        known = [one["id"] for one in asked(client, "/passkeys/new/options/")["excludeCredentials"]]
        assert len(known) == 1
        assert "on your list already" in add(client, device).content.decode()

    def test_there_are_only_so_many(self, alice: User) -> None:
        now = timezone.now()
        Passkey.objects.bulk_create(
            Passkey(
                user=alice, credential_id=bytes([number]), public_key=b"", sign_count=0, backed_up=False, name="x",
                created_at=now,
            )
            for number in range(MOST_PASSKEYS)
        )  # fmt: skip
        assert add(proven(alice), Device()).status_code == 422


class TestSigningIn:
    def test_it_starts_a_new_session_and_says_how(self, client: Client, alice: User, device: Device) -> None:
        options = asked(client, "/login/passkey/options/")
        before = client.session.session_key
        answer = client.post("/login/passkey/", {"answer": device.sign(options), "next": "/patients/new/"})
        assert (answer.status_code, answer["Location"]) == (302, "/patients/new/")
        assert client.session.session_key != before
        event = AuditEvent.objects.get(action="sign_in", outcome=Outcome.OK)
        assert (event.actor_id, event.detail) == (str(alice.pk), {"method": "passkey"})
        passkey = Passkey.objects.get()
        assert passkey.sign_count == 1
        assert passkey.last_used_at is not None
        assert OpenSession.objects.get(method="passkey").session_key == client.session.session_key
        assert PROVEN_AT in client.session, "it is a proof, like the password"

    def test_every_refusal_looks_the_same_and_is_noted(
        self, client: Client, alice: User, device: Device, colleague: User
    ) -> None:
        pages = []
        for wrong in (
            Device(), Device(key=Device().key, credential_id=device.credential_id),
            Device(key=device.key, credential_id=device.credential_id, verifies=False, count=5),
            Device(key=device.key, credential_id=device.credential_id, origin="https://evil.example", count=5),
            Device(key=device.key, credential_id=device.credential_id, user_handle=colleague.pk.bytes, count=5),
        ):  # fmt: skip
            fresh = Client(REMOTE_ADDR=f"192.0.2.{len(pages) + 1}")
            answer = sign_in(fresh, wrong)
            assert answer.status_code == 422
            assert "_auth_user_id" not in fresh.session
            pages.append(without_token(answer))
        User.objects.filter(pk=alice.pk).update(is_active=False)
        pages.append(without_token(sign_in(client, device)))
        assert len(set(pages)) == 1
        failed = AuditEvent.objects.filter(action="sign_in", outcome=Outcome.FAILED)
        assert failed.count() == len(pages)
        assert set(failed.values_list("detail__method", flat=True)) == {"passkey"}

    def test_an_answer_counts_once(self, client: Client, device: Device) -> None:
        answer = device.sign(asked(client, "/login/passkey/options/"))
        assert client.post("/login/passkey/", {"answer": answer}).status_code == 302
        elsewhere = Client()
        assert elsewhere.post("/login/passkey/", {"answer": answer}).status_code == 422
        asked(elsewhere, "/login/passkey/options/")
        assert elsewhere.post("/login/passkey/", {"answer": answer}).status_code == 422

    def test_a_counter_that_went_back_is_refused_and_noted(self, client: Client, device: Device) -> None:
        assert sign_in(client, device).status_code == 302
        device.count = 0
        assert sign_in(Client(), device).status_code == 422
        event = AuditEvent.objects.get(action="sign_in", outcome=Outcome.FAILED)
        assert event.reason == "counter did not go up"

    def test_a_device_that_does_not_count_signs_in_again_and_again(self, alice: User) -> None:
        phone = Device(counts=False)
        add(proven(alice), phone)
        assert [sign_in(Client(), phone).status_code for _each in range(3)] == [302] * 3

    def test_while_others_guess_the_password_it_opens_and_makes_the_browser_known(
        self, client: Client, alice: User, device: Device, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("monitoring.people.known_browsers.WRONG_AN_HOUR", 1)
        right = {"username": alice.email, "password": PASSWORD}
        Client().post("/login/", {**right, "password": "wrong"})
        assert client.post("/login/", right).status_code == 429
        assert sign_in(client, device).status_code == 302
        client.post("/logout/")
        assert client.post("/login/", right).status_code == 302

    def test_whoever_must_choose_a_password_meets_that_page_first(
        self, client: Client, alice: User, device: Device
    ) -> None:
        User.objects.filter(pk=alice.pk).update(must_change_password=True)
        assert sign_in(client, device).status_code == 302
        assert client.get("/")["Location"] == "/password/"

    def test_a_key_on_a_lost_phone_does_not_choose_the_password_that_follows_a_reset(
        self, client: Client, alice: User, admin: User, device: Device
    ) -> None:
        give_one_time_password(user=alice, password="a one-time password", by=admin, now=timezone.now())
        assert sign_in(client, device).status_code == 422
        assert not Passkey.objects.exists()
        assert AuditEvent.objects.get(action="user.give_password").detail["passkeys"] == 1

    def test_wrong_tries_count_with_wrong_passwords(self, client: Client, settings: Any, device: Device) -> None:
        forged = Device(credential_id=device.credential_id)
        answers = [sign_in(client, forged).status_code for _try in range(settings.AXES_FAILURE_LIMIT + 1)]
        assert answers[-1] == 429
        assert client.post("/login/", {"username": "alice@clinic.example", "password": PASSWORD}).status_code == 429

    def test_asking_without_end_is_slowed_down(
        self, client: Client, now: datetime, time_machine: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        time_machine.move_to(now, tick=False)
        monkeypatch.setattr("monitoring.people.doors.SIGN_INS_A_MINUTE", 3)
        answers = [client.post("/login/passkey/options/").status_code for _try in range(4)]
        assert answers == [200, 200, 200, 429]

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
    def test_the_next_page_is_always_ours(self, client: Client, device: Device, target: str) -> None:
        assert sign_in(client, device, next=target)["Location"] == "/"

    def test_a_try_that_failed_keeps_the_next_page_and_what_was_lost(self, client: Client, device: Device) -> None:
        forged = Device(credential_id=device.credential_id)
        page = sign_in(client, forged, next="/sessions/", unsent="1").text
        assert page.count('name="next" value="/sessions/"') == 2
        assert "What you just sent did not reach us." in page
        assert "did not reach us" not in sign_in(client, forged, next="https://evil.example/").text
        assert "evil" not in sign_in(client, forged, next="https://evil.example/").text
        assert sign_in(client, device, next="/sessions/")["Location"] == "/sessions/"

    def test_another_host_is_not_answered(self, client: Client) -> None:
        assert client.post("/login/passkey/options/", headers={"Host": "evil.example"}).status_code == 400

    def test_the_password_stays_beside_it(self, client: Client, alice: User) -> None:
        page = client.get("/login/").content.decode()
        assert 'autocomplete="username webauthn"' in page
        assert 'autocomplete="current-password"' in page
        assert "onpaste" not in page
        assert client.post("/login/", {"username": alice.email, "password": PASSWORD}).status_code == 302


class TestKeeping:
    def test_a_name_and_an_end(self, client: Client, alice: User, device: Device) -> None:
        passkey, owner = Passkey.objects.get(), proven(alice)
        assert owner.post(f"/passkeys/{passkey.pk}/name/", {"name": " "}).status_code == 422
        assert owner.post(f"/passkeys/{passkey.pk}/name/", {"name": "My phone"}).status_code == 302
        assert "My phone" in owner.get("/passkeys/").content.decode()
        assert owner.post(f"/passkeys/{passkey.pk}/remove/").status_code == 302
        assert sign_in(client, device).status_code == 422
        assert AuditEvent.objects.filter(action="passkey.remove").count() == 1

    def test_removing_asks_for_the_password(self, client: Client, alice: User, device: Device) -> None:
        client.force_login(alice)
        assert "Is it you?" in client.post(f"/passkeys/{Passkey.objects.get().pk}/remove/").content.decode()
        assert Passkey.objects.exists()

    def test_the_browser_may_ask_on_our_pages_alone(self, client: Client) -> None:
        policy = client.get("/login/")["Permissions-Policy"]
        assert "publickey-credentials-get=(self)" in policy
        assert "publickey-credentials-create=(self)" in policy


def without_token(response: Any) -> str:
    text = response.content.decode()
    return "".join(part.split('"', 1)[1] for part in text.split('name="csrfmiddlewaretoken" value="'))
