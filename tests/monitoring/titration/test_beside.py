"""One of the two medicines changes at a time, and never do both end together, unless somebody writes why."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from interactions.medicines import Dose
from monitoring.formatting import day_text
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import PlanRefusedError, draft_plan, release_step, sign_plan
from monitoring.titration.models import TitrationPlan
from monitoring.titration.queries.beside import others_of
from monitoring.titration.rules.beside import OtherMedicine, latest_change, pair_rails
from monitoring.titration.rules.reading import evidence_lines
from monitoring.titration.schedule import PlannedStep
from tests.monitoring.regimens.conftest import mg
from tests.monitoring.titration.conftest import (
    DOWN,
    REASON,
    Draw,
    Morning,
    Report,
    address,
    at,
    first,
    held_for,
    planned,
    reasons_for,
    words,
)

NAME = "Amitriptyline"
TODAY = date(2026, 6, 15)
Give = Callable[..., Prescription]


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def step(offset: int, *amounts: int) -> PlannedStep:
    return PlannedStep(day(offset), tuple(map(Decimal, amounts)))


@pytest.mark.parametrize("apart", range(-8, 9))
def test_a_change_of_the_other_within_a_week_needs_a_reason(apart: int) -> None:
    found = pair_rails([step(20, 10)], [OtherMedicine(NAME, (day(20 + apart),))])
    assert [(breach.rule, breach.step) for breach in found] == ([("both_change", 1)] if abs(apart) < 7 else [])
    assert all(not breach.hard and breach.evidence == "judgement" for breach in found)


def test_the_nearest_change_is_the_one_named() -> None:
    (breach,) = pair_rails([step(20, 10)], [OtherMedicine(NAME, (day(15), day(22)))])
    assert breach.text.startswith("Amitriptyline changes 2 days after, 7\u00a0Jul\u00a02026.")


@pytest.mark.parametrize(
    ("ends", "together"),
    [
        ((day(10), day(40)), True),
        ((day(30), day(30)), True),
        ((day(-40), day(2)), True),
        ((day(-40), day(-4)), False),
        ((day(45), day(60)), False),
        (None, False),
    ],
)
def test_both_to_nothing_at_once_needs_a_reason(ends: tuple[date, date] | None, together: bool) -> None:
    taper = [step(3, 10), step(17, 5), step(31)]
    found = [each.rule for each in pair_rails(taper, [OtherMedicine(NAME, (), ends)])]
    assert found == (["both_stop"] if together else [])


def test_a_taper_that_stays_at_a_dose_ends_nothing() -> None:
    assert pair_rails([step(3, 10), step(17, 5)], [OtherMedicine(NAME, (), (day(3), day(31)))]) == []


def test_the_latest_change_so_far() -> None:
    others = [OtherMedicine(NAME, (day(-30), day(-2), day(4)))]
    assert latest_change(others, TODAY) == (NAME, day(-2))
    assert latest_change([OtherMedicine(NAME)], TODAY) is None


# --- from the tables -------------------------------------------------------------------------------------------


@pytest.fixture
def amitriptyline(give: Give, answer: Callable[[Prescription], Prescription]) -> Prescription:
    return answer(give("amitriptyline", Dose((Decimal(25),), "mg"), starts_on=date(2026, 1, 1)))


@pytest.fixture
def falling(amitriptyline: Prescription, clinician: User, now: datetime, today: date) -> TitrationPlan:
    """A signed taper of amitriptyline to none, with steps after 3 and 17 days."""
    plan = draft_plan(
        prescription=amitriptyline, direction="taper", steps=planned(today, ((3, (10,)), (17, ()))), template=None,
        policy="confirm_each", note="", by=clinician, now=now,
    )  # fmt: skip
    return sign_plan(plan=plan, exceptions=reasons_for(plan, today), by=clinician, now=now)


@pytest.mark.django_db
def test_the_other_medicine_is_read_with_its_plan(
    baclofen: Prescription, falling: TitrationPlan, amitriptyline: Prescription, today: date
) -> None:
    (other,) = others_of(baclofen, today)
    steps = (today + timedelta(days=3), today + timedelta(days=17))
    assert other == OtherMedicine(NAME, (date(2026, 1, 1), *steps), steps)
    assert others_of(amitriptyline, today)[0].ends is None


@pytest.mark.django_db
def test_what_is_on_the_skin_and_what_was_taken_back_does_not_count(
    baclofen: Prescription, amitriptyline: Prescription, today: date
) -> None:
    Prescription.objects.filter(pk=amitriptyline.pk).update(route="topical")
    assert others_of(baclofen, today) == ()


@pytest.mark.django_db
def test_a_plan_beside_a_change_is_signed_with_a_reason_only(
    baclofen: Prescription, falling: TitrationPlan, draw: Draw, clinician: User, now: datetime, today: date
) -> None:
    plan = draw(DOWN, direction="taper")
    reasons = reasons_for(plan, today)
    assert {"both_change", "both_stop"} <= reasons.keys()
    with pytest.raises(PlanRefusedError, match="Taper one first"):
        sign_plan(plan=plan, exceptions={**reasons, "both_stop": " "}, by=clinician, now=now)
    signed = sign_plan(plan=plan, exceptions=reasons, by=clinician, now=now)
    kept = {each["rule"]: each["reason"] for each in signed.guard_exceptions}
    assert kept["both_change"] == kept["both_stop"] == REASON


@pytest.mark.django_db
def test_the_page_asks_why_both_change(
    alice: Any, patient: Patient, baclofen: Prescription, falling: TitrationPlan, draw: Draw
) -> None:
    page = words(alice.get(address(draw())))
    assert "Why change both medicines at once?" in page
    assert "Less than 7 days apart" in page


# --- at the gate -------------------------------------------------------------------------------------------------


def change(prescription: Prescription, amount: int, on: date, by: User) -> None:
    """Somebody changes a dose by hand on that day."""
    prescription.refresh_from_db()
    change_dose(
        prescription=prescription, dose=mg(amount), sig="", from_day=on, by=by, now=at(prescription.patient, on, 9),
        expected_version=prescription.version,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("plan_name", "days"), [("rising", 6), ("taper", 1)])
def test_a_step_up_or_down_waits_while_the_other_has_just_changed(
    plan_name: str, days: int, amitriptyline: Prescription, report: Report, morning: Morning, clinician: User,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    # given a signed plan, and the other medicine lowered days before its second step
    plan = request.getfixturevalue(plan_name)
    report(first(plan).due_on - timedelta(days=1))
    morning(first(plan))
    assert first(plan).state == "advanced"
    step = plan.steps.get(number=2)
    change(amitriptyline, 10, step.due_on - timedelta(days=days), clinician)
    report(step.due_on - timedelta(days=1), hour=12)
    # when the step is due
    morning(step)
    # then it waits for a clinician, and says which medicine changed and when
    assert held_for(step) == {"both_changed"}
    assert step.decision["reasons"][0]["text"].startswith(f"Amitriptyline changed {days} day")
    changed = day_text(step.due_on - timedelta(days=days))
    assert dict(evidence_lines(step.decision["saw"]))["Other medicine of the pair"].endswith(f"changed {changed}")
    release_step(step=step, reason=REASON, by=clinician, now=at(plan.patient, step.due_on, 12))


@pytest.mark.django_db
def test_a_week_after_the_other_changed_the_step_goes_on(
    rising: TitrationPlan, amitriptyline: Prescription, report: Report, morning: Morning, clinician: User
) -> None:
    report(first(rising).due_on - timedelta(days=1))
    morning(first(rising))
    step = rising.steps.get(number=2)
    change(amitriptyline, 10, step.due_on - timedelta(days=7), clinician)
    report(step.due_on - timedelta(days=1), hour=12)
    morning(step)
    assert rising.steps.get(number=2).state == "advanced"


@pytest.mark.django_db
def test_a_reason_that_was_signed_lets_both_change(
    draw: Draw, sign: Draw, amitriptyline: Prescription, report: Report, morning: Morning, clinician: User, today: date
) -> None:
    # given a change of amitriptyline today, and a plan signed after it with a reason for its first step
    change(amitriptyline, 10, today, clinician)
    plan = sign(draw())
    assert [each["step"] for each in plan.guard_exceptions if each["rule"] == "both_change"] == [1]
    report(first(plan).due_on - timedelta(days=1))
    morning(first(plan))
    assert first(plan).state == "advanced"
    # but a change that nobody had seen then is looked at
    step = plan.steps.get(number=2)
    change(amitriptyline, 25, step.due_on - timedelta(days=2), clinician)
    report(step.due_on - timedelta(days=1), hour=12)
    morning(step)
    assert held_for(step) == {"both_changed"}


@pytest.mark.django_db
def test_of_two_steps_on_one_morning_the_later_signature_counts(
    rising: TitrationPlan, amitriptyline: Prescription, report: Report, morning: Morning, clinician: User,
    now: datetime, today: date,
) -> None:  # fmt: skip
    # given a plan of the other medicine, signed after this one with the reason why both change on one day
    other = draft_plan(
        prescription=amitriptyline, direction="taper", steps=planned(today, ((3, (10,)),)), template=None,
        policy="advance_when_clear", note="", by=clinician, now=now,
    )  # fmt: skip
    sign_plan(plan=other, exceptions=reasons_for(other, today), by=clinician, now=now)
    report(first(rising).due_on - timedelta(days=1))
    # then neither waits for the other
    for plan in (other, rising):
        morning(first(plan))
    assert held_for(first(rising)) in (set(), {"no_report"})
    assert first(other).state == "advanced"
