"""A plan's own page: signing, releasing, planning anew, cancelling; stale pages, double clicks, and who may look."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import redraw_plan
from monitoring.titration.models import PlanState, StepState, TitrationPlan
from monitoring.titration.queries import plan_mark
from tests.monitoring.titration.conftest import (
    DOWN,
    REASON,
    Draw,
    Morning,
    Report,
    address,
    at,
    first,
    planned,
    reasons_for,
    start,
    steps_taken,
    words,
)

pytestmark = pytest.mark.django_db

LIST_QUERIES = 15
DRAFT_QUERIES = 24


# --- signing ---------------------------------------------------------------------------------------------------


def test_a_draft_shows_every_guard_rail_with_its_limit_and_source(alice: Client, draw: Draw) -> None:
    page = words(alice.get(address(draw(((1, (20, 20, 20)), (2, (30, 30, 30)))))))
    assert "A change of 30 mg a day; “Slow: 5 mg a day more each week” changes at most 5 mg." in page
    assert "1 day after the step before" in page
    assert "Above the US labelled maximum of 80 mg a day" in page
    assert "US label of oral baclofen: Lyvispah (rev. 2021-11-26) and Ozobax (S08)" in page
    assert "Why a larger step? Steps 1, 2" in page


def test_a_hard_breach_leaves_nothing_to_sign(alice: Client, draw: Draw) -> None:
    plan = draw(((3, (60, 60)),))
    page = alice.get(address(plan))
    assert "This draft cannot be signed" in words(page)
    assert "Sign the plan" not in words(page)
    refused = alice.post(address(plan, "plan_sign"), reasons_for(plan, date(2026, 6, 15)))
    assert refused.status_code == 422
    assert "Above 100 mg a day" in words(refused)


def test_a_plan_is_signed_once_however_often_it_is_sent(alice: Client, draw: Draw, today: date) -> None:
    plan = draw()
    sent = {**reasons_for(plan, today), "seen": plan_mark(plan, today)}
    assert alice.post(address(plan, "plan_sign"), sent).status_code == 302
    again = alice.post(address(plan, "plan_sign"), sent)
    assert again.status_code == 409
    assert "no longer a draft" in words(again)
    assert AuditEvent.objects.filter(action="plan.sign").count() == 1


def test_a_missing_reason_keeps_the_others(alice: Client, draw: Draw, today: date) -> None:
    plan = draw(((1, (20, 20, 20)),))
    sent = {**reasons_for(plan, today), "step_size": "too short", "seen": plan_mark(plan, today)}
    page = alice.post(address(plan, "plan_sign"), sent)
    assert page.status_code == 422
    assert set(page.context["sign_form"].errors) == {"step_size"}
    assert page.content.decode().count(REASON) == len(sent) - 2
    assert words(page).count("<title>Error: ") == 1


def test_a_stale_page_signs_nothing(alice: Client, draw: Draw, colleague: User, now: datetime, today: date) -> None:
    plan = draw()
    sent = {**reasons_for(plan, today), "seen": alice.get(address(plan)).context["mark"]}
    steps = planned(today, ((3, (10, 10, 15)), (10, (10, 15, 20))))
    redraw_plan(plan=plan, steps=steps, policy=plan.policy, note="", by=colleague, now=now)
    page = alice.post(address(plan, "plan_sign"), {**reasons_for(plan, today), **sent})
    assert page.status_code == 409
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT


def test_signing_over_a_running_plan_says_what_it_replaces(alice: Client, rising: TitrationPlan, draw: Draw) -> None:
    page = alice.get(address(draw(DOWN, direction="taper")))
    assert "It replaces" in words(page)
    assert address(rising) in page.content.decode()


# --- running, held, cancelled ----------------------------------------------------------------------------------


def test_a_running_plan_says_what_the_gate_would_see_now(alice: Client, rising: TitrationPlan, report: Report) -> None:
    page = words(alice.get(address(rising)))
    assert "As things stand now, step 1 would be held:" in page
    assert "<li>No check-in since a dose last changed.</li>" in page
    report(date(2026, 6, 15), hour=9)
    assert "nothing would hold step 1." in words(alice.get(address(rising)))


@pytest.fixture
def held(rising: TitrationPlan, morning: Morning, alice: Client, clinician: User, time_machine: Any) -> TitrationPlan:
    morning(first(rising))
    time_machine.move_to(at(rising.patient, first(rising).due_on, 11), tick=False)
    alice.force_login(clinician)  # the session of three days ago is over
    return rising


def test_a_held_step_is_released_from_its_page_once(alice: Client, held: TitrationPlan, baclofen: Prescription) -> None:
    page = alice.get(address(held))
    assert "The next step is on hold" in words(page)
    assert "No check-in since a dose last changed." in words(page)
    assert reverse("alert", args=[page.context["hold_alert"].pk]) in page.content.decode()
    sent = {"release-reason": REASON, "seen": page.context["outlook"].mark}
    release = address(held, "step_release", first(held).pk)
    assert alice.post(release, sent).status_code == 302
    assert alice.post(release, sent).status_code == 302
    assert alice.post(release, {**sent, "release-reason": "Another reason now."}).status_code == 409
    assert steps_taken(baclofen) == [["10", "10", "15"]]


def test_a_release_without_a_reason_is_asked_again(alice: Client, held: TitrationPlan) -> None:
    page = alice.post(address(held, "step_release", first(held).pk), {"release-reason": "ok"})
    assert page.status_code == 422
    assert 'href="#id_release-reason"' in page.content.decode()
    assert first(held).state == StepState.HELD


def test_a_release_over_news_that_was_not_read_is_a_conflict(
    alice: Client, held: TitrationPlan, report: Report
) -> None:
    mark = alice.get(address(held)).context["outlook"].mark
    report(first(held).due_on, hour=10, q1_sleepiness=4)
    page = alice.post(address(held, "step_release", first(held).pk), {"release-reason": REASON, "seen": mark})
    assert page.status_code == 409
    assert "An alert is open: symptoms reported." in words(page)


def test_a_dose_that_moved_leaves_only_a_new_plan(alice: Client, held: TitrationPlan, baclofen: Prescription) -> None:
    baclofen.dose_periods.update(amounts=["10", "10"])
    page = words(alice.get(address(held)))
    assert "It cannot be released" in page
    assert "Release step" not in page
    assert "Plan anew from here" in page


def test_planning_anew_begins_from_the_same_medicine_and_direction(
    alice: Client, held: TitrationPlan, baclofen: Prescription
) -> None:
    answer = alice.post(address(held, "plan_replan"))
    assert answer["Location"] == start(baclofen)
    page = alice.get(answer["Location"])
    assert "goes on until the new one is signed" in words(page)


def test_what_cannot_be_planned_anew_says_why(alice: Client, held: TitrationPlan, baclofen: Prescription) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(state="awaiting_acknowledgement")
    page = alice.post(address(held, "plan_replan"))
    assert page.status_code == 409
    assert "Its prescription is not active." in words(page)


def test_a_plan_is_cancelled_with_a_reason(alice: Client, held: TitrationPlan) -> None:
    cancel = address(held, "plan_cancel")
    assert alice.post(cancel, {"cancel-reason": ""}).status_code == 422
    assert alice.post(cancel, {"cancel-reason": REASON}).status_code == 302
    assert alice.post(cancel, {"cancel-reason": REASON}).status_code == 302
    assert alice.post(cancel, {"cancel-reason": "Another reason now."}).status_code == 409
    assert AuditEvent.objects.filter(action="plan.cancel").count() == 1
    page = words(alice.get(address(held)))
    assert REASON in page
    assert "Release step" not in page


# --- doors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("outsider", 404), ("patient_user", 403), ("admin", 403)]
)
def test_nobody_else_sees_or_steers_a_plan(
    request: pytest.FixtureRequest, client: Client, rising: TitrationPlan, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who))
    pages = ["plan_detail", "plan_edit"]
    deeds = ["plan_edit", "plan_sign", "plan_cancel", "plan_replan", "plan_pause", "plan_resume", "plan_roll_back"]
    assert {client.get(address(rising, name)).status_code for name in pages} == {status}
    assert {client.post(address(rising, name), {"cancel-reason": REASON}).status_code for name in deeds} == {status}
    release = address(rising, "step_release", first(rising).pk)
    assert client.post(release, {"release-reason": REASON}).status_code == status
    rising.refresh_from_db()
    assert rising.state == PlanState.SIGNED


def test_a_plan_is_not_found_under_another_patient(
    alice: Client, rising: TitrationPlan, other_patient: Patient, clinician: User
) -> None:
    assert alice.get(reverse("plan_detail", args=[other_patient.pk, rising.pk])).status_code == 404
    release = reverse("step_release", args=[rising.patient_id, rising.pk, other_patient.pk])
    assert alice.post(release, {"release-reason": REASON}).status_code == 404


@pytest.mark.parametrize("name", ["sign", "cancel", "replan", "pause", "resume", "roll_back"])
def test_deeds_are_not_done_by_looking(alice: Client, rising: TitrationPlan, name: str) -> None:
    assert alice.get(address(rising, f"plan_{name}")).status_code == 405


def test_the_list_asks_the_database_as_often_for_many_plans_as_for_one(
    alice: Client, patient: Patient, draw: Draw, django_assert_num_queries: Any
) -> None:
    path = reverse("plan_list", args=[patient.pk])
    draw()
    alice.get(path)
    with django_assert_num_queries(LIST_QUERIES):
        alice.get(path)
    for _ in range(5):
        draw(DOWN, direction="taper")
    with django_assert_num_queries(LIST_QUERIES):
        alice.get(path)


def test_a_plan_asks_the_database_as_often_for_many_steps_as_for_one(
    alice: Client, draw: Draw, django_assert_num_queries: Any
) -> None:
    many = draw(tuple((3 + 7 * n, (31 + n,)) for n in range(12)))
    one = draw(((3, (35,)),))
    alice.get(address(one))
    for plan in (one, many):
        with django_assert_num_queries(DRAFT_QUERIES):
            alice.get(address(plan))
