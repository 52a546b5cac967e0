"""Pages on which a plan is drawn up and its draft redrawn: what they show, and what they answer to a slip."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import redraw_plan
from monitoring.titration.models import TitrationPlan
from monitoring.titration.queries import plan_mark
from tests.monitoring.titration.conftest import (
    DOWN,
    Draw,
    address,
    first,
    planned,
    start,
    words,
)

pytestmark = pytest.mark.django_db

NUMBERS = {
    "source": "numbers",
    "target": "45",
    "change": "5",
    "every_days": "7",
    "doses": "3",
    "strength_1": "10",
    "halves_1": "on",
}


# --- list and new ----------------------------------------------------------------------------------------------


def test_the_list_shows_each_plan_with_its_next_step(alice: Client, rising: TitrationPlan, draw: Draw) -> None:
    draw(DOWN, direction="taper")
    page = words(alice.get(reverse("plan_list", args=[rising.patient_id])))
    assert "Baclofen: increase, version 1" in page
    assert "35 mg a day</span>, from" in page
    assert "Baclofen: taper, version 2" in page
    assert "not signed" in page
    assert AuditEvent.objects.filter(action="patient.read").exists()


def test_what_cannot_be_planned_says_why_and_has_no_button(
    alice: Client, baclofen: Prescription, patient: Patient
) -> None:
    baclofen.dose_periods.update(as_needed=True)
    page = words(alice.get(reverse("plan_list", args=[patient.pk])))
    assert "It is taken only when needed." in page
    assert "Increase<" not in page
    assert alice.get(start(baclofen)).status_code == 404


def test_a_labelled_schedule_shows_its_source_and_what_it_rests_on(alice: Client, baclofen: Prescription) -> None:
    page = words(alice.get(start(baclofen)))
    assert "Product label: US label of oral baclofen" in page
    assert "Judgement, not a published finding" in page
    assert "10 mg three times a day (30 mg a day in all)" in page


def test_the_gentle_schedule_is_proposed_to_who_needs_it(
    alice: Client, baclofen: Prescription, patient: Patient
) -> None:
    baclofen.dose_periods.update(amounts=["5"])
    assert alice.get(start(baclofen)).context["form"].initial["source"] == "baclofen_up_slow"
    Patient.objects.filter(pk=patient.pk).update(egfr=95, birth_date=date(1980, 1, 1))
    assert alice.get(start(baclofen)).context["form"].initial["source"] == "baclofen_up_us"


def test_a_first_step_is_proposed_for_tomorrow_so_that_a_check_in_comes_first(
    alice: Client, baclofen: Prescription, today: date
) -> None:
    assert alice.get(start(baclofen)).context["form"].initial["starts_on"] == today + timedelta(days=1)


def test_a_plan_is_drawn_up_by_numbers(alice: Client, baclofen: Prescription) -> None:
    sent = {**NUMBERS, "starts_on": "2026-06-18", "policy": "advance_when_clear"}
    answer = alice.post(start(baclofen), sent)
    plan = TitrationPlan.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == address(plan)
    assert [(str(step.due_on), step.amounts) for step in plan.steps.all()] == [
        ("2026-06-18", ["10", "10", "15"]), ("2026-06-25", ["10", "15", "15"]), ("2026-07-02", ["15", "15", "15"])
    ]  # fmt: skip


def test_a_plan_is_drawn_up_from_a_label(alice: Client, baclofen: Prescription) -> None:
    sent = {"source": "baclofen_taper_weekly", "starts_on": "2026-06-16", "policy": "confirm_each"}
    alice.post(start(baclofen, "taper"), sent)
    plan = TitrationPlan.objects.get()
    assert (plan.direction, plan.template, plan.policy) == ("taper", "baclofen_taper_weekly", "confirm_each")
    assert [str(step.daily) for step in plan.steps.all()] == ["20", "15", "10", "5", "0"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": ""}, "source"),
        ({"source": "none such"}, "source"),
        ({"starts_on": "2026-06-14"}, "starts_on"),
        ({"starts_on": "2031-01-01"}, "starts_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"target": ""}, "target"),
        ({"target": "30"}, "target"),
        ({"target": "NaN"}, "target"),
        ({"change": "0"}, "change"),
        ({"change": "-5"}, "change"),
        ({"change": "0.1"}, "change"),
        ({"every_days": "0"}, "every_days"),
        ({"doses": "9"}, "doses"),
        ({"strength_1": "7"}, "target"),
        ({"policy": ""}, "policy"),
        ({"source": "baclofen_up_slow"}, "source"),
    ],
)
def test_a_slip_is_named_by_its_field_and_nothing_typed_is_lost(
    alice: Client, baclofen: Prescription, change: dict[str, str], field: str
) -> None:
    sent = {**NUMBERS, "starts_on": "2026-06-18", "policy": "advance_when_clear", **change}
    page = alice.post(start(baclofen), sent)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert f'href="#id_{field}' in page.content.decode()
    assert "There is a problem" in words(page)
    assert page.context["form"]["every_days"].value() == sent["every_days"]
    assert not TitrationPlan.objects.exists()


@pytest.mark.parametrize("query", ["", "?prescription=x", "?prescription=00000000-0000-0000-0000-000000000000"])
def test_a_new_plan_needs_a_prescription_of_this_patient(
    alice: Client, patient: Patient, baclofen: Prescription, query: str
) -> None:
    assert alice.get(reverse("plan_new", args=[patient.pk]) + query).status_code == 404


# --- the draft -------------------------------------------------------------------------------------------------


def rows(plan: TitrationPlan, **changes: str) -> dict[str, str]:
    steps = list(plan.steps.all())
    sent = {"form-TOTAL_FORMS": str(len(steps) + 2), "form-INITIAL_FORMS": str(len(steps))}
    for place, step in enumerate(steps):
        sent |= {f"form-{place}-on": str(step.due_on), f"form-{place}-amounts": " + ".join(step.amounts) or "none"}
    return sent | {"seen": plan_mark(plan, date(2026, 6, 15))} | changes


def test_a_draft_is_redrawn_line_by_line(alice: Client, draw: Draw) -> None:
    plan = draw()
    changes = {
        "form-1-amounts": "12.5+12.5 + 15",
        "form-2-DELETE": "on",
        "form-3-on": "2026-07-20",
        "form-3-amounts": "45",
    }
    assert alice.post(address(plan, "plan_edit"), rows(plan, **changes)).status_code == 302
    assert [(str(s.due_on), s.amounts) for s in plan.steps.all()] == [
        ("2026-06-18", ["10", "10", "15"]), ("2026-06-25", ["12.5", "12.5", "15"]), ("2026-07-20", ["45"])
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"form-1-amounts": "10,15"}, "Step 2, doses of the day, mg: “10,15” is not a dose"),
        ({"form-1-amounts": "1_0"}, "Step 2, doses of the day, mg: “1_0” is not a dose"),
        ({"form-1-amounts": "1e3"}, "Step 2, doses of the day, mg: “1e3” is not a dose"),
        ({"form-1-amounts": "-5 + 10"}, "Step 2, doses of the day, mg: “-5” is not a dose"),
        ({"form-1-amounts": "0 + 10"}, "Step 2, doses of the day, mg: “0” is not a dose"),
        ({"form-1-amounts": "\u0661\u0660"}, "Step 2, doses of the day, mg: “\u0661\u0660” is not a dose"),
        ({"form-1-amounts": ""}, "Step 2, doses of the day, mg: This field is required."),
        ({"form-0-on": "2026-06-31"}, "Step 1, from: Enter a valid date."),
        ({"form-1-on": "2026-06-18"}, "Two steps are on 18 Jun 2026."),
        ({"form-3-on": "2026-07-20"}, "Step 4, doses of the day, mg: This field is required."),
        ({"form-TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
    ],
)
def test_a_slip_in_a_step_is_named_by_the_step(alice: Client, draw: Draw, changes: dict[str, str], said: str) -> None:
    plan = draw()
    page = alice.post(address(plan, "plan_edit"), rows(plan, **changes))
    assert page.status_code == 422
    assert said in words(page)
    if "form-1-amounts" in changes:
        assert page.context["formset"].forms[1]["amounts"].value() == changes["form-1-amounts"]
    assert first(plan).amounts == ["10", "10", "15"]


def test_a_line_taken_out_may_hold_anything(alice: Client, draw: Draw) -> None:
    plan = draw()
    changes = {"form-1-amounts": "nonsense", "form-1-DELETE": "on"}
    assert alice.post(address(plan, "plan_edit"), rows(plan, **changes)).status_code == 302
    assert plan.steps.count() == 2


def test_a_draft_that_changed_meanwhile_is_a_conflict(
    alice: Client, draw: Draw, colleague: User, now: datetime, today: date
) -> None:
    plan = draw()
    mine = rows(plan)
    steps = planned(today, ((3, (10, 10, 12)),))
    redraw_plan(plan=plan, steps=steps, policy=plan.policy, note="", by=colleague, now=now)
    page = alice.post(address(plan, "plan_edit"), mine)
    assert page.status_code == 409
    assert "changed after you opened the page" in words(page)
    assert plan.steps.get().amounts == ["10", "10", "12"]


def test_a_signed_plan_has_no_form_to_edit(alice: Client, rising: TitrationPlan) -> None:
    assert alice.get(address(rising, "plan_edit")).status_code == 409
    assert alice.post(address(rising, "plan_edit"), {}).status_code == 409
