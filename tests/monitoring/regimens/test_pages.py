"""The pages of a regimen that is there: medicines, one flag, changes, context, and who may open them."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from monitoring.audit.models import AuditEvent
from monitoring.people.actions import register_patient
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_patient_context
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.queries import Screened
from tests.monitoring.regimens.conftest import NOTE, Prescribe, flag_of, mg
from tests.monitoring.regimens.walking import hidden

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
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:  # fmt: skip
        url = f"/patients/{patient.pk}/medications/"
        answer(give("amitriptyline", mg(10)), "will_monitor")
        with CaptureQueriesContext(connection) as one:
            alice.get(url)
        for name in ("tramadol", "zolpidem", "gabapentin", "ibuprofen", "lisinopril"):
            answer(give(name, mg(10)), "will_monitor")
        assert InteractionFlag.objects.present().count() > 4
        with django_assert_num_queries(len(one)):
            alice.get(url)
        assert len(one) < 25

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
        page = alice.get(url).content.decode()
        assert 'value="52"' in page
        sent = hidden(page) | {
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
        assert alice.post(url, sent | hidden(page)).status_code == 302

    def test_a_colleagues_correction_is_not_overwritten(
        self, alice: Client, patient: Patient, colleague: User, now: datetime
    ) -> None:
        url = f"/patients/{patient.pk}/context/"
        sent = hidden(alice.get(url).content.decode()) | {"egfr": "52", "egfr_on": "2026-04-02", "none_known": "on"}
        change_patient_context(patient=patient, changes={"conditions": ["copd"]}, by=colleague, now=now)
        assert alice.post(url, sent).status_code == 409
        patient.refresh_from_db()
        assert patient.conditions == ["copd"]

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"egfr": "52"}, "Give the date of the eGFR"),
            ({"egfr_on": "2026-06-01"}, "Give the eGFR of that date"),
            ({"egfr": "52", "egfr_on": "2027-01-01"}, "still to come"),
            ({"egfr": "NaN", "egfr_on": "2026-06-01"}, "Enter a number"),
            ({"conditions": "COPD", "none_known": "on"}, "Either list conditions"),
            ({"alcohol": "alcohol_regular"}, "tick that you asked and there are none"),
        ],
    )
    def test_what_cannot_be_is_a_422(self, alice: Client, patient: Patient, given: dict[str, str], words: str) -> None:
        response = alice.post(f"/patients/{patient.pk}/context/", given)
        assert response.status_code == 422
        assert words in response.content.decode()

    def test_empty_is_unknown_and_none_is_said(self, alice: Client, patient: Patient) -> None:
        url = f"/patients/{patient.pk}/context/"
        for given, conditions in (
            ({}, None),
            ({"none_known": "on"}, []),
            ({"none_known": "on", "alcohol": "alcohol_none"}, ["alcohol_none"]),
        ):
            page = alice.get(url).content.decode()
            assert alice.post(url, hidden(page) | given).status_code == 302
            patient.refresh_from_db()
            assert (patient.egfr, patient.conditions) == (None, conditions)
        assert re.search(r'name="none_known"[^>]*checked', alice.get(url).content.decode())


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
        other = register_patient(
            clinic=patient.clinic, identifier="HP-1", family_name="Bell", given_names="Ann",
            birth_date=date(1980, 1, 1), by=clinician, now=now,
        )  # fmt: skip
        for part in (f"medications/{baclofen.pk}/stop/", f"flags/{flag_of(patient, 'RENAL').pk}/"):
            assert alice.get(f"/patients/{other.pk}/{part}").status_code == 404
