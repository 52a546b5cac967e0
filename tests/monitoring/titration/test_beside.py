"""One of the two medicines changes at a time, and never do both end together, unless somebody writes why."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import PlanRefusedError, draft_plan, sign_plan
from monitoring.titration.models import TitrationPlan
from monitoring.titration.queries.beside import others_of
from monitoring.titration.rules.beside import OtherMedicine, latest_change, pair_rails
from monitoring.titration.schedule import PlannedStep
from tests.monitoring.titration.conftest import DOWN, REASON, Draw, address, planned, reasons_for, words

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
