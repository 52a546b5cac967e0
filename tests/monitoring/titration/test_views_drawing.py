"""Pages on which a plan is drawn up and its draft redrawn: what they show, and what they answer to a slip."""

from datetime import date, datetime, timedelta
from typing import Any

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
        ({"form-0-on": "2026-06-14"}, "Step 1, from: 14 Jun 2026 lies in the past."),
        ({"form-1-amounts": "10 + 10 + 15"}, "Step 2, doses of the day, mg: 35 mg a day is not above the 35 mg before"),
        ({"form-0-amounts": "5"}, "Step 1, doses of the day, mg: 5 mg a day is not above the 30 mg before it."),
        ({"form-0-on": "2026-07-30"}, "Step 1, doses of the day, mg: 35 mg a day is not above the 45 mg before it."),
        ({"form-1-amounts": "none"}, "Step 2, doses of the day, mg: Only the last step of a taper may be no dose"),
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


def test_two_and_a_half_tablets_that_are_not_scored_are_an_error_at_the_step(alice: Client, draw: Draw) -> None:
    plan = draw()
    TitrationPlan.objects.filter(pk=plan.pk).update(tablets=[{"strength": "10", "halves": False}])
    page = alice.post(address(plan, "plan_edit"), rows(plan, **{"form-0-amounts": "10 + 25"}))
    assert page.status_code == 422
    assert (
        "Step 1, doses of the day, mg: 25 mg cannot be made of 10 mg (whole only). "
        "The nearest that can is 20 mg or 30 mg."
    ) in words(page)
    assert page.context["formset"].forms[0]["amounts"].value() == "10 + 25"


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
