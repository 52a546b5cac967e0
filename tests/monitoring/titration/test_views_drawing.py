"""Pages on which a plan is drawn up: what they show, and what they answer to a slip."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.titration.models import TitrationPlan
from tests.monitoring.titration.conftest import (
    DOWN,
    Draw,
    address,
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


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"halves_1": "", "target": "40"}, "change", "35 mg a day cannot be made of 10 mg (whole only) in 3 doses."),
        ({"target": "37"}, "target", "The nearest that can is 35 mg or 40 mg a day."),
        ({"strength_1": ""}, "strength_1", "Fill this in, or choose a labelled schedule."),
        ({"strength_1": "0"}, "strength_1", "greater than or equal to 0.01"),
        ({"strength_1": "5000"}, "strength_1", "less than or equal to 1000"),
        ({"strength_2": "10"}, "strength_2", "This strength is written twice."),
        ({"halves_2": "on"}, "strength_2", "Write the strength of the tablet that can be halved."),
        ({"source": "baclofen_up_us", "halves_1": "", "strength_1": "25"}, "strength_1", "Step 1: 45 mg a day cannot"),
    ],
)
def test_what_the_tablets_cannot_make_is_refused_at_its_field(
    alice: Client, baclofen: Prescription, change: dict[str, str], field: str, said: str
) -> None:
    sent = {**NUMBERS, "starts_on": "2026-06-18", "policy": "advance_when_clear", **change}
    page = alice.post(start(baclofen), sent)
    assert page.status_code == 422
    assert said in " ".join(page.context["form"].errors[field]).replace("\u00a0", " ")
    assert page.context["form"]["strength_1"].value() == sent["strength_1"]
    assert not TitrationPlan.objects.exists()


def test_a_plan_keeps_its_tablets_and_shows_each_dose_as_tablets(alice: Client, baclofen: Prescription) -> None:
    sent = {**NUMBERS, "starts_on": "2026-06-18", "policy": "advance_when_clear", "strength_2": "25"}
    alice.post(start(baclofen), sent)
    plan = TitrationPlan.objects.get()
    assert plan.tablets == [{"strength": "10", "halves": True}, {"strength": "25", "halves": False}]
    page = words(alice.get(address(plan)))
    assert "1 × 10 mg + ½ × 10 mg" in page
    assert "Made of 10 mg (whole or halved) and 25 mg (whole only)." in page


def test_the_tablets_of_an_earlier_plan_are_there_already(alice: Client, baclofen: Prescription) -> None:
    alice.post(start(baclofen), {**NUMBERS, "starts_on": "2026-06-18", "policy": "advance_when_clear"})
    first_values = alice.get(start(baclofen)).context["form"].initial
    assert (first_values["strength_1"], first_values["halves_1"], first_values["doses"]) == (10, True, 3)


def test_a_plan_of_unknown_tablets_says_that_none_was_checked(alice: Client, draw: Draw) -> None:
    assert "tablets are not known: no dose was checked against them" in words(alice.get(address(draw())))


def test_a_taper_is_drawn_up_at_a_pace(alice: Client, baclofen: Prescription) -> None:
    sent = {"source": "baclofen_taper_weekly:gentle", "starts_on": "2026-06-16", "policy": "confirm_each"}
    alice.post(start(baclofen, "taper"), sent)
    plan = TitrationPlan.objects.get()
    assert (plan.template, plan.speed) == ("baclofen_taper_weekly", "gentle")
    assert [str(step.daily) for step in plan.steps.all()] == ["25", "20", "15", "10", "5", "0"]
    assert "at a gentle pace" in words(alice.get(address(plan)))


def test_each_pace_says_where_it_ends_and_what_it_rests_on(alice: Client, baclofen: Prescription) -> None:
    page = words(alice.get(start(baclofen, "taper")))
    assert "Gentle: 5 mg a day less each week" in page
    assert "6 steps, none from 21 Jul 2026." in page
    assert "Within the limits of the usual pace: judgement, not a published finding, S06, S07." in page


def test_the_page_says_why_the_gentler_way_is_proposed(alice: Client, baclofen: Prescription, patient: Patient) -> None:
    baclofen.dose_periods.update(amounts=["5"])
    Patient.objects.filter(pk=patient.pk).update(egfr=None, egfr_on=None, birth_date=date(1950, 1, 1))
    assert "Proposed: 76 years old, eGFR not known." in words(alice.get(start(baclofen)))


def test_a_plan_is_drawn_anew_from_the_steps_that_are_left(alice: Client, rising: TitrationPlan, now: datetime) -> None:
    rising.steps.filter(number=1).update(state="advanced", settled_at=now, decision={"decision": "advance"})
    rising.prescription.dose_periods.update(amounts=["10", "10", "15"])
    again = alice.post(address(rising, "plan_replan"))
    form = alice.get(again["Location"]).context["form"]
    assert form.initial["source"] == "left"
    sent = {"source": "left", "starts_on": "2026-07-01", "policy": rising.policy}
    alice.post(again["Location"], sent)
    plan = TitrationPlan.objects.get(version=2)
    assert plan.state == "draft"
    assert [(str(step.due_on), step.amounts) for step in plan.steps.all()] == [
        ("2026-07-01", ["10", "15", "15"]), ("2026-07-08", ["15", "15", "15"])
    ]  # fmt: skip


def test_steps_of_the_other_direction_are_not_what_is_left(alice: Client, rising: TitrationPlan) -> None:
    form = alice.get(start(rising.prescription, "taper")).context["form"]
    assert form.ground.left is None
    assert "left" not in dict(form.fields["source"].choices)


def test_no_plan_goes_on_after_the_end_of_its_medicine(alice: Client, baclofen: Prescription) -> None:
    Prescription.objects.filter(pk=baclofen.pk).update(ends_on=date(2026, 6, 30))
    page = alice.post(start(baclofen), {**NUMBERS, "starts_on": "2026-06-18", "policy": "advance_when_clear"})
    assert page.status_code == 422
    assert "before the last step" in page.context["form"].errors["starts_on"][0]


def test_a_first_step_is_proposed_a_week_after_the_other_medicine_changed(
    alice: Client, baclofen: Prescription, give: Any, answer: Any, today: date
) -> None:
    answer(give("amitriptyline", starts_on=today))
    page = alice.get(start(baclofen))
    assert page.context["form"].initial["starts_on"] == today + timedelta(days=7)
    assert "Amitriptyline changed on 15 Jun 2026: one change at a time." in words(page)


@pytest.mark.parametrize("query", ["", "?prescription=x", "?prescription=00000000-0000-0000-0000-000000000000"])
def test_a_new_plan_needs_a_prescription_of_this_patient(
    alice: Client, patient: Patient, baclofen: Prescription, query: str
) -> None:
    assert alice.get(reverse("plan_new", args=[patient.pk]) + query).status_code == 404
