"""The pages around a check-in: the list, whose it is, and what each page says of who looks."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from monitoring.alerts.models import Alert
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.rules.questions import PAGES
from monitoring.people.models import Patient, User
from tests.monitoring.checkins.tapping import answer_all_well, begin, key_on
from tests.monitoring.people.helping import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_reading_changes_nothing(phone: Client, due: CheckIn) -> None:
    begin(phone)
    before = CheckIn.objects.values_list("pk", "state", "draft").order_by("pk")
    kept = list(before)
    for name in ("my_check_in_danger", "my_check_in_review", "my_check_in_done"):
        phone.get(reverse(name, args=[due.pk]))
    for page in PAGES[1:]:
        assert phone.get(reverse("my_check_in_page", args=[due.pk, page.number])).status_code == 200
    assert phone.get(reverse("my_check_in_start")).headers["Location"] == "/me/"
    assert list(before) == kept


def test_a_check_in_can_be_started_when_none_is_due(phone: Client, patient: Patient) -> None:
    url, _taps = answer_all_well(phone, begin(phone))
    phone.post(url, {"submission_key": key_on(phone, url)})
    assert SymptomReport.objects.get().check_in.schedule is None
    assert "Nothing that needs action" in phone.get(reverse("my_check_ins")).text


def test_the_list_speaks_of_missed_days_without_blame(phone: Client, due: CheckIn) -> None:
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    assert "did not reach us" in phone.get(reverse("my_check_ins")).text
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED_SYSTEM)
    assert "Our fault" in phone.get(reverse("my_check_ins")).text


def test_another_patients_check_in_does_not_exist(client: Client, due: CheckIn, clinician: User, now: datetime) -> None:
    other = User.objects.create_user(
        "eve@home.example", None, name="Eve", role="patient", clinic=clinician.clinic, joined_at=now
    )
    client.force_login(other)
    for name in ("my_check_in_danger", "my_check_in_review", "my_check_in_done"):
        assert client.get(reverse(name, args=[due.pk])).status_code == 404
    client.force_login(clinician)
    assert client.get(reverse("my_check_in_danger", args=[due.pk])).status_code == 403


def test_every_page_says_that_nobody_watches_live(phone: Client, due: CheckIn) -> None:
    begin(phone)
    urls = [reverse("my_check_ins"), reverse("my_check_in_danger", args=[due.pk])]
    urls += [reverse("my_check_in_page", args=[due.pk, page.number]) for page in PAGES[1:]]
    for url in urls:
        text = phone.get(url).text
        assert "No one watches this app all the time" in text
        assert "/help/emergency/" in text


def skip_one(phone: Client, due: CheckIn) -> str:
    """A check-in sent with one page skipped, which the clinic looks at; the page that says so."""
    url = phone.post(begin(phone), {"go": "none"}).url
    phone.post(url, {"skip": "1"})
    for page in PAGES[2:]:
        phone.post(reverse("my_check_in_page", args=[due.pk, page.number]), {"all_well": "1"})
    url = reverse("my_check_in_review", args=[due.pk])
    done: str = phone.post(url, {"submission_key": key_on(phone, url)}).url
    return done


def test_nobody_is_promised_a_look_while_monitoring_stands_still(phone: Client, due: CheckIn) -> None:
    page = phone.get(skip_one(phone, due)).text
    assert "should look at this by" not in page
    assert "We kept this, but your clinic may not see it now." in page
    assert "If you feel worse, do not wait. Call them." in page


def test_the_page_says_when_the_clinic_looks_and_not_when_that_is_past(
    phone: Client, due: CheckIn, sweeps_running: None
) -> None:
    done = skip_one(phone, due)
    due_at = Alert.objects.get().due_at
    assert "should look at this by" in phone.get(done).text
    with time_machine.travel(due_at + timedelta(minutes=1), tick=False):
        phone.force_login(due.patient.user)
        assert "should look at this by" not in phone.get(done).text


def test_a_dose_too_many_shows_whom_to_call_though_its_level_is_a_warning(phone: Client, due: CheckIn) -> None:
    url, _taps = answer_all_well(phone, begin(phone))
    phone.post(reverse("my_check_in_page", args=[due.pk, PAGES[-1].number]), {"q10_doses_other": ["extra_dose"]})
    done = phone.get(phone.post(url, {"submission_key": key_on(phone, url)}).url).text
    assert done.index("Did you take too much?") < done.index("Your clinic has this</h1>")
    assert "Call even if you feel well." in done
    assert "Ask what to do about your next dose." in done


def test_without_a_dose_too_many_nobody_is_asked_about_it(phone: Client, due: CheckIn) -> None:
    url, _taps = answer_all_well(phone, begin(phone))
    assert "Did you take too much?" not in phone.get(phone.post(url, {"submission_key": key_on(phone, url)}).url).text


HELPERS, OWN = "do not leave them alone", "Sit up, or lie on your side."


def found_hard_to_wake(phone: Client, danger: str) -> str:
    sent = phone.post(danger, {"go": "some", "danger_signs": "hard_to_wake", "submission_key": key_on(phone, danger)})
    return phone.get(sent.url).text


def test_a_carer_reads_what_a_helper_does_and_not_the_words_for_the_patient(carer: User, due: CheckIn) -> None:
    helper = signed_in(carer)
    page = found_hard_to_wake(helper, begin(helper))
    assert page.index("tel:999") < page.index("Until help comes") < page.index(HELPERS)
    assert "roll them on their side" in page
    assert "start CPR" in page
    assert OWN not in page
    assert "Is it someone else?" not in page


@pytest.mark.parametrize("door", ["signed in", "link"])
def test_whoever_else_holds_the_phone_finds_what_a_helper_does_under_the_patients_words(
    phone: Client, link: str, door: str
) -> None:
    page = found_hard_to_wake(Client(), f"{link}1/") if door == "link" else found_hard_to_wake(phone, begin(phone))
    assert page.index(OWN) < page.index("<summary>Is it someone else? What to do</summary>") < page.index(HELPERS)
    assert "start CPR" in page[page.index("Is it someone else?") : page.index("</details>")]
