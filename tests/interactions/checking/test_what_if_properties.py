"""What if equals do, then check: for any regimen, any patient and any change."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.checking import EarlierDose, Exposure, PatientContext, check_regimen
from interactions.checking.matching import Relation
from interactions.checking.what_if import (
    Add,
    Change,
    ChangeDose,
    ChangeError,
    ChangeRoute,
    Drop,
    Line,
    Option,
    Replace,
    changed_regimen,
    compare,
)
from tests.interactions.checking.cases import ON, mg, patient, take
from tests.interactions.checking.test_properties import doses, exposures, patients, regimens, routes
from tests.interactions.checking.test_what_if import AMITRIPTYLINE, BACLOFEN, line


def days_near() -> st.SearchStrategy[date]:
    return st.integers(-5, 20).map(lambda number: ON + timedelta(days=number))


@st.composite
def changes(draw: Any, count: int) -> Change:
    kind = draw(st.sampled_from(["drop", "dose", "route", "replace", "add"] if count else ["add"]))
    place, from_day = draw(st.integers(0, max(count - 1, 0))), draw(st.one_of(st.none(), days_near()))
    new = Line(name="new", exposures=(draw(exposures()),))
    made: dict[str, Change] = {
        "drop": Drop(line=place, from_day=from_day),
        "dose": ChangeDose(line=place, doses=(draw(doses),), from_day=from_day),
        "route": ChangeRoute(line=place, route=draw(routes), from_day=from_day),
        "replace": Replace(line=place, new=new, from_day=from_day),
        "add": Add(new=new),
    }
    return made[kind]


def do(regimen: list[Exposure], change: Change) -> list[Exposure] | None:
    """The change made by hand, as a clinician would write it into the list; None when there is nothing to change."""
    if isinstance(change, Add):
        (new,) = change.new.exposures
        return [*regimen, replace(new, start=new.start or (min(ON, new.end) if new.end else ON))]
    old, from_day = regimen[change.line], change.from_day or ON
    if old.end is not None and old.end < from_day:
        return None
    before = [] if old.start and old.start >= from_day else [replace(old, end=from_day - timedelta(days=1))]
    others = [each for place, each in enumerate(regimen) if place != change.line]
    begins = max(from_day, old.start) if old.start else from_day
    if isinstance(change, Drop):
        return [*others, *before]
    if isinstance(change, Replace):
        (new,) = change.new.exposures
        starts = new.start or (min(from_day, new.end) if new.end else from_day)
        return [*others, *before, replace(new, start=starts)]
    if isinstance(change, ChangeRoute):
        after = replace(old, route=change.route, start=begins)
    else:
        (dose,) = change.doses
        after = replace(old, dose=dose, start=begins, as_needed=old.as_needed if dose is None else dose.as_needed)
        if before and from_day <= ON:
            earlier = EarlierDose(old.dose, from_day - timedelta(days=1), old.start)
            before, after = [], replace(after, start=old.start, earlier=(earlier,))
    return [*others, old] if replace(after, start=old.start, earlier=()) == old else [*others, *before, after]


@given(st.data(), regimens, patients)
def test_what_if_is_do_then_check(data: st.DataObject, regimen: list[Exposure], who: PatientContext) -> None:
    change = data.draw(changes(len(regimen)))
    lines = [line(each) for each in regimen]
    done = do(regimen, change)
    option = Option(label="A", changes=(change,))
    if done is None:
        with pytest.raises(ChangeError):
            compare(lines, who, ON, [option])
        return

    comparison = compare(lines, who, ON, [option])

    ended = not isinstance(change, Add) and regimen[change.line].ingredient == "baclofen"
    known = replace(who, baclofen_taper=None) if ended and who.baclofen_taper else who
    assert comparison.options[0].screening == check_regimen(done, known, ON)
    assert comparison.today.screening == check_regimen(regimen, who, ON)


@given(st.data(), regimens, patients)
def test_no_finding_of_any_side_is_left_out(data: st.DataObject, regimen: list[Exposure], who: PatientContext) -> None:
    options = [
        Option(label=label, changes=(Add(new=line(each)),))
        for label, each in zip("ABCD", data.draw(st.lists(exposures(), max_size=4)), strict=False)
    ]
    comparison = compare([line(each) for each in regimen], who, ON, options)

    for place, column in enumerate([comparison.today, *comparison.options]):
        sides = [each.today if place == 0 else each.cells[place - 1].hazard for each in comparison.rows]
        shown = [
            finding
            for side in sides
            if side is not None
            for finding in ([side.now] if side.now else []) + list(side.coming)
        ]
        assert {each.identity for each in shown} == {each.identity for each in column.screening.findings}
        if not column.screening.complete:
            assert column.screening.overall != "none"


@given(regimens, patients)
def test_an_option_without_changes_is_the_same_everywhere(regimen: list[Exposure], who: PatientContext) -> None:
    lines = [line(each) for each in regimen]
    comparison = compare(lines, who, ON, [Option(label="A", changes=())])

    assert {each.cells[0].relation for each in comparison.rows} <= {Relation.SAME}
    assert changed_regimen(lines, who, ON, ()) == (tuple(lines), who)


@given(st.permutations([0, 1, 2]))
def test_the_order_of_lines_never_matters(order: list[int]) -> None:
    lines = [BACLOFEN, AMITRIPTYLINE, line(take("morphine", mg(10, 10)))]
    shuffled = [lines[place] for place in order]
    one = compare(lines, patient(), ON, [Option(label="A", changes=(Drop(line=2),))])
    other = compare(shuffled, patient(), ON, [Option(label="A", changes=(Drop(line=order.index(2)),))])

    assert one.as_dict() == other.as_dict()
