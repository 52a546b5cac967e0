"""The ways a plan can be drawn: which is proposed, and the three paces of a taper."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.medicines.dosing import DosingFacts, dosing_facts
from monitoring.titration.rules import Present, guard_rails, ruling_schedule
from monitoring.titration.rules.rails import why_gentler
from monitoring.titration.rules.ways import Way, proposed_way, ways_of
from tests.monitoring.titration.test_schedule import TODAY

BACLOFEN, AMITRIPTYLINE = dosing_facts("baclofen"), dosing_facts("amitriptyline")
TAPERS = [way for facts in (BACLOFEN, AMITRIPTYLINE) for way in ways_of(facts, "taper", None)]


def offered(
    facts: DosingFacts, direction: str, *, age: int | None, egfr: int | None, daily: int = 30
) -> tuple[Way, ...]:
    """The ways in the order of the page, the proposed one first."""
    measured = None if egfr is None else Decimal(egfr)
    schedule = ruling_schedule(direction, facts, egfr=measured, age=age)
    ways = ways_of(facts, direction, schedule)
    because = why_gentler(facts, egfr=measured, age=age)
    proposed = proposed_way(ways, schedule, Decimal(daily), delicate=bool(because))
    return tuple(sorted(ways, key=lambda way: way != proposed))


@pytest.mark.parametrize(
    ("age", "egfr", "key"),
    [
        (40, 95, "baclofen_up_us"),
        (64, 60, "baclofen_up_us"),
        (65, 95, "baclofen_up_slow"),
        (None, 95, "baclofen_up_slow"),
        (40, None, "baclofen_up_slow"),
        (40, 59, "baclofen_up_slow"),
    ],
)
def test_who_may_not_bear_the_label_is_offered_the_gentler_rise_first(
    age: int | None, egfr: int | None, key: str
) -> None:
    assert offered(BACLOFEN, "up", age=age, egfr=egfr)[0].key == key


def test_amitriptyline_for_pain_stands_before_the_steps_for_depression_whoever_asks() -> None:
    for age in (30, 80, None):
        keys = [way.key for way in offered(AMITRIPTYLINE, "up", age=age, egfr=None)]
        assert keys == ["amitriptyline_up_pain", "amitriptyline_up_depression"]


def test_it_is_said_why_the_gentler_way_is_proposed() -> None:
    assert why_gentler(BACLOFEN, egfr=Decimal(45), age=71) == ("71 years old", "eGFR 45")
    assert why_gentler(BACLOFEN, egfr=None, age=None) == ("age not known", "eGFR not known")
    assert why_gentler(AMITRIPTYLINE, egfr=None, age=40) == ()


@pytest.mark.parametrize(
    ("age", "daily", "pace"), [(40, 30, "usual"), (40, 60, "usual"), (40, 65, "gentle"), (70, 30, "gentle")]
)
def test_a_taper_is_proposed_gentle_for_who_is_older_or_takes_much(age: int, daily: int, pace: str) -> None:
    assert offered(BACLOFEN, "taper", age=age, egfr=95, daily=daily)[0].pace == pace


def doses(key: str, current: int) -> list[tuple[int, int]]:
    way = next(way for way in TAPERS if way.key == key)
    return [((step.on - TODAY).days, int(step.daily)) for step in way.steps(TODAY, Decimal(current))]


def test_the_three_paces_of_baclofen() -> None:
    assert doses("baclofen_taper_weekly:gentle", 20) == [(0, 15), (7, 10), (14, 5), (21, 0)]
    assert doses("baclofen_taper_weekly", 40) == [(0, 30), (7, 20), (14, 15), (21, 10), (28, 5), (35, 0)]
    assert doses("baclofen_taper_weekly:quicker", 35) == [(0, 30), (7, 20), (14, 10), (21, 5), (28, 0)]


@pytest.mark.parametrize(
    "pace", ["baclofen_taper_weekly:gentle", "baclofen_taper_weekly", "baclofen_taper_weekly:quicker"]
)
@pytest.mark.parametrize("current", [80, 45, 30, 10])
def test_baclofen_ends_from_its_lowest_dose_at_any_pace(pace: str, current: int) -> None:
    assert [daily for _, daily in doses(pace, current)][-2:] == [5, 0]


def test_the_three_paces_of_amitriptyline() -> None:
    assert doses("amitriptyline_taper:gentle", 75) == [(0, 50), (28, 25), (56, 10), (84, 0)]
    assert doses("amitriptyline_taper", 75) == [(0, 50), (14, 25), (28, 10), (42, 0)]
    assert doses("amitriptyline_taper:quicker", 75) == [(0, 50), (7, 25), (14, 10), (21, 0)]


@given(way=st.sampled_from(TAPERS), current=st.integers(2, 200).map(lambda n: n * Decimal("2.5")))
def test_every_pace_ends_with_none_and_keeps_the_rails_of_its_schedule(way: Way, current: Decimal) -> None:
    facts = BACLOFEN if way.schedule.ingredient == "baclofen" else AMITRIPTYLINE
    steps = way.steps(TODAY, current)
    falls = [current, *(step.daily for step in steps)]
    assert falls[-1] == 0
    assert all(before > after for before, after in pairwise(falls))
    assert all(len(step.times) in {0, len(step.amounts)} for step in steps)
    present = Present(current, TODAY - timedelta(days=90))
    broken = guard_rails(
        steps, direction="taper", present=present, facts=facts, template=way.schedule, egfr=None, age=None, today=TODAY
    )
    assert {breach.rule for breach in broken} <= {"too_long"}


@given(current=st.integers(2, 40).map(lambda n: n * Decimal("2.5")))
def test_gentle_is_never_over_sooner_than_usual_nor_usual_than_quicker(current: Decimal) -> None:
    for schedule in {way.schedule.id for way in TAPERS}:
        paces = [way for way in TAPERS if way.schedule.id == schedule]
        ends = [way.steps(TODAY, current)[-1].on for way in paces]
        assert ends == sorted(ends, reverse=True)


def test_a_pace_says_what_it_is() -> None:
    said = [way.words().replace("\u00a0", " ") for way in TAPERS]
    assert said == [
        "Gentle: 5 mg a day less each week",
        "Usual. Down: 5 to 10 mg a day less each week, from 60 mg",
        "Quicker: 10 mg a day less each week",
        "Gentle: the same doses, a step every 4 weeks",
        "Usual. Down: 25 mg less every 2 weeks, then 10 mg, from 75 mg",
        "Quicker: the same doses, a step each week",
    ]
