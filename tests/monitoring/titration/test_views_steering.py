"""Pausing, resuming and going back from a plan's own page; what was decided; what the patient reads meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import pause_plan
from monitoring.titration.models import StepPolicy, TitrationPlan
from tests.monitoring.titration.conftest import REASON, Draw, Morning, Report, address, at, first, steps_taken, words

pytestmark = pytest.mark.django_db
WELL = "She is over her cold."


@pytest.fixture
def climbed(
    rising: TitrationPlan, report: Report, morning: Morning, alice: Client, clinician: User, time_machine: Any
) -> TitrationPlan:
    """35 mg a day since two days ago, all well before."""
    report(first(rising).due_on - timedelta(days=1))
    morning(first(rising))
    time_machine.move_to(at(rising.patient, first(rising).due_on + timedelta(days=2), 12), tick=False)
    alice.force_login(clinician)  # the session of five days ago is over
    return rising


def test_a_plan_is_paused_and_goes_on_from_its_page(alice: Client, climbed: TitrationPlan, clinician: User) -> None:
    mark = alice.get(address(climbed)).context["mark"]
    sent = {"pause-reason": REASON, "seen": mark}
    assert alice.post(address(climbed, "plan_pause"), sent).status_code == 302
    assert alice.post(address(climbed, "plan_pause"), sent).status_code == 302  # a second click
    page = words(alice.get(address(climbed)))
    assert "This plan is paused" in page
    assert f"Paused by {clinician.name}" in page
    assert REASON in page
    stale = alice.post(address(climbed, "plan_cancel"), {"cancel-reason": WELL, "seen": mark})
    assert stale.status_code == 409
    assert f"plan paused by {clinician.name}" in words(stale)
    assert f'value="{WELL}"' in stale.content.decode()  # what was typed is not lost
    mark = alice.get(address(climbed)).context["mark"]
    assert alice.post(address(climbed, "plan_resume"), {"resume-reason": WELL, "seen": mark}).status_code == 302
    page = words(alice.get(address(climbed)))
    assert "This plan is paused" not in page
    assert page.index("Plan resumed") < page.index("Plan paused") < page.rindex("Taken up")


@pytest.mark.parametrize("deed", ["pause", "resume", "roll_back"])
def test_a_missing_reason_is_asked_for_at_its_field(alice: Client, climbed: TitrationPlan, deed: str) -> None:
    if deed == "resume":
        alice.post(address(climbed, "plan_pause"), {"pause-reason": REASON})
    page = alice.post(address(climbed, f"plan_{deed}"), {f"{deed}-reason": "why"})
    assert page.status_code == 422
    assert f'href="#id_{deed}-reason"' in page.content.decode()
    assert 'value="why"' in page.content.decode()


def test_the_way_back_is_shown_before_it_is_taken(
    alice: Client, climbed: TitrationPlan, baclofen: Prescription
) -> None:
    page = alice.get(address(climbed))
    assert "Goes back to</dt> <dd><b>10 mg three times a day" in words(page)
    assert ">17 Jun 2026</time></dd>" in words(page)
    sent = {"roll_back-reason": REASON, "seen": page.context["way_back_mark"]}
    assert alice.post(address(climbed, "plan_roll_back"), sent).status_code == 302
    baclofen.refresh_from_db()
    page = words(alice.get(address(climbed)))
    assert 'From <span class="number">35 mg</span> to <span class="number">30 mg</span> a day' in page
    assert "It cannot go on as it was signed." in page
    assert "Plan anew from here" in page
    assert steps_taken(baclofen) == [["10", "10", "15"]]


def test_an_abrupt_fall_is_said_loudly_and_keeps_what_was_typed(
    alice: Client, draw: Draw, sign: Any, report: Report, morning: Morning, time_machine: Any, clinician: User
) -> None:
    plan = sign(draw(((3, (20, 20, 20)),)))
    report(first(plan).due_on - timedelta(days=1))
    morning(first(plan))
    time_machine.move_to(at(plan.patient, first(plan).due_on + timedelta(days=2), 12), tick=False)
    alice.force_login(clinician)
    assert "A fast fall of baclofen" in words(alice.get(address(plan)))
    page = alice.post(address(plan, "plan_roll_back"), {"roll_back-reason": REASON})
    assert page.status_code == 422
    assert "Say why baclofen is cut down this fast" in words(page)
    assert REASON in page.content.decode()


def test_what_cannot_be_rolled_back_points_to_the_dose_itself(alice: Client, rising: TitrationPlan) -> None:
    page = alice.get(address(rising))
    assert "there is no dose to go back to" in words(page)
    by_hand = reverse("medication_dose", args=[rising.patient_id, rising.prescription_id])
    assert by_hand in page.content.decode()


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (StepPolicy.ADVANCE_WHEN_CLEAR, "Go on by itself when check-ins are clear"),
        (StepPolicy.CONFIRM_EACH, "A clinician confirms each step"),
    ],
)
def test_the_page_says_by_whose_word_a_step_goes_on(
    alice: Client, draw: Draw, sign: Any, policy: StepPolicy, says: str
) -> None:
    assert says in words(alice.get(address(sign(draw(policy=policy)))))


def test_the_patient_reads_that_the_dose_stays(
    client: Client, rising: TitrationPlan, clinician: User, patient: Patient, patient_user: User, time_machine: Any
) -> None:
    assert rising.signed_at is not None
    pause_plan(plan=rising, reason=REASON, by=clinician, now=rising.signed_at)
    time_machine.move_to(at(patient, first(rising).due_on, 12), tick=False)
    client.force_login(patient_user)
    page = words(client.get(reverse("my_plan")))
    assert "Your plan is on pause. Keep to the dose you take now." in page
    assert REASON not in page
