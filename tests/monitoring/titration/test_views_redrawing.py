"""The page on which a draft is redrawn line by line: what it takes, and what it answers to a slip."""

from datetime import date, datetime

import pytest
from django.test import Client

from monitoring.people.models import User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import redraw_plan
from monitoring.titration.models import TitrationPlan
from monitoring.titration.queries import plan_mark
from monitoring.titration.views import previewing
from tests.monitoring.titration.conftest import Draw, address, first, planned, start, words

pytestmark = pytest.mark.django_db


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


# --- looked at while it is typed ---------------------------------------------------------------------------------


def test_what_is_typed_is_drawn_and_nothing_is_kept(alice: Client, draw: Draw) -> None:
    plan = draw()
    before = [(step.due_on, step.amounts) for step in plan.steps.all()]
    typed = rows(plan, **{"form-2-amounts": "30 + 30 + 30", "look": "yes"})
    page = alice.post(address(plan, "plan_edit"), typed)
    assert page.status_code == 200
    said = words(page)
    assert "as typed, not saved." in said
    assert "Guard rail" in said
    assert page.context["formset"][2]["amounts"].value() == "30 + 30 + 30"
    assert [lane.spans[-1].daily for lane in page.context["preview"].lanes if lane.name == "Baclofen"]
    assert [(step.due_on, step.amounts) for step in plan.steps.all()] == before


def test_the_script_gets_the_drawing_alone(alice: Client, draw: Draw) -> None:
    plan = draw()
    part = alice.post(address(plan, "plan_edit"), rows(plan, look="yes"), headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<svg" in part.text
    assert "<html" not in part.text
    assert "<form" not in part.text


def test_what_cannot_be_read_is_told_in_place_of_the_drawing(alice: Client, draw: Draw) -> None:
    plan = draw()
    typed = rows(plan, **{"form-0-amounts": "5,5", "look": "yes"})
    part = alice.post(address(plan, "plan_edit"), typed, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "Not drawn:" in part.text
    assert "“5,5” is not a dose" in words(part)
    page = alice.post(address(plan, "plan_edit"), typed)
    assert page.status_code == 422
    assert "There is a problem" in words(page)


def test_a_preview_that_cannot_be_drawn_leaves_its_table(
    alice: Client, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(preview: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(previewing, "draw", broken)
    plan = draw()
    for page in (alice.get(address(plan)), alice.get(address(plan, "plan_edit"))):
        assert page.status_code == 200
        assert "The chart could not be drawn" in page.text
        assert "<details open>" in page.text


def test_a_new_plan_shows_what_is_proposed_and_what_is_chosen(alice: Client, baclofen: Prescription) -> None:
    assert "they are drawn here" in words(alice.get(start(baclofen))), "no schedule leads on from 30 mg for Maya"
    baclofen.dose_periods.update(amounts=["5"])
    first = alice.get(start(baclofen))
    assert "as typed, not saved." in words(first)
    sent = {"source": "baclofen_up_us", "starts_on": "2026-06-18", "policy": "advance_when_clear", "look": "yes"}
    part = alice.post(start(baclofen), sent, headers={"HX-Request": "true"})
    assert "<svg" in part.text
    assert part.context["preview"].last != first.context["preview"].last
    assert not TitrationPlan.objects.exists()
    nothing = alice.post(start(baclofen), {**sent, "source": "numbers"}, headers={"HX-Request": "true"})
    assert "Not drawn:" in nothing.text
