"""Labels of a clinic's versions, and the bounds of its cadence."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.checkins.queries.protocols import cadence_of
from monitoring.checkins.rules import cadence_from
from monitoring.protocols.rules import CADENCE, Protocol, cadence_faults, figure, label_of, number_in


def test_a_label_names_release_and_number_and_fits_its_column() -> None:
    assert Protocol(3, "2026.11").version_label == "2026.11+clinic-3"
    assert Protocol().version_label == ""
    assert number_in("2026.11+clinic-3") == 3
    assert number_in("2026.11") == number_in("2026.11+clinic-x") == 0
    assert len(label_of("2026.11", 99_999)) <= 20
    with pytest.raises(ValueError, match="too long"):
        label_of("2026.11", 10**6)


@given(
    patch=st.fixed_dictionaries(
        {},
        optional={
            name: st.integers(int(setting.low or 0) - 2, int(setting.high or 0) + 2)
            for name, setting in CADENCE.items()
        },
    )
)
def test_no_allowed_cadence_asks_less_than_weekly_in_the_first_eight_weeks_or_less_after_a_stop(
    patch: dict[str, int],
) -> None:
    if list(cadence_faults(patch)):
        return
    start, rule = date(2026, 6, 1), cadence_of(patch)
    usual = cadence_from(start, rule=rule, after_stop=False)
    asked = [day for day in (start + timedelta(days=n) for n in range(200)) if usual.asks_on(day)]
    gaps = [(later - earlier).days for earlier, later in pairwise(asked)]
    assert all(gap <= 7 for gap, day in zip(gaps, asked, strict=False) if (day - start).days < 49)
    assert max(gaps) <= 28
    stopped = cadence_from(start, rule=rule, after_stop=True)
    assert sum(stopped.asks_on(start + timedelta(days=n)) for n in range(7)) == 7
    assert sum(stopped.asks_on(start + timedelta(days=n)) for n in range(35)) >= 11


@pytest.mark.parametrize(
    ("patch", "at"),
    [
        ({"daily_days": 6}, "daily_days"),
        ({"daily_days": 7}, "daily_days"),
        ({"weekly_weeks": 5}, "weekly_weeks"),
        ({"later_weeks": 5}, "later_weeks"),
        ({"daily_days_after_stop": 6}, "daily_days_after_stop"),
        ({"hourly": 1}, "hourly"),
        ({"daily_days": "7"}, "daily_days"),
        ({"daily_days": True}, "daily_days"),
    ],
)
def test_what_a_cadence_may_not_be_is_told_at_its_setting(patch: dict[str, object], at: str) -> None:
    assert [fault.setting for fault in cadence_faults(patch)] == [at]


@pytest.mark.parametrize("value", [None, "", "x", "NaN", "Infinity", "1,5", "1.55", True, 1.5])
def test_what_is_no_figure(value: object) -> None:
    assert figure(value, places=1) is None
