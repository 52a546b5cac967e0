"""A check-in by link: one form without a sign-in, once, and the same refusal whatever is wrong with a link."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import (
    mark_check_in_missed,
    note_late_check_in,
    save_page,
    submit_check_in,
)
from monitoring.checkins.models import AnsweredBy, CheckIn, CheckInLink, ReportChannel, SymptomReport
from monitoring.checkins.rules import Level
from monitoring.fields import token_digest
from monitoring.notifications.actions import deliver_due_notifications
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.notifications.senders.sealing import unseal
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference
from tests.monitoring.checkins.by_link import TOKEN, events, phone, reminder, send, tap_through

__all__ = ["phone"]  # a fixture: here it has no session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


# --- What the message brings -------------------------------------------------------------------------------------


def test_the_reminder_brings_a_link_that_is_nowhere_in_the_tables(asked: CheckIn, now: datetime) -> None:
    message, kept = reminder(), CheckInLink.objects.get()
    token = TOKEN.fullmatch(unseal(message))
    assert token is not None
    assert kept.token_hash == token_digest(token[1])
    assert kept.expires_at == min(asked.closes_at, now + timedelta(hours=72))
    for row in (*Notification.objects.values(), *CheckInLink.objects.values(), *AuditEvent.objects.values()):
        assert token[1] not in str(row)
    assert Notification.objects.get(channel=Channel.IN_APP).sealed_link == ""


def test_a_message_that_left_has_told_its_link_and_keeps_it_no_more(link: str, patient: Patient, now: datetime) -> None:
    assert deliver_due_notifications(now=now) > 0
    sent = next(each for each in mail.outbox if link in each.body)
    assert Notification.objects.exclude(sealed_link="").count() == 0
    for word in (patient.family_name, patient.given_names, "baclofen", "Pain"):
        assert word.casefold() not in (sent.subject + sent.body).casefold()


def test_a_message_that_is_tried_again_brings_the_same_link(link: str, now: datetime, monkeypatch: Any) -> None:
    def away(*_args: object, **_kwargs: object) -> int:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", away)
        deliver_due_notifications(now=now)
    again = reminder()
    assert (again.state, unseal(again)) == (NotificationState.PENDING, link)
    deliver_due_notifications(now=again.next_at)
    (sent,) = [each for each in mail.outbox if link in each.body]
    assert sent.extra_headers["Message-ID"].startswith(f"<{again.dedupe_key[:40]}@")


def test_a_seal_opens_in_no_other_persons_message(link: str, patient: Patient, clinician: User, settings: Any) -> None:
    message = reminder()
    message.recipient = clinician
    assert unseal(message) == ""
    message.recipient = patient.user
    settings.SECRET_KEY = "another key of another installation, quite as long as the first"
    assert unseal(message) == ""


def test_a_late_reminder_replaces_a_link_that_nobody_opened(link: str, asked: CheckIn, phone: Client) -> None:
    assert note_late_check_in(check_in_id=asked.pk, now=asked.late_at, job="tests")
    first, second = CheckInLink.objects.order_by("issued_at")
    assert first.revoked_at == asked.late_at
    assert unseal(reminder()) != link  # what waited with the old one was taken back
    assert phone.get(link).status_code == 404
    assert second.revoked_at is None


def test_a_late_reminder_leaves_a_form_that_somebody_has_begun(
    link: str, asked: CheckIn, phone: Client, clock: Any
) -> None:
    assert phone.post(f"{link}1/", {"go": "none"}).status_code == 302
    note_late_check_in(check_in_id=asked.pk, now=asked.late_at, job="tests")
    clock.move_to(asked.late_at)
    assert CheckInLink.objects.get().revoked_at is None
    assert phone.get(link).status_code == 302


# --- Through the form --------------------------------------------------------------------------------------------


def test_from_the_link_to_the_receipt_without_a_sign_in(link: str, phone: Client, asked: CheckIn) -> None:
    done = send(phone, tap_through(phone, link))
    page = phone.get(done)
    report = SymptomReport.objects.get()
    assert (report.check_in, report.level) == (asked, Level.NONE)
    assert (report.channel, report.answered_by) == (ReportChannel.LINK, AnsweredBy.LINK)
    assert "Your clinic has this" in page.text
    assert "_auth_user_id" not in phone.session
    assert [len(events(each)) for each in ("issue", "open", "use")] == [1, 1, 1]
    assert {each.actor_kind for each in (*events("open"), *events("use"))} == {"anonymous"}


@pytest.mark.parametrize(
    ("saved", "asks", "read"), [("", "es-MX,es;q=0.9", "es"), ("en", "es", "en"), ("es", "en", "es"), ("", "xx", "en")]
)
def test_a_link_speaks_as_the_patient_chose_else_as_the_phone_asks(
    link: str, phone: Client, patient_user: User, clinician: User, now: datetime, saved: str, asks: str, read: str
) -> None:
    if saved:
        change_preference(by=patient_user, now=now, language=saved)
    change_preference(by=clinician, now=now, language="es" if read == "en" else "en")
    phone.force_login(clinician)  # whose choice counts for nothing here
    page = phone.get(f"{link}1/", headers={"accept-language": asks})
    assert page["Content-Language"] == read
    assert f'<html lang="{read}"' in page.text
    assert ("Pedir ayuda ya" in page.text) == (read == "es")


def test_no_page_behind_a_link_shows_whose_it_is(
    link: str, phone: Client, patient: Patient, clinician: User, asked: CheckIn, now: datetime
) -> None:
    save_page(
        check_in=asked, page=2, questions=("q1_sleepiness",), answers={"q1_sleepiness": 3}, by=patient.user, now=now
    )
    phone.force_login(clinician)
    told = []
    url = link
    for _ in range(12):
        page = phone.get(url, follow=True)
        told.append(page.text)
        url = page.redirect_chain[-1][0] if page.redirect_chain else url
        if url.endswith("/done/"):
            break
        if url.endswith("/review/"):
            url = send(phone, url)
            continue
        asked_for = page.context["page"]
        assert not any(page.context["form"].initial.values())
        url = phone.post(url, {"go": "none"} if asked_for.number == 1 else {"skip": "1"}).url
    for word in (patient.family_name, patient.given_names, patient.identifier, clinician.name, patient.clinic.name,
                 patient.user.email, "1957"):  # fmt: skip
        assert word not in "".join(told)
    assert SymptomReport.objects.get().answers.get("q1_sleepiness") is None


def test_looking_uses_nothing_up(link: str, phone: Client) -> None:
    for _ in range(3):
        assert phone.get(link, headers={"purpose": "prefetch"}).status_code == 302
        assert phone.head(link).status_code == 302
        assert phone.head(f"{link}1/").content == b""
        assert phone.get(f"{link}1/").status_code == 200
    kept = CheckInLink.objects.get()
    assert (kept.used_at, kept.revoked_at, kept.draft) == (None, None, {})


def test_a_phone_that_died_goes_on_where_it_was(link: str, phone: Client) -> None:
    left_at = phone.post(f"{link}1/", {"go": "none"}).url
    assert Client().get(link).url == left_at


@pytest.mark.parametrize("sign", ["hard_to_breathe", "self_harm"])
def test_a_danger_sign_is_an_emergency_at_once_and_calls_by_number_alone(
    link: str, phone: Client, patient: Patient, sign: str
) -> None:
    key = str(phone.get(f"{link}1/").context["form"]["submission_key"].value())
    sent = phone.post(f"{link}1/", {"go": "some", "danger_signs": [sign], "submission_key": key})
    page = phone.get(sent.url)
    alert = Alert.objects.get()
    assert (alert.level, alert.patient) == (AlertLevel.EMERGENCY, patient)
    assert 'href="tel:999"' in page.text
    assert ('href="tel:116123"' in page.text) == (sign == "self_harm")
    assert patient.clinic.name not in page.text


def test_sending_again_is_the_same_receipt(link: str, phone: Client) -> None:
    review = tap_through(phone, link)
    done = send(phone, review)
    again = phone.post(review, {"submission_key": "00000000-0000-4000-8000-000000000001", "note": "More"})
    assert again.url == done
    assert Client().get(link).url == done
    assert phone.post(f"{link}2/", {"q1_sleepiness": "1"}).url == done
    assert SymptomReport.objects.count() == 1


def test_a_danger_that_comes_after_the_form_was_sent_is_never_called_sent(link: str, phone: Client) -> None:
    send(phone, tap_through(phone, link))
    late = phone.post(
        f"{link}1/",
        {"go": "some", "danger_signs": ["fit"], "submission_key": "00000000-0000-4000-8000-000000000001"},
    )
    assert late.status_code == 409
    assert "This was not sent" in late.text
    assert 'href="tel:999"' in late.text


def test_what_was_begun_by_link_and_never_sent_is_judged_when_the_window_closes(
    link: str, phone: Client, asked: CheckIn
) -> None:
    phone.post(f"{link}1/", {"go": "none"})
    phone.post(f"{link}2/", {"q1_sleepiness": "2"})
    mark_check_in_missed(check_in_id=asked.pk, now=asked.closes_at, job="tests")
    alert = Alert.objects.get()
    assert alert.level >= AlertLevel.WARNING
    assert "begun and not sent" in " ".join(alert.why)


def test_a_form_begun_before_the_clinic_rang_is_kept_as_one_more(
    link: str, phone: Client, asked: CheckIn, well: dict[str, object], clinician: User, now: datetime
) -> None:
    review = tap_through(phone, link)
    submit_check_in(
        patient=asked.patient, answers={**well, "q1_sleepiness": 1}, submission_key=uuid4(), by=clinician, now=now
    )
    send(phone, review)
    assert SymptomReport.objects.count() == 2


def test_a_form_that_breaks_says_so_and_nothing_is_called_sent(link: str, phone: Client, monkeypatch: Any) -> None:
    review = tap_through(phone, link)
    phone.raise_request_exception = False

    def broken(**_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("monitoring.checkins.views.linked.submit_by_link", broken)
    answer = phone.post(review, {"submission_key": "00000000-0000-4000-8000-000000000001", "note": ""})
    assert answer.status_code == 503
    assert "This was not sent" in answer.text
    assert 'href="/me/' not in answer.text
