"""How people are reached is theirs to say: a number they can read a code on, browsers, and what comes first."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from monitoring.audit.models import AuditEvent
from monitoring.notifications.actions import (
    Answer,
    TooManyBrowsersError,
    TooManyCodesError,
    add_browser,
    ask_for_number,
    confirm_number,
    remove_contact,
    set_channel_order,
)
from monitoring.notifications.models import Channel, ContactPoint, ContactPreference, Notification, Template
from monitoring.notifications.queries import channels_for
from monitoring.people.access import PROVEN_AT
from monitoring.people.models import Patient, User
from tests.monitoring.notifications.carriers import Browser, Carrier
from tests.monitoring.notifications.conftest import VAPID_KEY, AddNumber, AddPush, Queue

pytestmark = pytest.mark.django_db
NUMBER = "+447700900123"


@pytest.fixture
def signed_in(client: Client, patient: Patient, patient_user: User) -> Client:
    """A patient's browser, in which she has just typed her password."""
    client.force_login(patient_user)
    prove(client)
    return client


def prove(client: Client) -> None:
    session = client.session
    session[PROVEN_AT] = timezone.now().timestamp()
    session.save()


def code_in(gateway: Carrier) -> str:
    found = re.search(r"your code is (\d{6})\.", gateway.calls[-1].json["text"])
    assert found is not None
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


class TestNumber:
    def test_a_number_is_used_once_its_owner_has_typed_the_code(
        self, signed_in: Client, patient_user: User, gateway: Carrier
    ) -> None:
        assert signed_in.post("/contact/number/", {"number": "07700 900123"}).status_code == 302
        assert gateway.calls[-1].json["to"] == NUMBER
        assert channels_for([patient_user])[patient_user.pk] == (Channel.EMAIL,)
        page = signed_in.get("/contact/").content.decode()
        assert "ends in 123" in page
        assert NUMBER not in page

        assert signed_in.post("/contact/number/confirm/", {"code": code_in(gateway)}).status_code == 302
        assert channels_for([patient_user])[patient_user.pk] == (Channel.EMAIL, Channel.SMS)
        told = Notification.objects.filter(template=Template.CONTACT_CHANGED, recipient=patient_user)
        assert set(told.values_list("channel", flat=True)) == {Channel.IN_APP, Channel.EMAIL}

    def test_the_code_is_not_kept(self, patient_user: User, now: datetime) -> None:
        point, code = ask_for_number(number=NUMBER, by=patient_user, now=now)
        kept = ContactPoint.objects.filter(pk=point.pk).values().get()
        assert code not in " ".join(map(str, kept.values()))
        assert code not in " ".join(str(event.detail) for event in AuditEvent.objects.all())
        assert not AuditEvent.objects.filter(detail__icontains="77009").exists()

    def test_a_wrong_code_is_said_at_the_field_and_the_fifth_ends_it(
        self, signed_in: Client, patient_user: User, gateway: Carrier
    ) -> None:
        signed_in.post("/contact/number/", {"number": NUMBER})
        code = code_in(gateway)
        for _ in range(4):
            answer = signed_in.post("/contact/number/confirm/", {"code": wrong(code)})
            assert answer.status_code == 422
            assert "This is not the code we sent" in answer.content.decode()
        assert signed_in.post("/contact/number/confirm/", {"code": wrong(code)}).status_code == 302
        assert signed_in.post("/contact/number/confirm/", {"code": code}).status_code == 302
        assert not ContactPoint.objects.usable().exists()

    @pytest.mark.core
    def test_a_code_works_for_ten_minutes_and_once(self, patient_user: User, now: datetime) -> None:
        point, code = ask_for_number(number=NUMBER, by=patient_user, now=now)
        late = now + timedelta(minutes=10)
        assert confirm_number(point=point, code=code, by=patient_user, now=late) == Answer.OVER
        assert confirm_number(point=point, code=code, by=patient_user, now=now) == Answer.RIGHT
        assert confirm_number(point=point, code=code, by=patient_user, now=now) == Answer.OVER

    def test_a_code_is_its_own_numbers_and_its_own_persons(
        self, patient_user: User, clinician: User, now: datetime
    ) -> None:
        old, old_code = ask_for_number(number=NUMBER, by=patient_user, now=now)
        new, _ = ask_for_number(number="+447700900456", by=patient_user, now=now)
        assert confirm_number(point=old, code=old_code, by=patient_user, now=now) == Answer.OVER
        assert confirm_number(point=new, code=old_code, by=clinician, now=now) == Answer.OVER

    def test_another_number_takes_the_place_of_the_first(
        self, patient_user: User, add_number: AddNumber, now: datetime
    ) -> None:
        add_number(patient_user, "+447700900456")
        point, code = ask_for_number(number=NUMBER, by=patient_user, now=now)
        confirm_number(point=point, code=code, by=patient_user, now=now)
        assert ContactPoint.objects.usable().get().address == NUMBER

    def test_the_number_that_goes_out_of_use_is_told(
        self, signed_in: Client, patient_user: User, gateway: Carrier, add_number: AddNumber
    ) -> None:
        add_number(patient_user, "+447700900456")
        signed_in.post("/contact/number/", {"number": NUMBER})
        signed_in.post("/contact/number/confirm/", {"code": code_in(gateway)})
        assert gateway.calls[-1].json["to"] == "+447700900456"
        assert "no longer send messages to this number" in gateway.calls[-1].json["text"]
        gateway.behaviour = 500
        assert signed_in.post(f"/contact/{ContactPoint.objects.usable().get().pk}/remove/").status_code == 302
        assert gateway.calls[-1].json["to"] == NUMBER

    def test_five_codes_a_day_are_enough(self, patient_user: User, now: datetime) -> None:
        for _ in range(5):
            ask_for_number(number=NUMBER, by=patient_user, now=now)
        with pytest.raises(TooManyCodesError):
            ask_for_number(number=NUMBER, by=patient_user, now=now)
        ask_for_number(number=NUMBER, by=patient_user, now=now + timedelta(hours=24))

    def test_more_than_that_is_said_on_the_page_and_costs_no_message(
        self, signed_in: Client, patient_user: User, gateway: Carrier
    ) -> None:
        for _ in range(5):
            ask_for_number(number=NUMBER, by=patient_user, now=timezone.now())
        answer = signed_in.post("/contact/number/", {"number": NUMBER})
        assert (answer.status_code, gateway.calls) == (422, [])
        assert "too many codes" in answer.content.decode()

    @pytest.mark.parametrize("behaviour", [500, 400, "hang up"])
    def test_a_code_that_could_not_be_sent_is_waited_for_by_nobody(
        self, behaviour: int | str, signed_in: Client, gateway: Carrier
    ) -> None:
        gateway.behaviour = behaviour
        answer = signed_in.post("/contact/number/", {"number": "07700 900123"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "We could not send a code" in page
        assert 'value="07700 900123"' in page
        assert "The code we sent" not in page

    def test_a_number_with_letters_is_refused_and_kept(self, signed_in: Client, gateway: Carrier) -> None:
        answer = signed_in.post("/contact/number/", {"number": "o7700 <b>"})
        assert (answer.status_code, gateway.calls) == (422, [])
        assert 'value="o7700 &lt;b&gt;"' in answer.content.decode()

    def test_without_a_gateway_no_code_is_asked_for(self, signed_in: Client) -> None:
        assert "does not send text messages" in signed_in.get("/contact/").content.decode()
        assert signed_in.post("/contact/number/", {"number": NUMBER}).status_code == 422
        assert not ContactPoint.objects.exists()


class TestBrowser:
    @pytest.fixture(autouse=True)
    def _push_is_on(self, settings: object) -> None:
        settings.VAPID_KEY = VAPID_KEY  # type: ignore[attr-defined]

    def data(self, browser: Browser, endpoint: str = "https://fcm.googleapis.com/fcm/send/x") -> dict[str, str]:
        return {"endpoint": endpoint, **browser.keys}

    def test_a_browser_is_turned_on_and_off(self, signed_in: Client, patient_user: User) -> None:
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
        answer = signed_in.post("/contact/browser/", self.data(Browser()), headers={"User-Agent": agent})
        assert answer.status_code == 302
        point = ContactPoint.objects.usable().get()
        assert (point.user, point.label) == (patient_user, "Firefox on Linux")
        page = signed_in.get("/contact/").content.decode()
        assert "Firefox on Linux" in page
        assert "fcm.googleapis.com" not in page
        assert signed_in.post(f"/contact/{point.pk}/remove/").status_code == 302
        assert not ContactPoint.objects.usable().exists()

    @pytest.mark.parametrize(
        "endpoint",
        ["http://fcm.googleapis.com/x", "https://evil.example/x", "https://fcm.googleapis.com.evil.example/x",
         "https://fcm.googleapis.com:8443/x", "https://user@fcm.googleapis.com/x", "https://127.0.0.1/x",
         "https://fcm.googleapis.com@127.0.0.1/x", "https://[::1]/x", "file:///etc/passwd", "https://2130706433/",
         "https://fcm.googleapis.com\\@127.0.0.1/", "https://fcm.googleapis.com/\r\nX: y", "gopher://x"],
    )  # fmt: skip
    def test_only_addresses_of_push_services_are_taken(self, endpoint: str, signed_in: Client) -> None:
        answer = signed_in.post("/contact/browser/", self.data(Browser(), endpoint))
        assert (answer.status_code, ContactPoint.objects.count()) == (422, 0)

    @pytest.mark.parametrize("keys", [{"p256dh": "AAAA"}, {"auth": "A" * 40}, {"auth": ""}, {"p256dh": "é" * 87}])
    def test_keys_that_are_none_are_refused(self, keys: dict[str, str], signed_in: Client) -> None:
        answer = signed_in.post("/contact/browser/", {**self.data(Browser()), **keys})
        assert (answer.status_code, ContactPoint.objects.count()) == (422, 0)

    @pytest.mark.core
    def test_a_shared_browser_is_its_last_persons(self, patient_user: User, clinician: User, now: datetime) -> None:
        browser = {"endpoint": "https://web.push.apple.com/x", "keys": Browser().keys, "label": "Safari"}
        first = add_browser(**browser, by=patient_user, now=now)  # type: ignore[arg-type]
        assert add_browser(**browser, by=patient_user, now=now) == first  # type: ignore[arg-type]
        add_browser(**browser, by=clinician, now=now)  # type: ignore[arg-type]
        assert ContactPoint.objects.usable().get().user == clinician
        told = Notification.objects.filter(template=Template.CONTACT_BROKEN).values_list("recipient", "channel")
        assert set(told) == {(patient_user.pk, Channel.IN_APP), (patient_user.pk, Channel.EMAIL)}

    def test_twenty_browsers_a_day_are_enough(self, patient_user: User, now: datetime) -> None:
        keys = Browser().keys
        for number in range(20):
            add_browser(endpoint=f"https://web.push.apple.com/{number}", keys=keys, label="", by=patient_user, now=now)
        with pytest.raises(TooManyBrowsersError):
            add_browser(endpoint="https://web.push.apple.com/x", keys=keys, label="", by=patient_user, now=now)


def test_another_order_and_a_way_taken_away_are_told_by_mail(
    patient_user: User, add_number: AddNumber, now: datetime
) -> None:
    told = Notification.objects.filter(template=Template.CONTACT_CHANGED, channel=Channel.EMAIL)
    set_channel_order(order=[Channel.SMS, Channel.EMAIL], by=patient_user, now=now)
    set_channel_order(order=[Channel.SMS, Channel.EMAIL], by=patient_user, now=now)
    assert told.count() == 1
    remove_contact(point=add_number(patient_user), by=patient_user, now=now)
    assert told.count() == 2


def test_what_comes_first(
    signed_in: Client, patient_user: User, gateway: Carrier, add_number: AddNumber, add_push: AddPush
) -> None:
    add_number(patient_user)
    add_push(patient_user)
    assert signed_in.post("/contact/order/", {"first": "sms"}).status_code == 302
    assert channels_for([patient_user])[patient_user.pk] == (Channel.SMS, Channel.EMAIL, Channel.WEB_PUSH)
    assert signed_in.post("/contact/order/", {"first": "pigeon"}).status_code == 422
    assert ContactPreference.objects.get().order == ["sms", "email", "web_push"]


def test_a_channel_that_has_gone_leaves_mail(
    patient_user: User, gateway: Carrier, add_number: AddNumber, now: datetime
) -> None:
    point = add_number(patient_user)
    ContactPreference.objects.create(user=patient_user, order=["sms", "email"], set_at=now)
    assert remove_contact(point=point, by=patient_user, now=now)
    assert not remove_contact(point=point, by=patient_user, now=now)
    assert channels_for([patient_user])[patient_user.pk] == (Channel.EMAIL,)


def test_nobody_takes_away_what_is_anothers(
    client: Client, clinician: User, patient_user: User, add_number: AddNumber
) -> None:
    point = add_number(patient_user)
    client.force_login(clinician)
    assert client.post(f"/contact/{point.pk}/remove/").status_code == 404
    assert client.post(f"/contact/{uuid.uuid4()}/remove/").status_code == 404
    assert ContactPoint.objects.usable().exists()


def test_the_messages_about_contacts_lead_to_the_page(client: Client, queue: Queue, clinician: User) -> None:
    queue(channel=Channel.IN_APP, template=Template.CONTACT_BROKEN, ref_type="contact")
    client.force_login(clinician)
    assert 'href="/contact/"' in client.get("/messages/").content.decode()


def test_an_admin_sees_how_each_carrier_does_and_no_person(
    client: Client, queue: Queue, admin: User, patient_user: User, patient: Patient, now: datetime,
    make_carrier: Callable[..., None],
) -> None:  # fmt: skip
    queue(recipient=patient_user)
    Notification.objects.update(last_error="TimeoutError")
    dead = queue(recipient=patient_user)
    Notification.objects.filter(pk=dead.pk).update(state="dead", last_error="TimeoutError")
    make_carrier(Channel.EMAIL, failures=4)
    client.force_login(admin)
    page = client.get("/notifications/outbox/").content.decode()
    assert "Only urgent messages are tried until" in page
    assert "The server did not answer in time" in page
    assert "Not set up" in page
    assert not [word for word in ("Harper", "Maya", "maya@home.example") if word in page]
