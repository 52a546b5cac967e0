"""The guard rails of a plan: each names its limit and where that comes from."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.medicines.dosing import DosingFacts, Schedule, dosing_facts
from monitoring.titration.rules import Breach, Present, guard_rails, ruling_schedule
from monitoring.titration.schedule import MOST_STEPS, PlannedStep, from_template

TODAY = date(2026, 6, 15)
LONG_AGO = TODAY - timedelta(days=90)
BACLOFEN = dosing_facts("baclofen")
AMITRIPTYLINE = dosing_facts("amitriptyline")


def step(days: int, *amounts: int) -> PlannedStep:
    return PlannedStep(TODAY + timedelta(days=days), tuple(map(Decimal, amounts)))


def judge(
    *steps: PlannedStep,
    facts: DosingFacts = BACLOFEN,
    direction: str = "up",
    daily: int | None = 15,
    since: date | None = LONG_AGO,
    template: Schedule | None = None,
    egfr: int | str | None = 95,
    age: int | None = 50,
) -> list[Breach]:
    present = Present(None if daily is None else Decimal(daily), since)
    return list(
        guard_rails(
            steps, direction=direction, present=present, facts=facts, template=template,
            egfr=None if egfr is None else Decimal(egfr), age=age, today=TODAY,
        )
    )  # fmt: skip


def rules(found: list[Breach]) -> set[str]:
    return {breach.rule for breach in found}


def way(key: str) -> Schedule:
    return next(each for facts in (BACLOFEN, AMITRIPTYLINE) for each in facts.schedules if each.id == key)


def test_the_labelled_rise_keeps_every_rail_of_its_label() -> None:
    template = way("baclofen_up_us")
    steps = from_template(template, TODAY + timedelta(days=1), Decimal(15))
    assert judge(*steps, template=template) == []


@pytest.mark.parametrize("key", ["baclofen_taper_weekly", "amitriptyline_taper"])
def test_a_labelled_taper_keeps_every_rail_from_any_dose(key: str) -> None:
    facts = BACLOFEN if key.startswith("b") else AMITRIPTYLINE
    steps = from_template(way(key), TODAY + timedelta(days=1), Decimal(120))
    assert judge(*steps, facts=facts, direction="taper", daily=120, template=way(key), egfr=None, age=90) == []


@pytest.mark.parametrize(("amount", "broken"), [(80, set()), (81, {"limit_baclofen_oral_us"})])
def test_the_maximum_itself_is_allowed(amount: int, broken: set[str]) -> None:
    assert rules(judge(step(7, amount - 40, 40), daily=amount - 5)) == broken


def test_a_dose_above_the_maximum_names_it_and_its_source() -> None:
    (breach,) = judge(step(7, 30, 30, 30), daily=85)
    assert (breach.rule, breach.step, breach.hard) == ("limit_baclofen_oral_us", 1, False)
    assert "80 mg a day" in breach.text
    assert breach.sources == ("S08", "S06")


def test_no_reason_excuses_what_no_label_allows() -> None:
    found = judge(step(7, 35, 35, 35), daily=95)
    assert [breach.rule for breach in found if breach.hard] == ["limit_baclofen_oral_eu"]


def test_a_maximum_never_stands_in_the_way_of_a_step_down() -> None:
    assert judge(step(7, 35, 35, 40), direction="taper", daily=120, egfr=10, age=80) == []


@pytest.mark.parametrize(("age", "broken"), [(64, False), (65, True), (None, True)])
def test_older_people_have_lower_limits(age: int | None, broken: bool) -> None:
    found = judge(step(7, 15, 15, 15), daily=40, age=age)
    assert ("limit_baclofen_oral_older" in rules(found)) is broken


def test_one_large_dose_is_seen_as_well_as_the_day() -> None:
    found = judge(step(14, 100), facts=AMITRIPTYLINE, daily=75, egfr=None)
    assert rules(found) == {"limit_amitriptyline_oral_single"}


@pytest.mark.parametrize(("gap", "broken"), [(2, True), (3, False)])
def test_the_first_step_keeps_its_gap_to_the_present_dose(gap: int, broken: bool) -> None:
    found = judge(step(1, 10, 10, 10), since=TODAY + timedelta(days=1 - gap))
    assert (rules(found) == {"gap"}) is broken
    assert broken is bool(found)


def test_too_large_a_step_and_too_small_a_gap_are_named_where_they_are() -> None:
    found = judge(step(1, 10, 10, 10), step(2, 20, 20, 20))
    assert {(breach.rule, breach.step) for breach in found} == {("gap", 2), ("step_size", 2)}
    assert all(breach.sources == ("S08",) for breach in found)


@pytest.mark.parametrize(
    ("egfr", "age", "ruling"),
    [(95, 50, "baclofen_up_us"), (95, 65, "baclofen_up_slow"), (59, 50, "baclofen_up_slow"), (60, 64, "baclofen_up_us"),
     (None, 50, "baclofen_up_slow"), (95, None, "baclofen_up_slow")],
)  # fmt: skip
def test_who_may_not_bear_the_labelled_pace_is_paced_gently(egfr: int | None, age: int | None, ruling: str) -> None:
    found = ruling_schedule("up", BACLOFEN, egfr=None if egfr is None else Decimal(egfr), age=age)
    assert found is not None
    assert found.id == ruling


def test_kidneys_do_not_pace_a_medicine_that_leaves_another_way() -> None:
    found = ruling_schedule("up", AMITRIPTYLINE, egfr=None, age=50)
    assert found is not None
    assert found.id == "amitriptyline_up_pain"
    assert "egfr_unknown" not in rules(judge(step(7, 20), facts=AMITRIPTYLINE, daily=10, egfr=None))


def test_the_labelled_pace_for_an_older_person_asks_why_not_the_gentler_one() -> None:
    template = way("baclofen_up_us")
    assert "gentler" in rules(judge(step(7, 10, 10, 10), template=template, age=79))
    assert "gentler" not in rules(judge(step(7, 10, 10, 10), template=template, age=50))
    assert "gentler" not in rules(judge(step(7, 5, 5, 10), template=way("baclofen_up_slow"), age=79))


def test_a_schedule_has_a_ceiling_of_its_own() -> None:
    slow = way("baclofen_up_slow")
    assert "ceiling" not in rules(judge(step(7, 10, 10, 10), template=slow, daily=25))
    assert "ceiling" in rules(judge(step(7, 10, 10, 15), template=slow, daily=30))


def test_an_unknown_egfr_is_said_before_baclofen_rises() -> None:
    (breach,) = [each for each in judge(step(7, 5, 5, 10), egfr=None) if each.rule == "egfr_unknown"]
    assert breach.sources
    assert "egfr_unknown" not in rules(judge(step(7, 5, 5), direction="taper", egfr=None))


@pytest.mark.parametrize(
    ("egfr", "daily", "rule"),
    [("80", 75, None), ("79.9", 53, None), ("79.9", 54, "renal"), ("45", 40, None), ("45", 41, "renal"),
     ("29.9", 16, "renal_avoid"), ("14", 16, "renal_avoid")],
)  # fmt: skip
def test_reduced_kidneys_lower_the_labelled_maximum_rounded_down(egfr: str, daily: int, rule: str | None) -> None:
    found = judge(step(7, daily), daily=daily - 1, egfr=egfr)
    assert {breach.rule for breach in found if breach.rule.startswith("renal")} == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("age", "egfr", "daily", "broken"),
    [(69, 52, 20, True), (69, 52, 19, False), (69, 60, 20, False), (64, 52, 20, False), (69, None, 20, True)],
)
def test_twenty_mg_in_an_older_person_with_reduced_kidneys_needs_a_reason(
    age: int, egfr: int | None, daily: int, broken: bool
) -> None:
    found = [each for each in judge(step(7, daily), daily=daily - 1, egfr=egfr, age=age) if each.rule == "older_kidney"]
    assert bool(found) is broken
    assert all(breach.sources == ("S12", "S13") for breach in found)


def test_a_medicine_without_published_limits_says_that_nothing_was_checked() -> None:
    (breach,) = judge(step(1, 600), facts=dosing_facts("gabapentin"), daily=300)
    assert (breach.rule, breach.hard, breach.evidence) == ("not_checked", False, "not checked")


@pytest.mark.parametrize("direction", ["up", "taper"])
def test_nothing_can_be_planned_from_a_dose_that_is_not_known(direction: str) -> None:
    found = judge(step(7, 10), direction=direction, daily=None)
    assert "unknown_dose" in {breach.rule for breach in found if breach.hard}
    assert "step_size" not in rules(found)


@pytest.mark.parametrize(
    ("steps", "direction", "rule"),
    [
        ((), "up", "empty"),
        ((step(-1, 20),), "up", "past"),
        ((step(0, 20), step(0, 25)), "up", "order"),
        ((step(0, 5),), "up", "direction"),
        ((step(0, 20),), "taper", "direction"),
        ((step(0), step(7, 5)), "taper", "none"),
        ((step(0),), "up", "none"),
        (tuple(step(n, 16 + n) for n in range(MOST_STEPS + 1)), "up", "too_long"),
    ],
)
def test_what_no_reason_can_excuse(steps: tuple[PlannedStep, ...], direction: str, rule: str) -> None:
    assert rule in {breach.rule for breach in judge(*steps, direction=direction) if breach.hard}


def test_a_step_cannot_come_before_the_dose_it_follows() -> None:
    found = judge(step(1, 10, 10, 10), since=TODAY + timedelta(days=2))
    assert {breach.rule for breach in found if breach.hard} == {"order"}


@pytest.mark.parametrize(("last", "refused"), [(10, False), (15, True), (60, True)])
def test_a_taper_of_baclofen_never_ends_from_a_high_dose(last: int, refused: bool) -> None:
    found = judge(step(7), direction="taper", daily=last)
    assert ({breach.rule for breach in found if breach.hard} == {"to_none"}) is refused


@given(
    amounts=st.lists(st.integers(1, 24).map(lambda n: n * 5), min_size=1, max_size=6),
    days=st.lists(st.integers(1, 20), min_size=6, max_size=6),
    daily=st.integers(1, 24).map(lambda n: n * 5),
    egfr=st.one_of(st.none(), st.integers(5, 120)),
    age=st.integers(12, 95),
    direction=st.sampled_from(["up", "taper"]),
)
def test_a_plan_with_no_breach_is_safe_whatever_it_is(
    amounts: list[int], days: list[int], daily: int, egfr: int | None, age: int, direction: str
) -> None:
    at, steps = 0, []
    for amount, gap in zip(amounts, days, strict=False):
        at += gap
        steps.append(step(at, amount))
    if judge(*steps, daily=daily, egfr=egfr, age=age, direction=direction):
        return
    doses = [daily, *amounts]
    assert doses == sorted(set(doses), reverse=direction == "taper")
    assert all(gap >= 3 for gap in days[1 : len(steps)])
    assert all(abs(b - a) <= 15 for a, b in itertools.pairwise(doses))
    if direction == "up":
        assert egfr is not None
        assert egfr >= 30
        assert max(amounts) <= 80
        assert max(amounts) < 20 or not (age >= 65 and egfr < 60)


@given(egfr=st.integers(5, 119), amounts=st.lists(st.integers(16, 90), min_size=1, max_size=4, unique=True).map(sorted))
def test_worse_kidneys_never_break_fewer_rails(egfr: int, amounts: list[int]) -> None:
    steps = [step(7 * (n + 1), amount) for n, amount in enumerate(amounts)]
    better, worse = (judge(*steps, egfr=value) for value in (egfr + 1, egfr))
    assert len(worse) >= len(better) or "renal_avoid" in rules(worse)


def test_every_breach_of_a_published_number_names_its_source() -> None:
    found = judge(
        step(1, 40, 40, 40), step(2, 60, 60, 60), since=TODAY, egfr=45, age=80, template=way("baclofen_up_us")
    )
    published = [breach for breach in found if not breach.hard or breach.rule.startswith("limit")]
    assert rules(published) >= {"gap", "step_size", "renal", "older_kidney", "gentler", "ceiling"}
    assert all(breach.sources for breach in published)
