"""A carer who may see and not answer: no page offers what would be refused, and a refusal says whom to call."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.checkins.actions import start_check_in, submit_check_in
from monitoring.checkins.models import CheckIn
from monitoring.education.rules import current_edition
from monitoring.intakes.actions import report_doses
from monitoring.intakes.rules import Kind
from monitoring.people.models import CarerConsent, Patient, User
from monitoring.regimens.models import Prescription
from tests.living import text_of
from tests.monitoring.people.helping import WELL, helped_by, signed_in
from tests.monitoring.regimens.conftest import answer, baclofen, give, today

__all__ = ["answer", "baclofen", "give", "today"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]

LOOK = "You can look, not answer"


@pytest.fixture(autouse=True)
def _clock(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)


@pytest.fixture
def onlooker(patient: Patient, patient_user: User, now: datetime) -> Client:
    return signed_in(helped_by(patient, patient_user, now, may="see"))


@pytest.fixture
def begun(patient: Patient, patient_user: User, now: datetime) -> CheckIn:
    return start_check_in(patient=patient, by=patient_user, now=now)


@pytest.fixture
def told(patient: Patient, patient_user: User, baclofen: Prescription, now: datetime) -> str:
    """Where the patient reads what to do about a dose that was missed."""
    rows = report_doses(
        prescription=baclofen, local_date=patient.local_date(now), doses=[1], kind=Kind.SKIPPED,
        submission_key=uuid4(), by=patient_user, now=now,
    )  # fmt: skip
    return reverse("my_dose_advice", args=[rows[0].pk])


def links(page: str, path: str) -> Iterator[str]:
    """The addresses of this site that a page leads to, without what follows a # or a ?."""
    for found in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', page):
        address = urlsplit(urljoin(path, unescape(found)))
        if not address.scheme:
            yield address.path


def forms(page: str, path: str) -> Iterator[str]:
    for opened in re.findall(r"<form\b[^>]*>", page):
        action = re.search(r'action="([^"]*)"', opened)
        yield urljoin(path, action[1]) if action and action[1] else path


def walk(client: Client, start: list[str]) -> dict[str, tuple[int, list[str]]]:
    """Every page of the patient's face that can be reached from these: how it answers, and where its forms go."""
    seen: dict[str, tuple[int, list[str]]] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path in seen or not path.startswith(("/me/", "/care/")):
            continue
        answer = client.get(path, follow=True)
        seen[path] = (answer.status_code, list(forms(answer.text, path)))
        waiting += links(answer.text, path)
    return seen


def test_no_page_leads_to_one_that_refuses_or_holds_a_form_that_would(
    patient: Patient, patient_user: User, told: str, onlooker: Client, now: datetime
) -> None:
    report = submit_check_in(patient=patient, answers=WELL, submission_key=uuid4(), by=patient_user, now=now)
    done = reverse("my_check_in_done", args=[report.check_in_id])
    found = walk(onlooker, ["/me/", told, done])
    card = reverse("learn_card", args=[current_edition().cards[0].slug])
    assert {card, "/me/", "/me/check-ins/", "/me/history/", reverse("my_supplies"), reverse("learn"), done} <= set(
        found
    )
    assert {path: status for path, (status, _) in found.items() if status != 200} == {}
    own = {"/logout/", "/me/settings/"}
    asked = {action for _, actions in found.values() for action in actions}
    assert {action for action in asked - own if not action.startswith("/care/")} == set()
    assert not AuditEvent.objects.filter(outcome=Outcome.DENIED).exists()


@pytest.mark.parametrize("name", ["my_plan", "my_check_ins", "my_supplies"])
def test_in_the_place_of_a_button_stands_whom_to_call(
    patient: Patient, baclofen: Prescription, onlooker: Client, name: str
) -> None:
    page = onlooker.get(reverse(name))
    assert page.status_code == 200
    assert LOOK in text_of(page)
    assert f'href="tel:{patient.clinic.phone.replace(" ", "")}"' in page.text
    assert 'href="/help/emergency/"' in page.text


def test_so_it_is_beside_what_was_told_of_a_dose(told: str, onlooker: Client) -> None:
    page = onlooker.get(told)
    assert LOOK in text_of(page)
    assert "It was not so" not in text_of(page)


@pytest.mark.parametrize("name", ["danger", "page", "review", "dose"])
def test_a_form_that_is_opened_by_its_address_says_who_may_answer_and_whom_to_call(
    patient: Patient, baclofen: Prescription, begun: CheckIn, onlooker: Client, now: datetime, name: str
) -> None:
    paths = {
        "danger": reverse("my_check_in_danger", args=[begun.pk]),
        "page": reverse("my_check_in_page", args=[begun.pk, 2]),
        "review": reverse("my_check_in_review", args=[begun.pk]),
        "dose": reverse("my_dose_report", args=[patient.local_date(now)]),
    }
    page = onlooker.get(paths[name])
    assert page.status_code == 403
    assert LOOK in text_of(page)
    assert "You do not have access" not in page.text
    assert "Nothing was sent" not in text_of(page)
    assert 'href="tel:999"' in page.text
    assert f'href="tel:{patient.clinic.phone.replace(" ", "")}"' in page.text
    assert list(forms(page.text, paths[name])) == ["/logout/"]
    assert AuditEvent.objects.get(outcome=Outcome.DENIED).patient_id == patient.pk


def test_a_danger_sent_from_a_page_that_stood_open_is_never_called_sent(
    patient: Patient, begun: CheckIn, onlooker: Client
) -> None:
    answer = onlooker.post(
        reverse("my_check_in_danger", args=[begun.pk]),
        {"go": "some", "danger_signs": "fit", "submission_key": str(uuid4())},
    )
    assert answer.status_code == 403
    assert "Nothing was sent" in text_of(answer)
    assert 'href="tel:999"' in answer.text


def test_whoever_may_answer_finds_every_button(patient: Patient, baclofen: Prescription, carer: User) -> None:
    client = signed_in(carer)
    assert CarerConsent.objects.get().may_answer
    for path, button in (("/me/", "Tell us about a dose"), ("/me/", "check-in"), ("/me/supplies/", "Save")):
        page = client.get(path)
        assert LOOK not in text_of(page)
        assert button in text_of(page)
    assert "/me/check-ins/start/" in list(forms(client.get("/me/").text, "/me/"))


def test_no_carer_is_led_to_what_the_patient_alone_may_do(carer: User) -> None:
    found = walk(signed_in(carer), ["/me/"])
    assert {path: status for path, (status, _) in found.items() if status != 200} == {}
