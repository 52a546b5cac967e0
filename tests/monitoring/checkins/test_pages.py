"""The patient's check-in through the browser's eyes, with JavaScript off."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.rules import Level
from monitoring.checkins.rules.questions import DANGER_SIGNS, PAGES
from monitoring.people.models import Patient
from tests.monitoring.checkins.tapping import answer_all_well, begin, key_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SIGNS = [option.value for option in DANGER_SIGNS.options if option.value != "none"]


def test_all_well_takes_at_most_ten_taps_and_no_key_stroke(phone: Client, due: CheckIn) -> None:
    url, taps = answer_all_well(phone, begin(phone))
    assert url == reverse("my_check_in_review", args=[due.pk])
    sent = phone.post(url, {"submission_key": key_on(phone, url), "note": ""})
    assert 1 + taps + 1 <= 10
    done = phone.get(sent.url)
    report = SymptomReport.objects.get(check_in=due)
    assert (report.level, report.answers["q8_body"], report.answers["q1_sleepiness"]) == (Level.NONE, ["none"], 0)
    assert len(report.answers) == 11
    assert "Your clinic has this" in done.text
    assert not Alert.objects.exists()


@pytest.mark.parametrize("sign", SIGNS)
def test_one_ticked_danger_sign_is_an_emergency_two_taps_from_the_start(
    phone: Client, due: CheckIn, patient: Patient, sign: str
) -> None:
    url = begin(phone)
    sent = phone.post(url, {"go": "some", "danger_signs": [sign], "submission_key": key_on(phone, url)})
    page = phone.get(sent.url)
    assert Alert.objects.get().level == AlertLevel.EMERGENCY
    assert 'href="tel:999"' in page.text
    assert "Do not wait for them." in page.text
    crisis = "You can talk to someone now" in page.text.split("<h1", 1)[1].split("</h1>")[0]
    assert crisis == (sign == "self_harm")
    assert ('href="tel:116123"' in page.text) == (sign == "self_harm")


def test_self_harm_beside_a_danger_to_the_body_calls_the_ambulance_first(phone: Client, due: CheckIn) -> None:
    url = begin(phone)
    signs = {"go": "some", "danger_signs": ["self_harm", "took_more"], "submission_key": str(uuid4())}
    page = phone.get(phone.post(url, signs).url)
    assert "Call 999 now" in page.text
    assert 'href="/help/crisis/"' in page.text


def test_nothing_ticked_and_sent_is_asked_again_at_an_address_that_the_back_button_can_show(
    phone: Client, due: CheckIn
) -> None:
    url = begin(phone)
    answer = phone.post(url, {"go": "some", "submission_key": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (302, f"{url}?nothing=1")
    page = phone.get(answer["Location"])
    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert "<title>Error: " in page.text
    assert not SymptomReport.objects.exists()


def test_none_of_these_stands_second_after_the_list(phone: Client, due: CheckIn) -> None:
    text = phone.get(begin(phone)).text
    places = [text.index(word) for word in ('value="took_more"', ">Send these<", ">None of these<")]
    assert places == sorted(places)
    assert "checked" not in text


def test_the_form_is_gone_on_with_where_it_was_left(phone: Client, due: CheckIn) -> None:
    url = phone.post(begin(phone), {"go": "none"}).url
    left_at = phone.post(url, {"q1_sleepiness": "1"}).url
    assert phone.post(reverse("my_check_in_start")).url == left_at
    due.refresh_from_db()
    assert due.draft == {"answers": {"danger_signs": ["none"], "q1_sleepiness": 1}, "seen": [1, 2]}


def test_a_changed_answer_comes_back_to_the_review(phone: Client, due: CheckIn) -> None:
    review, _taps = answer_all_well(phone, begin(phone))
    dizzy = reverse("my_check_in_page", args=[due.pk, 4]) + "?part=q3_standing"
    assert f'href="{dizzy}"' in phone.get(review).text
    assert 'aria-pressed="true"' in phone.get(dizzy).text
    assert phone.post(dizzy, {"q3_standing": "1"}).url == review
    assert "A little dizzy" in phone.get(review).text
    due.refresh_from_db()
    assert due.draft["answers"]["q4_fall"] == 0


def test_an_answer_that_is_an_emergency_does_not_wait_for_the_rest(phone: Client, due: CheckIn) -> None:
    url = phone.post(begin(phone), {"go": "none"}).url
    sent = phone.post(url, {"q1_sleepiness": "4"})
    assert sent.url == reverse("my_check_in_done", args=[due.pk])
    assert Alert.objects.get().level == AlertLevel.EMERGENCY
    assert "Someone found me hard to wake" in phone.get(sent.url).text


def test_a_skipped_page_is_not_answered_and_is_told_to_the_clinic(phone: Client, due: CheckIn) -> None:
    url = phone.post(begin(phone), {"go": "none"}).url
    url = phone.post(url, {"skip": "1"}).url
    for _page in PAGES[2:]:
        url = phone.post(url, {"all_well": "1"}).url
    assert "Not answered" in phone.get(url).text
    page = phone.get(phone.post(url, {"submission_key": key_on(phone, url)}).url)
    assert Alert.objects.get().why == ["Not answered: sleepiness"]
    assert "A nurse or doctor will look at it" in page.text


def test_going_on_without_an_answer_is_a_422_that_names_the_question(phone: Client, due: CheckIn) -> None:
    phone.post(begin(phone), {"go": "none"})
    for number in (2, 3):
        page = phone.post(reverse("my_check_in_page", args=[due.pk, number]), {})
        assert page.status_code == 422
        assert "Pick an answer" in page.text
    part = phone.post(reverse("my_check_in_page", args=[due.pk, 6]) + "?part=q8_body", {})
    assert part.status_code == 422
    assert "Pick an answer" in part.text


def test_a_double_tap_on_send_is_one_report(phone: Client, due: CheckIn) -> None:
    url, _taps = answer_all_well(phone, begin(phone))
    key = key_on(phone, url)
    first, second = (phone.post(url, {"submission_key": key}) for _ in range(2))
    assert first.url == second.url
    assert SymptomReport.objects.count() == 1


def test_two_tabs_are_one_report_and_a_later_note_is_kept(phone: Client, due: CheckIn) -> None:
    url, _taps = answer_all_well(phone, begin(phone))
    one, other = key_on(phone, url), key_on(phone, url)
    assert one != other
    assert phone.post(url, {"submission_key": one}).url == phone.post(url, {"submission_key": other}).url
    assert SymptomReport.objects.count() == 1
    with_note = phone.post(url, {"submission_key": one, "note": "I want to die"})
    assert SymptomReport.objects.count() == 2
    assert Alert.objects.get().level == AlertLevel.URGENT
    assert "Call your clinic today" in phone.get(with_note.url).text


def test_danger_signs_ticked_after_sending_are_not_lost(phone: Client, due: CheckIn) -> None:
    url, _taps = answer_all_well(phone, begin(phone))
    phone.post(url, {"submission_key": key_on(phone, url)})
    danger = reverse("my_check_in_danger", args=[due.pk])
    assert phone.get(danger).url == reverse("my_check_in_done", args=[due.pk])
    phone.post(danger, {"go": "some", "danger_signs": ["fit"], "submission_key": str(uuid4())})
    assert Alert.objects.get().level == AlertLevel.EMERGENCY


def test_when_nothing_could_be_kept_the_page_says_call_us_and_never_sent(
    phone: Client, due: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**kwargs: object) -> None:
        raise RuntimeError("the alert could not be raised")

    monkeypatch.setattr("monitoring.checkins.actions.submitting.raise_alert", broken)
    url = begin(phone)
    page = phone.post(url, {"go": "some", "danger_signs": ["heart"], "submission_key": str(uuid4())})
    assert page.status_code == 503
    assert "Call us now" in page.text
    assert 'href="tel:02079460100"' in page.text
    assert "has this" not in page.text
    assert not SymptomReport.objects.exists()


def test_answers_that_could_not_be_judged_ask_to_call_the_clinic(
    phone: Client, due: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("rules")

    monkeypatch.setattr("monitoring.checkins.views.sending.breaches", broken)
    monkeypatch.setattr("monitoring.checkins.actions.judging.judge_whole", broken)
    sent = phone.post(begin(phone), {"go": "none"})
    assert SymptomReport.objects.get().level is None
    assert Alert.objects.get().kind == AlertKind.UNJUDGED
    assert "Call your clinic today" in phone.get(sent.url).text


def test_a_form_begun_before_it_was_missed_is_still_taken(phone: Client, due: CheckIn, now: datetime) -> None:
    url, _taps = answer_all_well(phone, begin(phone))
    key = key_on(phone, url)
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    with time_machine.travel(now + timedelta(days=1), tick=False):
        phone.force_login(due.patient.user)
        phone.post(url, {"submission_key": key})
    due.refresh_from_db()
    report = SymptomReport.objects.get()
    assert (report.late_for, due.state) == (due, CheckInState.MISSED)
    assert report.answers["q1_sleepiness"] == 0
