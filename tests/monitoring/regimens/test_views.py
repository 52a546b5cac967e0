"""The pages of a regimen, as a clinician goes through them without JavaScript."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckInSchedule
from monitoring.people.models import Patient, User
from monitoring.regimens.models import InteractionFlag, Override, Prescription
from monitoring.regimens.queries import Screened
from monitoring.regimens.queries import proposing as proposing_module
from monitoring.regimens.views import medications as medications_views
from tests.monitoring.regimens.conftest import NOTE, Prescribe, flag_of, mg

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


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = unescape(value[1])
    return found


class Walk:
    """One walk through the three steps of adding a medicine."""

    def __init__(self, client: Client, patient: Patient, today: date) -> None:
        self.client, self.root, self.today = client, f"/patients/{patient.pk}/medications/", today

    def search(self, query: str) -> str:
        response = self.client.post(self.root + "new/", {"query": query})
        assert response.status_code == 302
        self.draft = response["Location"].partition("?")[2]
        return self.client.get(response["Location"]).content.decode()

    def choose(self, entered: str, **more: str) -> Any:
        return self.client.post(f"{self.root}new/choose/?{self.draft}", {"entered": entered} | more)

    def dose(self, **given: str) -> Any:
        sent = {"amount": "25", "unit": "mg", "often": "1-night", "route": "oral", "starts_on": self.today.isoformat()}
        return self.client.post(f"{self.root}new/dose/?{self.draft}", sent | given)

    @property
    def check_url(self) -> str:
        return f"{self.root}new/check/?{self.draft}"

    def to_check(self, medicine: str, **dose: str) -> str:
        self.search(medicine)
        self.choose(medicine)
        response = self.dose(**dose)
        assert response.status_code == 302, response.content.decode()
        assert response["Location"] == self.check_url
        return self.client.get(self.check_url).content.decode()


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
        assert response.status_code in {409, 422}
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
        self, baclofen: Prescription, give: Prescribe, answer: Answered, walk: Walk
    ) -> None:
        answer(give("amitriptyline", mg(10)))
        page = walk.to_check("Endep", amount="10")
        assert "Unchanged; Dr Alice Okafor answered on" in page

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"amount": "2,5"}, "Write the amount with a point"),
            ({"amount": "-5"}, "more than 0"),
            ({"amount": "NaN"}, "Enter a number"),
            ({"amount": "1e9"}, "less than or equal"),
            ({"amount": ""}, "Give the amount each time"),
            ({"amount": "x", "often": "uneven", "morning": "5"}, "Enter a number"),
            ({"often": ""}, "This field is required"),
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


class TestMedicines:
    def test_each_medicine_stands_where_it_belongs(
        self, baclofen: Prescription, give: Prescribe, answer: Answered, alice: Client, patient: Patient, today: date
    ) -> None:
        week = timedelta(days=7)
        answer(give("tramadol", mg(50), starts_on=today - 9 * week, ends_on=today - 4 * week))
        answer(give("fluoxetine", mg(20), starts_on=today - 9 * week, ends_on=today - week))
        give("ibuprofen", mg(200), starts_on=today + week)
        give("amitriptyline", mg(25))
        page = alice.get(f"/patients/{patient.pk}/medications/").content.decode()
        places = [page.index(f"<h2>{each}</h2>") for each in ("Awaiting an answer", "Active", "Stopped, still in the body", "Planned", "Stopped")]  # fmt: skip  # noqa: E501
        assert places == sorted(places)
        for label, place in (
            ("amitriptyline", 0),
            ("baclofen", 1),
            ("fluoxetine", 2),
            ("ibuprofen", 3),
            ("tramadol", 4),
        ):
            at = page.index(f"<h3>{label}</h3>")
            assert places[place] < at < [*places, len(page)][place + 1], label
        assert "Do not start it yet." in page
        assert "10\u00a0mg three times a day (30\u00a0mg a day in all)" in page
        assert "Still counts until" in page

    def test_an_override_is_shown_to_the_next_reader(
        self, baclofen: Prescription, client: Client, colleague: User, patient: Patient
    ) -> None:
        client.force_login(colleague)
        page = client.get(f"/patients/{patient.pk}/medications/").content.decode()
        assert "Dr Alice Okafor" in page
        assert NOTE in page
        assert "Stands until" in page

    def test_a_read_is_logged(self, alice: Client, patient: Patient, clinician: User) -> None:
        alice.get(f"/patients/{patient.pk}/medications/")
        event = AuditEvent.objects.get(action="patient.read")
        assert (event.patient_id, event.actor_id, event.object_type) == (patient.pk, str(clinician.pk), "medications")

    def test_the_number_of_queries_does_not_grow(
        self, baclofen: Prescription, give: Prescribe, answer: Answered, alice: Client, patient: Patient,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:  # fmt: skip
        for name in ("amitriptyline", "tramadol", "gabapentin", "ibuprofen", "lisinopril"):
            answer(give(name, mg(10)), "will_monitor")
        assert InteractionFlag.objects.present().count() > 4
        with django_assert_max_num_queries(19):
            alice.get(f"/patients/{patient.pk}/medications/")

    def test_a_failed_check_is_red_and_can_be_tried_again(
        self, baclofen: Prescription, alice: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(
                "monitoring.regimens.actions.recheck.screen_patient", lambda *_: Screened(None, failure="KeyError")
            )
            alice.post(f"/patients/{patient.pk}/medications/recheck/")
        assert "The interaction check failed" in alice.get(f"/patients/{patient.pk}/medications/").content.decode()
        alice.post(f"/patients/{patient.pk}/medications/recheck/")
        assert "The interaction check failed" not in alice.get(f"/patients/{patient.pk}/medications/").content.decode()
        assert medications_views.recheck_regimen is not None


class TestFlag:
    def test_it_explains_itself_and_takes_an_answer(
        self, baclofen: Prescription, give: Prescribe, alice: Client, patient: Patient
    ) -> None:
        give("amitriptyline", mg(25))
        flag = flag_of(patient, "PAIR_CNS")
        url = f"/patients/{patient.pk}/flags/{flag.pk}/"
        page = alice.get(url).content.decode()
        for words in (
            "What may happen",
            "Why now",
            "Raises the risk here",
            "Not known",
            "How sure",
            "Sources (",
            "What helps",
        ):
            assert words in page
        assert alice.post(url, {"reason": "tolerated", "note": "short", **hidden(page)}).status_code == 422
        assert alice.post(url, {"reason": "tolerated", "note": NOTE, **hidden(page)}).status_code == 302
        flag.refresh_from_db()
        assert flag.status == "acknowledged"

    def test_a_page_that_is_no_longer_true_is_a_409(
        self, baclofen: Prescription, give: Prescribe, alice: Client, patient: Patient
    ) -> None:
        give("amitriptyline", mg(25))
        flag = flag_of(patient, "PAIR_CNS")
        url = f"/patients/{patient.pk}/flags/{flag.pk}/"
        page = alice.get(url).content.decode()
        give("tramadol", mg(50, 50))
        response = alice.post(url, {"reason": "tolerated", "note": NOTE, **hidden(page)})
        assert response.status_code == 409
        assert "Nothing of what you sent has been saved" in response.content.decode()


class TestChanges:
    def test_a_dose_is_changed(self, baclofen: Prescription, alice: Client, patient: Patient, today: date) -> None:
        url = f"/patients/{patient.pk}/medications/{baclofen.pk}/dose/"
        page = alice.get(url).content.decode()
        sent = hidden(page) | {"amount": "15", "unit": "mg", "often": "3", "from_day": today.isoformat()}
        assert alice.post(url, sent).status_code == 302
        assert alice.post(url, sent).status_code == 409
        baclofen.refresh_from_db()
        assert baclofen.version == 2

    def test_baclofen_is_not_stopped_without_a_taper_or_a_reason(
        self, baclofen: Prescription, alice: Client, patient: Patient, today: date
    ) -> None:
        url = f"/patients/{patient.pk}/medications/{baclofen.pk}/stop/"
        sent = hidden(alice.get(url).content.decode()) | {"last_day": today.isoformat(), "reason": "side_effect"}
        response = alice.post(url, sent)
        page = response.content.decode()
        assert response.status_code == 422
        assert f"/patients/{patient.pk}/plans/new/?prescription={baclofen.pk}" in page
        assert alice.post(url, sent | {"without_taper_reason": "Found deeply drowsy."}).status_code == 302
        baclofen.refresh_from_db()
        assert baclofen.state == "stopped"

    def test_one_entered_in_error_is_taken_back(self, baclofen: Prescription, alice: Client, patient: Patient) -> None:
        url = f"/patients/{patient.pk}/medications/{baclofen.pk}/cancel/"
        assert alice.get(url).status_code == 200
        assert alice.post(url, {"reason": "not_wanted"}).status_code == 422
        assert alice.post(url, {"reason": "entered_in_error"}).status_code == 302
        assert "Taken back" in alice.get(f"/patients/{patient.pk}/medications/").content.decode()


class TestContext:
    def test_facts_are_saved_and_the_medicines_checked(
        self, baclofen: Prescription, alice: Client, patient: Patient
    ) -> None:
        url = f"/patients/{patient.pk}/context/"
        assert alice.get(url).status_code == 200
        sent = {
            "egfr": "24.5", "egfr_on": "2026-06-14", "qtc_ms": "440", "weight_kg": "", "alcohol": "alcohol_occasional",
            "conditions": "COPD\nglass bones of Kyoto",
        }  # fmt: skip
        assert alice.post(url, sent).status_code == 302
        patient.refresh_from_db()
        assert patient.conditions == ["alcohol_occasional", "copd"]
        assert patient.conditions_not_understood == ["glass bones of Kyoto"]
        assert str(patient.egfr) == "24.5"
        assert AuditEvent.objects.filter(action="regimen.check").latest("id").actor_kind == "user"
        page = alice.get(url).content.decode()
        assert "Not understood, so not part of the check" in page
        assert alice.post(url, sent).status_code == 302

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"egfr": "52"}, "Give the date of the eGFR"),
            ({"egfr_on": "2026-06-01"}, "Give the eGFR of that date"),
            ({"egfr": "52", "egfr_on": "2027-01-01"}, "still to come"),
            ({"egfr": "NaN", "egfr_on": "2026-06-01"}, "Enter a number"),
            ({"conditions": "COPD", "none_known": "on"}, "Either list conditions"),
        ],
    )
    def test_what_cannot_be_is_a_422(self, alice: Client, patient: Patient, given: dict[str, str], words: str) -> None:
        response = alice.post(f"/patients/{patient.pk}/context/", given)
        assert response.status_code == 422
        assert words in response.content.decode()

    def test_empty_is_unknown_and_none_is_said(self, alice: Client, patient: Patient) -> None:
        url = f"/patients/{patient.pk}/context/"
        alice.post(url, {})
        patient.refresh_from_db()
        assert (patient.egfr, patient.conditions) == (None, None)
        alice.post(url, {"none_known": "on"})
        patient.refresh_from_db()
        assert patient.conditions == []


PAGES = (
    "medications/", "medications/new/", "medications/new/dose/", "medications/new/check/", "medications/{rx}/dose/",
    "medications/{rx}/stop/", "medications/{rx}/cancel/", "flags/{flag}/", "context/",
)  # fmt: skip
POSTS = ("medications/recheck/", "medications/new/choose/", "medications/{rx}/confirm/")


class TestDoors:
    def _urls(self, patient: Patient, rx: Prescription) -> list[tuple[str, str]]:
        flag = InteractionFlag.objects.filter(patient=patient).first()
        fill = {"rx": rx.pk, "flag": flag.pk if flag else uuid4()}
        root = f"/patients/{patient.pk}/"
        return [("get", root + each.format(**fill)) for each in PAGES] + [
            ("post", root + each.format(**fill)) for each in (*PAGES[1:], *POSTS)
        ]

    def test_a_stranger_finds_nothing(
        self, baclofen: Prescription, client: Client, stranger: User, patient: Patient
    ) -> None:
        client.force_login(stranger)
        for method, url in self._urls(patient, baclofen):
            assert getattr(client, method)(url).status_code == 404, (method, url)
        baclofen.refresh_from_db()
        assert baclofen.version == 1

    def test_the_patient_and_the_admin_may_not_enter(
        self, baclofen: Prescription, client: Client, patient_user: User, admin: User, patient: Patient
    ) -> None:
        for user in (patient_user, admin):
            client.force_login(user)
            for method, url in self._urls(patient, baclofen):
                assert getattr(client, method)(url).status_code == 403, (method, url)

    def test_a_visitor_is_sent_to_sign_in(self, baclofen: Prescription, client: Client, patient: Patient) -> None:
        for method, url in self._urls(patient, baclofen):
            response = getattr(client, method)(url)
            assert response.status_code == 302, (method, url)
            assert response["Location"].startswith("/login/")

    def test_a_prescription_is_not_found_under_another_patient(
        self, baclofen: Prescription, alice: Client, patient: Patient, clinician: User, now: datetime
    ) -> None:
        from monitoring.people.actions import register_patient

        other = register_patient(
            clinic=patient.clinic, identifier="HP-1", family_name="Bell", given_names="Ann",
            birth_date=date(1980, 1, 1), by=clinician, now=now,
        )  # fmt: skip
        for part in (f"medications/{baclofen.pk}/stop/", f"flags/{flag_of(patient, 'RENAL').pk}/"):
            assert alice.get(f"/patients/{other.pk}/{part}").status_code == 404
