"""Small differences in what is written that are large ones in what is meant."""

import pytest

from interactions.checking import read_entry
from interactions.medicines import read_sig, resolve
from interactions.medicines.text import fold


@pytest.mark.parametrize("mark", list("'\u2019\u2018\u02bc`\u00b4\u2032\u02b9\uff07"))
def test_every_apostrophe_is_left_out_of_a_name(mark: str) -> None:
    assert fold(f"St John{mark}s wort") == "st johns wort"
    assert resolve(f"St John{mark}s wort").ingredients == ("st_johns_wort",)


@pytest.mark.parametrize(
    ("line", "not_told"),
    [
        ("quxxy/baclofen 10 mg", ["quxxy"]),
        ("quxxy + baclofen", ["quxxy"]),
        ("baclofen + quxxy", ["quxxy"]),
        ("baclofen/quxxy 5 mg", ["quxxy"]),
        ("quxxy 2% baclofen", ["quxxy"]),
        ("baclofen 10 mg for pain/quxxy", []),
        ("ibuprofen night 200 mg", []),
        ("ibuprofen night", ["ibuprofen night"]),
        ("ibuprofen plus 200 mg", ["ibuprofen plus"]),
    ],
)
def test_a_part_that_is_not_known_is_told_only_where_a_medicine_may_stand(line: str, not_told: list[str]) -> None:
    assert [each.entered for each in read_entry(line).unresolved] == not_told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 mg prn, max 40 mg a day", "10 mg four times a day, only when needed (at most 40 mg a day in all)"),
        ("10 mg, max 40 mg a day", "10 mg, how often not stated"),
        ("10 mg am 20 mg pm, max 40 mg a day", "10 mg in the morning and 20 mg in the evening (30 mg a day in all)"),
        ("10 mg once nightly", "10 mg at night"),
        ("10 mg once or twice a day", "10 mg twice a day (20 mg a day in all)"),
        ("10 mg once", "10 mg, how often not stated"),
        ("10 mg at 8 am", "10 mg in the morning"),
        ("10 mg at 8 pm", "10 mg at night"),
        ("10 mg at 12 am", "10 mg at night"),
        ("10 mg at 12 pm", "10 mg at midday"),
        ("10 mg thrice daily", "10 mg three times a day (30 mg a day in all)"),
        ("once a week: 10 mg in the morning and 5 mg at night", "every week: 10 mg in the morning and 5 mg at night"),
        ("twice a week: 10 mg in the morning and 5 mg at night", None),
    ],
)
def test_how_often_is_what_is_written(text: str, expected: str | None) -> None:
    dose = read_sig(text).dose
    assert (dose.describe() if dose else None) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, 4, "at night"),
        (5, 10, "in the morning"),
        (11, 13, "at midday"),
        (14, 16, "in the afternoon"),
        (17, 19, "in the evening"),
        (20, 24, "at night"),
    ],
)
def test_a_clock_time_is_a_time_of_day(first: int, last: int, expected: str) -> None:
    for hour in (first, last):
        dose = read_sig(f"10 mg at {hour}:00").dose
        assert dose is not None
        assert dose.describe() == f"10 mg {expected}"
