"""R17 and R18: baclofen that ends, is cut or stops flowing."""

from datetime import date, timedelta
from typing import Any

import pytest

from interactions.checking import CheckInSummary, Exposure, Level, State
from tests.interactions.checking.cases import (
    ON,
    amitriptyline,
    baclofen,
    codes,
    day,
    factors,
    gel,
    only,
    pump,
    screen,
    severity,
    take,
)

OCTOBER = date(2025, 10, 1)


def weeks_before(weeks: int, end: date, *, less: int = 0) -> date:
    """The first day of a course of so many whole weeks that ends on a day."""
    return end - timedelta(days=weeks * 7 - 1 - less)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (day(15), State.ACTIVE),
        (day(14), State.ACTIVE),
        (day(8), State.ACTIVE),
        (day(7), None),
        (day(16), State.UPCOMING),
        (day(29), State.UPCOMING),
        (day(30), None),
    ],
)
def test_watched_for_seven_days_and_announced_fourteen_ahead(last: date, state: State | None) -> None:
    found = screen(baclofen(20, 20, 20, start=OCTOBER, end=last))
    assert severity(found, "WITHDRAWAL") == ("major" if state else "")
    if state:
        assert only(found, "WITHDRAWAL").state is state


@pytest.mark.parametrize(
    ("start", "expected"),
    [(weeks_before(4, day(14)), "major"), (weeks_before(4, day(14), less=1), ""), (None, "major")],
)
def test_four_weeks_of_use_or_an_unknown_time(start: date | None, expected: str) -> None:
    found = screen(baclofen(start=start, end=day(14)))
    assert severity(found, "WITHDRAWAL") == expected
    if start is None:
        assert "baclofen_start" in only(found, "WITHDRAWAL").unknown


def test_periods_one_after_the_other_are_one_course() -> None:
    periods = (
        baclofen(5, 5, 5, start=day(10, 5), end=day(20, 5)),
        baclofen(10, 10, 10, start=day(21, 5), end=day(14)),
    )
    assert severity(screen(*periods), "WITHDRAWAL") == "major"
    apart = (baclofen(start=day(1, 3), end=day(1, 4)), baclofen(start=day(1), end=day(14)))
    assert "WITHDRAWAL" not in codes(screen(*apart))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([((20, 20, 20), day(1, 5)), ((10, 10), day(14, 5)), ((5, 5), day(14))], ""),
        ([((10, 10), day(8)), ((5, 5), day(14))], "major"),  # six days of stepping down
        ([((10, 10), day(7)), ((5, 5), day(14))], ""),
        ([((20, 20, 20), day(7)), ((5, 5), day(14))], "major"),  # the step itself was a cut within the week
        ([((20, 20, 20), day(1, 5)), ((20, 20), day(14))], "major"),  # ends at 40 mg
        ([((5, 5), day(14))], "major"),  # low, but no step down
        ([((5, 5), day(1, 5)), ((10, 10), day(1)), ((5, 5), day(14))], ""),
    ],
)
def test_a_taper(steps: list[tuple[tuple[int, ...], date]], expected: str) -> None:
    start, periods = OCTOBER, []
    for amounts, end in steps:
        periods.append(baclofen(*amounts, start=start, end=end))
        start = end + timedelta(days=1)
    found = screen(*periods)
    assert severity(found, "WITHDRAWAL") == expected


def test_a_taper_that_is_known_from_elsewhere_counts() -> None:
    ended = baclofen(20, 20, 20, start=OCTOBER, end=day(14))
    assert "WITHDRAWAL" not in codes(screen(ended, baclofen_taper=True))
    assert severity(screen(ended, baclofen_taper=False), "WITHDRAWAL") == "major"
    assert "baclofen_taper" in only(screen(ended), "WITHDRAWAL").unknown


@pytest.mark.parametrize(
    ("after", "since", "expected"),
    [((10, 10), day(13), "major"), ((10, 10), day(8), "major"), ((10, 10), day(7), ""), ((20, 11), day(13), "")],
)
def test_cut_to_half_or_less_within_the_week(after: tuple[int, ...], since: date, expected: str) -> None:
    before = baclofen(20, 20, 20, start=OCTOBER, end=since - timedelta(days=1))
    found = screen(before, baclofen(*after, start=since))
    assert severity(found, "WITHDRAWAL") == expected


def test_a_small_last_step_is_no_cut() -> None:
    assert "WITHDRAWAL" not in codes(screen(baclofen(10, start=OCTOBER, end=day(12)), baclofen(5, start=day(13))))


def test_running_out_at_the_check_in() -> None:
    ran_out = CheckInSummary(level=Level.URGENT, signs=frozenset({"ran_out"}))
    assert severity(screen(baclofen(), check_in=ran_out), "WITHDRAWAL") == "major"
    assert "WITHDRAWAL" not in codes(screen(amitriptyline(), check_in=ran_out))
    assert "WITHDRAWAL" not in codes(screen(baclofen(start=day(1)), check_in=ran_out))


@pytest.mark.parametrize(
    "regimen", [(baclofen(),), (amitriptyline(end=day(14)),), (gel("baclofen", end=day(14)),), (take("metformin"),)]
)
def test_nothing_to_withdraw_from(regimen: tuple[Exposure, ...]) -> None:
    assert "WITHDRAWAL" not in codes(screen(*regimen))


def test_a_change_of_route_is_watched_too_and_milder_when_documented() -> None:
    moved = (pump(start=OCTOBER, end=day(13)), baclofen(start=day(14)))
    assert severity(screen(*moved), "WITHDRAWAL") == "major"
    assert severity(screen(*moved, events=[("baclofen_transition", day(14))]), "WITHDRAWAL") == "moderate"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (("pump_alarm", ON), "major"),
        (("missed_refill", day(1)), "major"),
        (("pump_alarm", day(31, 5)), ""),
        (("pump_failure", None), "major"),
        (("fall", ON), ""),
    ],
)
def test_the_pump(event: tuple[str, date | None], expected: str) -> None:
    assert severity(screen(pump(), events=[event]), "WITHDRAWAL") == expected


def test_the_pump_card_names_who_is_at_higher_risk_and_what_is_unknown() -> None:
    facts: dict[str, Any] = {"events": [("pump_alarm", ON), ("missed_refill", day(13))]}
    finding = only(screen(pump(), conditions={"cord_injury_high"}, **facts), "WITHDRAWAL")
    assert {"cord_injury_high", "pump_event"} <= factors(finding)
    assert "pump_medicine" in only(screen(amitriptyline(), **facts), "WITHDRAWAL").unknown


def test_a_pump_that_ran_out_is_an_emergency_now_and_not_a_washout() -> None:
    found = screen(pump(start=OCTOBER, end=day(14)), events=[("missed_refill", ON)]).findings
    (finding,) = (each for each in found if each.rule == "R18")
    assert (finding.state, finding.until, factors(finding)) == ("active", None, {"pump_event"})


@pytest.mark.parametrize("again", [day(16), day(30)])
def test_a_restart_that_is_planned_does_not_hide_the_end_before_it(again: date) -> None:
    found = screen(baclofen(start=OCTOBER, end=day(10)), baclofen(start=again), on=day(15))
    assert ("WITHDRAWAL", "major", "active") in {(each.code, each.severity, each.state) for each in found.findings}


def test_an_earlier_course_does_not_hide_the_end_of_the_last() -> None:
    first = baclofen(start=date(2025, 3, 1), end=date(2025, 4, 1))
    assert severity(screen(first, baclofen(start=OCTOBER, end=day(12)), on=day(15)), "WITHDRAWAL") == "major"
