"""Changes as people write them: read, or refused at the field that is at fault."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.checking import Route, read_entry
from interactions.checking.what_if import Add, ChangeDose, ChangeRoute, Drop, Replace
from interactions.checking.wishes import Kind, Wish, WishError, given_of, read_wish
from tests.interactions.checking.cases import ON, day, mg

LINES = [
    given_of(read_entry("baclofen 10 mg tid", route="oral", start=date(2026, 1, 1))),
    given_of(read_entry("Tylenol 3 1 tablet tds")),
    given_of(read_entry("zorbifax 5 mg")),
]


def test_each_kind_of_change_is_read() -> None:
    dropped = read_wish(Wish(kind=Kind.DROP, line=0, from_day=day(20)), LINES, ON)
    assert dropped.change == Drop(line=0, from_day=day(20))
    assert read_wish(Wish(kind=Kind.DOSE, line=0, to="25 mg nocte"), LINES, ON).change == ChangeDose(
        line=0, doses=(mg(25),)
    )
    routed = read_wish(Wish(kind=Kind.ROUTE, line=0, to="on the skin"), LINES, ON)
    assert routed.change == ChangeRoute(line=0, route=Route.TOPICAL)


def test_a_new_medicine_begins_on_the_day_of_the_change() -> None:
    replaced = read_wish(Wish(kind=Kind.REPLACE, line=0, entered="tizanidine 2 mg tds", from_day=day(20)), LINES, ON)
    assert isinstance(replaced.change, Replace)
    (new,) = replaced.change.new.exposures
    assert (new.ingredient, new.start, new.dose) == ("tizanidine", day(20), mg(2, 2, 2))

    added = read_wish(Wish(kind=Kind.ADD, rxcui="57258", route="po", end=day(30)), LINES, ON)
    assert isinstance(added.change, Add)
    (new,) = added.change.new.exposures
    assert (new.ingredient, new.start, new.end, new.route) == ("tizanidine", ON, day(30), Route.ORAL)


def test_a_count_of_tablets_is_a_dose_of_each_ingredient() -> None:
    read = read_wish(Wish(kind=Kind.DOSE, line=1, to="2 tablets bd"), LINES, ON)
    assert isinstance(read.change, ChangeDose)
    assert len(read.change.doses) == len(LINES[1].ingredients)


def test_what_is_not_understood_comes_in_as_such() -> None:
    read = read_wish(Wish(kind=Kind.ADD, entered="blorbitol 5 mg"), LINES, ON)
    assert isinstance(read.change, Add)
    assert [each.entered for each in read.change.new.unresolved] == ["blorbitol 5 mg"]
    assert read.entry is not None
    assert not read.entry.resolution.resolved


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"kind": Kind.DROP}, "line"),
        ({"kind": Kind.DROP, "line": 3}, "line"),
        ({"kind": Kind.DROP, "line": -1}, "line"),
        ({"kind": Kind.DOSE, "line": 0, "to": ""}, "to"),
        ({"kind": Kind.DOSE, "line": 0, "to": "as before"}, "to"),
        ({"kind": Kind.DOSE, "line": 0, "to": "-5 mg tds"}, "to"),
        ({"kind": Kind.DOSE, "line": 1, "to": "30 mg tds"}, "to"),
        ({"kind": Kind.DOSE, "line": 2, "to": "5 mg"}, "line"),
        ({"kind": Kind.ROUTE, "line": 0, "to": "sideways"}, "to"),
        ({"kind": Kind.ROUTE, "line": 2, "to": "oral"}, "line"),
        ({"kind": Kind.REPLACE, "line": 0, "entered": "  "}, "entered"),
        ({"kind": Kind.REPLACE, "entered": "tizanidine"}, "line"),
        ({"kind": Kind.ADD}, "entered"),
        ({"kind": Kind.ADD, "entered": "x", "route": "sideways"}, "route"),
        ({"kind": Kind.ADD, "entered": "x", "end": day(1)}, "end"),
    ],
)
def test_what_cannot_be_read_is_named(wish: dict[str, Any], field: str) -> None:
    with pytest.raises(WishError) as raised:
        read_wish(Wish(**wish), LINES, ON)
    assert raised.value.field == field


@given(
    st.builds(
        Wish,
        kind=st.sampled_from(Kind),
        line=st.one_of(st.none(), st.integers(-2, 4)),
        to=st.text(max_size=40),
        entered=st.text(max_size=40),
        route=st.one_of(st.none(), st.text(max_size=10)),
    )
)
def test_any_text_at_all_is_read_or_named(wish: Wish) -> None:
    assert refused(wish) in {None, "line", "to", "entered", "route", "end"}


def refused(wish: Wish) -> str | None:
    """The field at fault; None when the wish was read."""
    try:
        read_wish(wish, LINES, ON)
    except WishError as error:
        return error.field
    return None
