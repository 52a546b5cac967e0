"""An admin lets a hospital's system in, changes how it proves itself, sees its calls, and shuts it out."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from interactions.cds_hooks.models import CallOutcome, CdsClient, Door, HookCall, SpentToken
from monitoring.audit.models import AuditEvent
from monitoring.cds_clients.actions import add_client, forget_old_calls
from monitoring.people.models import User
from tests.interactions.cds_hooks.door.hospital import ISSUER, JKU, key_pair, public

pytestmark = pytest.mark.django_db

KEYS = json.dumps(public(key_pair()))


@pytest.fixture
def page(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def hospital_ehr(admin: User, now: datetime) -> CdsClient:
    return add_client(
        clinic=admin.clinic, name="St Elsewhere EHR", issuer=ISSUER, jwks=public(key_pair()), jku=JKU, must_sign=True,
        origins=["https://ehr.hospital.example"], by=admin, now=now,
    )  # fmt: skip


def typed(**changed: str) -> dict[str, str]:
    good = {"name": "St Elsewhere EHR", "issuer": ISSUER, "must_sign": "on", "jwks": KEYS, "jku": JKU, "origins": ""}
    return {name: value for name, value in (good | changed).items() if value is not None}


@pytest.mark.core
def test_a_client_is_added_by_an_admin_and_the_log_tells(page: Client, admin: User) -> None:
    response = page.post("/cds-clients/new/", typed(origins="https://ehr.hospital.example\n"), follow=True)
    client = CdsClient.objects.get()
    assert response.redirect_chain == [(f"/cds-clients/{client.pk}/", 302)]
    assert "may call from now on" in response.content.decode()
    assert (client.must_sign, client.is_enabled, client.origins) == (True, True, ["https://ehr.hospital.example"])
    assert (client.jwks["keys"][0]["kid"], client.made_by) == ("key-1", admin.email)
    event = AuditEvent.objects.get(action="cds_client.create")
    assert (event.actor_id, event.object_id) == (str(admin.pk), str(client.pk))
    assert list(event.detail["keys"]) == ["key-1"]
    assert public(key_pair())["keys"][0]["x"] not in str(event.detail)


@pytest.mark.parametrize("path", ["new/", "{pk}/change/"])
def test_a_private_key_is_refused_loudly_and_neither_kept_nor_shown_again(
    page: Client, hospital_ehr: CdsClient, path: str
) -> None:
    private = json.dumps({"keys": [key_pair().as_dict(private=True)]})
    seen = hospital_ehr.changed_at.isoformat()
    form = typed(name="Other", issuer="https://o.example", jwks=private, seen=seen)
    response = page.post(f"/cds-clients/{path.format(pk=hospital_ehr.pk)}", form)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Treat it as disclosed" in shown
    assert key_pair().as_dict(private=True)["d"] not in shown
    assert "https://o.example" in shown  # all else that was typed is still there
    kept = CdsClient.objects.get()
    assert kept.jwks == public(key_pair())
    assert key_pair().as_dict(private=True)["d"] not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("jwks", "", "without one no signature can be judged"),
        ("jwks", "[]", "Paste a key set"),
        ("issuer", "ehr", "not an address"),
        ("issuer", "http://ehr.example", "https"),
        ("jku", "http://ehr.example/keys", "https"),
        ("origins", "https://ehr.example/", "Line 1"),
        ("name", "", "required"),
        ("name", "Taken", "has this name"),
        ("issuer", "https://taken.example", "already exists"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    page: Client, admin: User, now: datetime, field: str, value: str, said: str
) -> None:
    add_client(clinic=admin.clinic, name="Taken", issuer="https://taken.example", must_sign=False, by=admin, now=now)
    response = page.post("/cds-clients/new/", typed(**{field: value}))
    assert response.status_code == 422
    assert said in " ".join(response.context["form"].errors[field])
    assert CdsClient.objects.count() == 1


@pytest.mark.core
def test_a_change_is_written_down_by_what_differs(page: Client, hospital_ehr: CdsClient, admin: User) -> None:
    path = f"/cds-clients/{hospital_ehr.pk}/change/"
    form = page.get(path).context["form"].initial
    assert json.loads(form["jwks"]) == public(key_pair())
    response = page.post(path, typed(must_sign="", origins=form["origins"], seen=form["seen"]))
    assert response.status_code == 302
    changed = CdsClient.objects.get()
    assert not changed.must_sign
    event = AuditEvent.objects.get(action="cds_client.change")
    assert event.detail == {"must_sign": {"from": True, "to": False}}
    # The same again is no change: nothing more is written.
    page.post(path, typed(must_sign="", origins=form["origins"], seen=changed.changed_at.isoformat()))
    assert AuditEvent.objects.filter(action="cds_client.change").count() == 1


def test_a_page_that_is_out_of_date_changes_nothing(page: Client, hospital_ehr: CdsClient) -> None:
    path = f"/cds-clients/{hospital_ehr.pk}/change/"
    stale = (hospital_ehr.changed_at - timedelta(seconds=1)).isoformat()
    for seen in (stale, "", "\x00", "nonsense"):
        response = page.post(path, typed(name="Renamed", seen=seen))
        assert response.status_code in {409, 422}
    assert CdsClient.objects.get().name == "St Elsewhere EHR"
    assert "Somebody else changed this client" in page.post(path, typed(seen=stale)).content.decode()


def test_switching_off_and_on_is_at_once_and_written_down(page: Client, hospital_ehr: CdsClient) -> None:
    root = f"/cds-clients/{hospital_ehr.pk}"
    for deed, is_enabled in (("off", False), ("off", False), ("on", True)):
        assert page.post(f"{root}/{deed}/").status_code == 302
        assert CdsClient.objects.get().is_enabled == is_enabled
    actions = (
        AuditEvent.objects.filter(action__startswith="cds_client.").order_by("id").values_list("action", flat=True)
    )
    assert list(actions) == ["cds_client.create", "cds_client.disable", "cds_client.enable"]
    assert page.get(f"{root}/off/").status_code == 405


def test_the_page_tells_integrators_the_exact_addresses(page: Client, hospital_ehr: CdsClient) -> None:
    shown = page.get(f"/cds-clients/{hospital_ehr.pk}/").content.decode()
    for path in ("", "/evenkeel-order-sign", "/evenkeel-order-sign/feedback", "/evenkeel-patient-view"):
        assert f"<code>http://testserver/cds-services{path}</code>" in shown
    assert "key-1 (EC P-384)" in shown
    assert "ES384 or RS384" in shown


def test_its_calls_and_refusals_are_shown_and_those_of_nobody_apart(
    page: Client, hospital_ehr: CdsClient, now: datetime
) -> None:
    def call(**more: Any) -> None:
        HookCall.objects.create(**({"door": Door.CALL, "at": now, "status": 200, "outcome": "answered"} | more))

    call(client=hospital_ehr, service="evenkeel-order-sign", cards=2)
    refused = {"status": 401, "outcome": CallOutcome.REFUSED}
    call(client=hospital_ehr, reason="no key of this kid", **refused)
    call(reason="unknown issuer", **refused)
    own, all_clients = (
        page.get(path).content.decode() for path in (f"/cds-clients/{hospital_ehr.pk}/", "/cds-clients/")
    )
    assert "no key of this kid" in own
    assert "unknown issuer" not in own
    assert "unknown issuer" in all_clients
    assert "St Elsewhere EHR" in all_clients


def test_an_open_door_is_said_to_be_open(page: Client, admin: User, now: datetime) -> None:
    client = add_client(
        clinic=admin.clinic, name="Sandbox", issuer="https://sandbox.example", must_sign=False, by=admin, now=now
    )
    assert "Calls need no signature" in page.get(f"/cds-clients/{client.pk}/").content.decode()


def test_an_empty_list_says_that_every_call_is_refused(page: Client) -> None:
    assert "every call is refused" in page.get("/cds-clients/").content.decode()


@pytest.mark.core
def test_the_sweep_forgets_what_nobody_can_ask_about(hospital_ehr: CdsClient, now: datetime) -> None:
    def call(days: int, cards: int) -> None:
        HookCall.objects.create(
            door=Door.CALL, at=now - timedelta(days=days), status=200, outcome="answered", cards=cards
        )

    call(91, 0)
    call(91, 1)
    call(89, 0)
    SpentToken.objects.create(issuer="a", jti_hash="1", expires_at=now - timedelta(seconds=1))
    SpentToken.objects.create(issuer="a", jti_hash="2", expires_at=now + timedelta(seconds=1))
    assert forget_old_calls(now=now, job="tests") == 1
    assert forget_old_calls(now=now, job="tests") == 0
    assert sorted(HookCall.objects.values_list("cards", flat=True)) == [0, 1]
    assert SpentToken.objects.get().jti_hash == "2"
    assert AuditEvent.objects.get(action="hook_call.forget").detail == {"count": 1}


@pytest.mark.parametrize("path", ["", "change/", "on/", "off/"])
def test_the_admin_of_another_clinic_finds_nothing_there(hospital_ehr: CdsClient, other_admin: User, path: str) -> None:
    client = Client()
    client.force_login(other_admin)
    address = f"/cds-clients/{hospital_ehr.pk}/{path}"
    answers = [client.get(address), client.post(address)]
    assert {answer.status_code for answer in answers} <= {404, 405}
    assert 404 in {answer.status_code for answer in answers}
    assert "St Elsewhere" not in client.get("/cds-clients/").content.decode()
    assert CdsClient.objects.get().is_enabled
