"""Adding a medicine, page by page, without JavaScript."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from monitoring.checkins.models import CheckInSchedule
from monitoring.formatting import day_text
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose
from monitoring.regimens.models import Override, Prescription
from monitoring.regimens.queries import Screened
from monitoring.regimens.queries import proposing as proposing_module
from tests.monitoring.regimens.conftest import NOTE, Prescribe, mg
from tests.monitoring.regimens.walking import Walk, hidden

pytestmark = pytest.mark.django_db
Answered = Callable[..., Prescription]


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def alice(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


@pytest.fixture
def walk(alice: Client, patient: Patient, today: date) -> Walk:
    return Walk(alice, patient, today)


class TestAddingAMedicine:
    def test_from_search_to_active_with_a_reason(
        self, baclofen: Prescription, walk: Walk, alice: Client, patient: Patient, clinician: User
    ) -> None:
        found = walk.search("elav")
        assert "Elavil (amitriptyline)" in found
        response = walk.choose("Elavil")
        assert "Elavil" not in response["Location"]
        page = alice.get(response["Location"]).content.decode()
        assert "Add amitriptyline: the dose" in page
        response = walk.dose()
        page = alice.get(response["Location"]).content.decode()
        assert "weak legs and falls add up" in page
        assert "30\u00a0mg a day in all" in page
        assert "You are adding amitriptyline: 25\u00a0mg" in page
        assert page.index("Change the dose") < page.index("Go ahead? Say why")
        assert not Prescription.objects.filter(label="amitriptyline").exists()
        sent = hidden(page) | {"reason_0": "will_monitor", "note": NOTE}
        assert alice.post(walk.check_url, sent).status_code == 302
        made = Prescription.objects.get(label="amitriptyline")
        assert (made.state, made.entered, made.prescribed_by) == ("active", "Elavil", clinician)
        assert Override.objects.get(flag__code="PAIR_CNS").note == NOTE
        assert CheckInSchedule.objects.filter(patient=patient, source="override").exists()

    def test_the_safer_choice_comes_first_and_is_checked_again(
        self, baclofen: Prescription, walk: Walk, alice: Client
    ) -> None:
        page = walk.to_check("amitriptyline")
        assert "Start at 10\u00a0mg at night</button>" in page
        assert page.index("Start at 10") < page.index("Do not add it now") < page.index("Go ahead? Say why")
        lower = walk.check_url.replace("/check/", "/lower/")
        answer = alice.post(lower)
        assert answer.status_code == 302
        again = alice.get(answer["Location"]).content.decode()
        assert "You are adding amitriptyline: 10\u00a0mg at night" in again
        assert "Start at 10" not in again
        assert alice.post(lower).status_code == 404, "there is nothing gentler than the gentlest"
        assert not Prescription.objects.filter(label="amitriptyline").exists()

    def test_a_medicine_that_is_taken_already_is_not_begun_anew_at_less(
        self, baclofen: Prescription, walk: Walk, alice: Client
    ) -> None:
        page = walk.to_check("amitriptyline", starts_on=(walk.today - timedelta(days=1)).isoformat())
        assert "Safer ways to go on" in page
        assert "Start at" not in page
        assert alice.post(walk.check_url.replace("/check/", "/lower/")).status_code == 404

    def test_a_medicine_without_a_schedule_has_no_gentler_start(
        self, baclofen: Prescription, walk: Walk, alice: Client
    ) -> None:
        assert "Start at" not in walk.to_check("diazepam", amount="5")

    def test_what_was_promised_is_said_once_it_has_begun(
        self, baclofen: Prescription, walk: Walk, alice: Client, patient: Patient
    ) -> None:
        page = walk.to_check("amitriptyline")
        assert "a check-in every day for 14 days, then every week" in page
        sent = hidden(page) | {"reason_0": "will_monitor", "note": NOTE}
        after = alice.post(walk.check_url, sent, follow=True).content.decode()
        schedule = CheckInSchedule.objects.running().filter(patient=patient).latest("daily_until")
        assert f"Check-ins have begun: every day to {day_text(schedule.daily_until)}, then weekly." in after

    def test_the_dose_page_says_how_the_release_begins_it_and_what_the_kidney_asks(
        self, walk: Walk, alice: Client, patient: Patient
    ) -> None:
        walk.search("baclofen")
        page = alice.get(walk.choose("baclofen")["Location"]).content.decode()
        assert "Slow: 5 mg a day more each week." in page
        assert "At this eGFR:" in page

    def test_no_reason_is_a_422_that_keeps_what_was_written(
        self, baclofen: Prescription, walk: Walk, alice: Client
    ) -> None:
        page = walk.to_check("amitriptyline")
        response = alice.post(walk.check_url, hidden(page) | {"note": "Watch the standing BP."})
        assert response.status_code == 422
        page = response.content.decode()
        assert "There is a problem" in page
        assert "Watch the standing BP." in page
        assert not Prescription.objects.filter(label="amitriptyline").exists()

    def test_sent_twice_it_is_added_once(self, baclofen: Prescription, walk: Walk, alice: Client) -> None:
        page = walk.to_check("amitriptyline")
        sent = hidden(page) | {"reason_0": "tolerated", "note": NOTE}
        assert [alice.post(walk.check_url, sent).status_code for _ in range(2)] == [302, 302]
        assert Prescription.objects.filter(label="amitriptyline").count() == 1
        assert Override.objects.filter(flag__code="PAIR_CNS").count() == 1

    def test_a_medicine_added_meanwhile_is_not_overlooked(
        self, baclofen: Prescription, walk: Walk, alice: Client, give: Prescribe, colleague: User, patient: Patient
    ) -> None:
        page = walk.to_check("amitriptyline")
        give("tramadol", mg(50, 50), by=colleague)
        response = alice.post(walk.check_url, hidden(page) | {"reason_0": "tolerated", "note": NOTE})
        assert response.status_code == 409
        page = response.content.decode()
        assert "changed while you were reading" in page
        assert NOTE in page
        assert page.count("why do you go ahead?") > 1
        assert not Prescription.objects.filter(label="amitriptyline").exists()

    def test_two_tabs_do_not_mix(self, walk: Walk, alice: Client, patient: Patient, today: date) -> None:
        other = Walk(alice, patient, today)
        first = walk.to_check("paracetamol", amount="500", often="4")
        other.to_check("ibuprofen", amount="200", often="3")
        alice.post(walk.check_url, hidden(first))
        assert [made.label for made in Prescription.objects.all()] == ["acetaminophen"]

    def test_no_address_tells_what_somebody_takes(self, walk: Walk) -> None:
        walk.to_check("paracetamol", amount="500", often="4")
        assert re.fullmatch(r"/patients/[0-9a-f-]{36}/medications/new/check/\?draft=[0-9a-f-]{36}", walk.check_url)

    def test_a_misspelt_name_is_chosen_by_its_right_name_and_keeps_the_dose(self, walk: Walk, alice: Client) -> None:
        page = walk.search("baclofin 10 mg tds")
        assert 'Choose<span class="visually-hidden"> baclofen</span>' in page
        assert "not how a known medicine is spelt" not in page
        assert walk.choose("baclofin 10 mg tds")["Location"].startswith(f"{walk.root}new/?")
        page = alice.get(walk.choose("baclofen")["Location"]).content.decode()
        assert 'value="10"' in page
        assert re.search(r'<option value="3" selected', page)

    def test_a_misspelt_mixture_is_confirmed_as_it_was_read(self, walk: Walk, alice: Client) -> None:
        mixture = "baclofin 2%/amitriptyline 4%/ketamine 2% gel"
        page = unescape(walk.search(mixture))
        assert "Yes, it is baclofen + amitriptyline + ketamine" in page
        assert walk.choose(mixture, confirmed="yes")["Location"].startswith(f"{walk.root}new/dose/?")

    def test_an_unknown_name_says_so_on_every_page(self, walk: Walk, alice: Client, patient: Patient) -> None:
        assert "cannot check it" in walk.search("zzyzxol")
        page = walk.to_check("zzyzxol", amount="1", unit="tablet", often="1")
        assert "Could not check" in page
        assert alice.post(walk.check_url, hidden(page)).status_code == 422
        sent = hidden(page) | {"manual_check_reason": "Asked the ward pharmacist."}
        assert alice.post(walk.check_url, sent).status_code == 302
        page = alice.get(walk.root).content.decode()
        assert "Some medicines could not be checked" in page
        assert "Asked the ward pharmacist." in page

    def test_a_failed_check_is_red_and_asks_for_a_check_by_hand(
        self, walk: Walk, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            proposing_module, "screen_patient", lambda *_, **__: Screened(None, failure="KnowledgeError")
        )
        page = walk.to_check("paracetamol", amount="500", often="4")
        assert "The interaction check failed" in page
        assert "How did you check it yourself?" in page
        assert alice.post(walk.check_url, hidden(page)).status_code == 422

    def test_an_answered_pair_is_a_quiet_line(
        self, baclofen: Prescription, give: Prescribe, answer: Answered, walk: Walk, clinician: User, now: datetime
    ) -> None:
        taken = answer(give("amitriptyline", mg(25)))
        change_dose(
            prescription=taken, dose=mg(10), sig="", from_day=now.date(), by=clinician, now=now,
            expected_version=taken.version,
        )  # fmt: skip
        page = walk.to_check("Endep", amount="10")
        assert "Unchanged; Dr Alice Okafor answered on" in page

    def test_a_second_product_that_raises_the_dose_asks_again(
        self, baclofen: Prescription, give: Prescribe, answer: Answered, walk: Walk
    ) -> None:
        answer(give("amitriptyline", mg(10)))
        page = walk.to_check("Endep", amount="10")
        assert "amitriptyline rose from 10 to 20 mg a day" in page

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"amount": "2,5"}, "Write the amount with a point"),
            ({"amount": "-5"}, "more than 0"),
            ({"amount": "NaN"}, "Enter a number"),
            ({"amount": "1e9"}, "less than or equal"),
            ({"amount": ""}, "Give the amount each time"),
            ({"amount": "x", "often": "uneven", "morning": "5"}, "Enter a number"),
            ({"often": ""}, "Choose how often it is taken."),
            ({"often": "uneven", "amount": ""}, "at least one part of the day"),
            ({"morning": "5"}, "different amounts through the day"),
            ({"starts_on": "2062-06-15"}, "Check the year"),
            ({"ends_on": "2026-06-01"}, "before the first day"),
            ({"route": "by owl"}, "Select a valid choice"),
        ],
    )
    def test_a_dose_that_cannot_be_is_a_422(self, walk: Walk, given: dict[str, str], words: str) -> None:
        walk.search("baclofen")
        walk.choose("baclofen")
        response = walk.dose(**given)
        assert response.status_code == 422
        assert words in unescape(response.content.decode())

    def test_uneven_doses_are_kept_by_the_time_of_day(self, walk: Walk, alice: Client) -> None:
        page = walk.to_check("baclofen", amount="", often="uneven", morning="5", midday="5", night="10")
        assert "20\u00a0mg a day in all" in page
        count = len(re.findall(r'name="reason_\d+"', page)) and len(set(re.findall(r'name="(reason_\d+)"', page)))
        reasons = {f"reason_{number}": "will_monitor" for number in range(count)}
        assert alice.post(walk.check_url, hidden(page) | reasons | {"note": NOTE}).status_code == 302
        period = Prescription.objects.get().dose_periods.get()
        assert (period.amounts, period.times) == (["5", "5", "10"], ["morning", "midday", "night"])

    def test_a_draft_of_another_patient_or_session_is_not_there(self, walk: Walk, alice: Client) -> None:
        assert alice.get(f"{walk.root}new/check/?draft={uuid4()}").status_code == 404
        assert alice.get(f"{walk.root}new/dose/?draft=%00'--").status_code == 404
