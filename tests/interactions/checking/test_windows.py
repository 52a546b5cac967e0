"""Every substance of the release counts until the last day of its window, and not on the day after."""

import pytest

from interactions.checking import check_regimen
from interactions.knowledge.release import Substance
from tests.interactions.checking.cases import (
    ON,
    ago,
    amitriptyline,
    baclofen,
    codes,
    gel,
    patient,
    screen,
    severity,
    stopped,
    take,
)
from tests.interactions.checking.test_drug_by_drug import OTHERS, TRICYCLIC, expected

MARKED = [each for each in OTHERS if expected(each)]


def cards_after(key: str, days: int, **fields: object) -> dict[str, str]:
    """The cards that name a medicine last taken so many days ago, with their state."""
    line = take(key, start=ago(1000), end=ago(days), **fields)
    found = check_regimen([baclofen(), amitriptyline(), line], patient(), ON).findings
    return {each.code: each.state.value for each in found if key in each.participants}


@pytest.mark.parametrize("substance", MARKED, ids=lambda each: each.key)
def test_the_window_of_a_substance_to_the_day(substance: Substance) -> None:
    days = substance.washout_days
    assert "active" in cards_after(substance.key, 0).values()
    last = set(cards_after(substance.key, days).values())
    # Another tricyclic stands on the side of amitriptyline, which is taken today.
    assert last == {"residual" if days else "active"} or (substance.key in TRICYCLIC and last)
    assert cards_after(substance.key, days + 1) == {}


@pytest.mark.parametrize("substance", MARKED, ids=lambda each: each.key)
def test_what_is_taken_now_and_then_counts_for_a_week_at_least(substance: Substance) -> None:
    days = max(7, substance.washout_days)
    assert cards_after(substance.key, days, as_needed=True)
    assert cards_after(substance.key, days + 1, as_needed=True) == {}


@pytest.mark.parametrize(
    ("stage", "days"),
    [("ckd_2", 2), ("ckd_3a", 3), ("ckd_3", 3), ("ckd_3b", 3), ("ckd_4", 6), ("ckd_5", 9)],
)
def test_the_window_of_baclofen_by_the_stage_on_record(stage: str, days: int) -> None:
    for past, expected_severity in ((days, True), (days + 1, False)):
        found = screen(stopped(baclofen(), past), amitriptyline(), egfr=None, conditions=[stage])
        assert bool(severity(found, "PAIR_CNS")) is expected_severity


@pytest.mark.parametrize(("ingredient", "days"), [("baclofen", 1), ("amitriptyline", 3), ("nortriptyline", 10)])
def test_the_window_of_what_was_used_on_the_skin(ingredient: str, days: int) -> None:
    other = amitriptyline() if ingredient == "baclofen" else baclofen()
    flagged = [codes(screen(stopped(gel(ingredient), past), other)) for past in (days, days + 1)]
    assert [bool(each & {"PAIR_CNS", "TCA_CLASS"}) for each in flagged] == [True, False]
