"""What if: each option is the regimen after its changes, screened as it would be once they are made."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from interactions.checking import (
    Adjustment,
    EarlierDose,
    Exposure,
    Route,
    Severity,
    Unresolved,
    read_entry,
)
from interactions.checking.matching import Cell, Relation, Row
from interactions.checking.redosing import read_redose
from interactions.checking.what_if import (
    Add,
    Change,
    ChangeDose,
    ChangeError,
    ChangeRoute,
    Comparison,
    Drop,
    Line,
    Option,
    Replace,
    compare,
    line_of,
)
from tests.interactions.checking.cases import LONG_AGO, ON, amitriptyline, baclofen, day, mg, patient, take

YESTERDAY = ON - timedelta(days=1)


def line(*exposures: Exposure) -> Line:
    return Line(name=exposures[0].ingredient, exposures=exposures)


BACLOFEN, AMITRIPTYLINE = line(baclofen()), line(amitriptyline())
TIZANIDINE = line_of(read_entry("tizanidine 2 mg tds", route="oral"))


def ask(*changes: Change, lines: tuple[Line, ...] = (BACLOFEN, AMITRIPTYLINE), **facts: Any) -> Comparison:
    return compare(lines, patient(**facts), ON, [Option(label="A", changes=changes)])


def row(comparison: Comparison, code: str) -> Row:
    (found,) = [each for each in comparison.rows if each.finding.code == code]
    return found


def cell(comparison: Comparison, code: str) -> Cell:
    return row(comparison, code).cells[0]


# What becomes of a line


def test_a_dropped_medicine_was_last_taken_the_day_before_and_washes_out() -> None:
    comparison = ask(Drop(line=1))

    (dropped,) = comparison.options[0].lines[1].exposures
    assert dropped.end == YESTERDAY
    pair = cell(comparison, "PAIR_CNS")
    assert pair.relation is Relation.WASHING_OUT
    assert pair.until == YESTERDAY + timedelta(days=10)
    assert pair.words == "only while it washes out, until 24 June 2026"
    assert comparison.options[0].screening.overall != "none"


def test_baclofen_dropped_without_a_taper_says_withdrawal() -> None:
    withdrawal = cell(ask(Drop(line=0)), "WITHDRAWAL")

    assert withdrawal.relation is Relation.NEW
    assert withdrawal.hazard is not None
    assert withdrawal.hazard.loudest.severity == "major"


def test_a_taper_of_an_earlier_course_does_not_hide_that_this_one_ends_without() -> None:
    comparison = ask(Drop(line=0), baclofen_taper=True)

    assert cell(comparison, "WITHDRAWAL").relation is Relation.NEW


def test_a_taper_that_the_option_holds_is_believed() -> None:
    context = patient(baclofen_taper=True)
    option = Option(label="A", changes=(Drop(line=0),), context=context)

    assert all(each.finding.code != "WITHDRAWAL" for each in compare([BACLOFEN], context, ON, [option]).rows)


def test_a_dropped_plan_was_never_taken_and_leaves_nothing_behind() -> None:
    planned = line(amitriptyline(start=ON + timedelta(days=3)))
    comparison = ask(Drop(line=1), lines=(BACLOFEN, planned))

    assert row(comparison, "PAIR_CNS").today is not None
    assert cell(comparison, "PAIR_CNS").relation is Relation.GONE
    assert len(comparison.options[0].lines) == 1


def test_a_later_last_day_is_still_taken_today_and_said_for_the_day_to_come() -> None:
    comparison = ask(Drop(line=0, from_day=ON + timedelta(days=4)))

    assert cell(comparison, "PAIR_CNS").relation is Relation.SAME
    withdrawal = cell(comparison, "WITHDRAWAL")
    assert withdrawal.relation is Relation.NEW
    assert withdrawal.starts == ON + timedelta(days=4)
    assert withdrawal.words == "new, from 19 June 2026"


def test_a_dose_changes_on_a_day_and_the_old_one_ends_the_day_before() -> None:
    comparison = ask(ChangeDose(line=0, doses=(mg(5, 5, 5),)))

    (taken,) = comparison.options[0].lines[0].exposures
    assert (taken.start, taken.end, taken.dose) == (LONG_AGO, None, mg(5, 5, 5))
    assert taken.earlier == (EarlierDose(mg(10, 10, 10), YESTERDAY, LONG_AGO),)
    assert cell(comparison, "WITHDRAWAL").relation is Relation.NEW, "half of the dose in one step"


def test_a_dose_to_come_is_said_for_its_day() -> None:
    day_to_come = ON + timedelta(days=4)
    comparison = ask(ChangeDose(line=1, doses=(mg(200, 200),), from_day=day_to_come))

    before, after = comparison.options[0].lines[1].exposures
    assert (before.end, before.dose) == (day_to_come - timedelta(days=1), mg(25))
    assert (after.start, after.dose, after.earlier) == (day_to_come, mg(200, 200), ())


def test_a_dose_of_a_plan_changes_in_place() -> None:
    planned = amitriptyline(start=ON + timedelta(days=3))
    (changed,) = ask(ChangeDose(line=0, doses=(mg(10),)), lines=(line(planned),)).options[0].lines[0].exposures

    assert changed == replace(planned, dose=mg(10))


def test_an_unknown_start_stays_unknown_before_the_change() -> None:
    before, after = ask(
        ChangeRoute(line=0, route=Route.TOPICAL), lines=(line(baclofen(start=None)),)
    ).options[0].lines[0].exposures  # fmt: skip

    assert (before.start, before.end, before.route) == (None, YESTERDAY, Route.ORAL)
    assert (after.start, after.route) == (ON, Route.TOPICAL)


def test_a_route_for_the_skin_makes_the_pair_milder_once_the_tablets_have_washed_out() -> None:
    changes = [ChangeRoute(line=place, route=Route.TOPICAL) for place in (0, 1)]
    soon = ask(*changes)
    later = ask(*(replace(each, from_day=date(2026, 5, 1)) for each in changes))

    assert cell(soon, "PAIR_CNS").relation is Relation.WASHING_OUT
    assert cell(later, "PAIR_CNS").relation is Relation.GONE
    assert cell(later, "LOCAL").relation is Relation.NEW


def test_a_replacement_begins_when_the_line_has_ended() -> None:
    comparison = ask(Replace(line=0, new=TIZANIDINE))

    kept, amitriptyline_line, new = comparison.options[0].lines
    assert [each.end for each in kept.exposures] == [YESTERDAY]
    assert [each.start for each in new.exposures] == [ON]
    assert amitriptyline_line == AMITRIPTYLINE
    codes = {each.code for each in comparison.options[0].screening.findings}
    assert {"WITHDRAWAL", "ORTHO"} <= codes


def test_two_changes_of_one_line_follow_each_other() -> None:
    changes = (ChangeDose(line=0, doses=(mg(10, 10),)), ChangeRoute(line=0, route=Route.ENTERAL))
    before, after = ask(*changes).options[0].lines[0].exposures

    assert (before.end, before.route, before.dose) == (YESTERDAY, Route.ORAL, mg(10, 10, 10))
    assert (after.start, after.dose, after.route) == (ON, mg(10, 10), Route.ENTERAL)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Drop(line=2), "line"),
        (Drop(line=-1), "line"),
        (ChangeDose(line=0, doses=()), "doses"),
        (ChangeDose(line=0, doses=(mg(5), mg(5))), "doses"),
    ],
)
def test_a_change_that_cannot_be_made_is_named(change: Change, field: str) -> None:
    with pytest.raises(ChangeError) as raised:
        ask(Add(new=TIZANIDINE), change)
    assert (raised.value.change, raised.value.field) == (1, field)


def test_what_has_ended_cannot_be_changed_again() -> None:
    for change in (Drop(line=0), ChangeDose(line=0, doses=(mg(5),)), Replace(line=0, new=TIZANIDINE)):
        with pytest.raises(ChangeError, match="already ended"):
            ask(change, lines=(line(baclofen(end=day(1))),))


# What could not be told


def test_a_line_that_was_not_understood_stays_a_question_when_it_is_dropped() -> None:
    strange = Line(name="zorbifax", unresolved=(Unresolved(entered="zorbifax"),))
    comparison = ask(Drop(line=1), lines=(BACLOFEN, strange))

    assert [each.entered for each in comparison.options[0].screening.unresolved] == ["zorbifax"]
    with pytest.raises(ChangeError, match="not understood"):
        ask(ChangeRoute(line=1, route=Route.ORAL), lines=(BACLOFEN, strange))


def test_a_hazard_is_not_gone_where_what_came_instead_could_not_be_checked() -> None:
    planned = line(amitriptyline(start=ON + timedelta(days=3)))
    strange = line_of(read_entry("zorbifax 5 mg"))
    comparison = ask(Replace(line=1, new=strange), lines=(BACLOFEN, planned))

    pair = cell(comparison, "PAIR_CNS")
    assert pair.relation is Relation.NOT_FOUND
    assert "could not be checked" in pair.words


# Which hazard is which


def test_a_stack_that_loses_one_of_its_medicines_stays_the_same_stack() -> None:
    extra = line(take("lorazepam", mg(1), end=None)), line(take("zopiclone", mg("7.5")))
    comparison = ask(Drop(line=3, from_day=day(1)), lines=(BACLOFEN, AMITRIPTYLINE, *extra))

    stack = cell(comparison, "CNS_STACK")
    assert row(comparison, "CNS_STACK").today is not None
    assert stack.left == ("zopiclone",)
    assert stack.joined == ()
    assert [factor.factor for factor in cell(ask(Add(new=extra[0])), "PAIR_CNS").added]


def test_two_options_with_the_same_new_hazard_share_its_row() -> None:
    options = [
        Option(label="A", changes=(Add(new=line(take("lorazepam", mg(1)))),)),
        Option(label="B", changes=(Add(new=line(take("diazepam", mg(5)))),)),
        Option(label="C", changes=()),
    ]
    comparison = compare([BACLOFEN, AMITRIPTYLINE], patient(), ON, options)

    stack = row(comparison, "CNS_STACK")
    assert stack.today is None
    assert [each.relation for each in stack.cells] == [Relation.NEW, Relation.NEW, Relation.ABSENT]


def test_worse_and_milder_are_said_in_words() -> None:
    added = ask(Add(new=line(take("morphine", mg(10, 10)))))

    assert cell(added, "PAIR_CNS").words == "worse than today"
    back = compare(added.options[0].lines, patient(), ON, [Option(label="A", changes=(Drop(line=2, from_day=day(1)),))])
    assert cell(back, "PAIR_CNS").words == "milder than today"
    assert {each.factor for each in cell(back, "PAIR_CNS").removed} >= {"opioid"}


def test_what_fades_today_and_goes_on_in_an_option_is_worse() -> None:
    fading = line(amitriptyline(end=day(10)))
    comparison = ask(Add(new=line(amitriptyline(start=ON))), lines=(BACLOFEN, fading))

    assert cell(comparison, "PAIR_CNS").relation is Relation.WORSE


# Another dose, in words


def test_a_dose_is_read_for_each_ingredient() -> None:
    assert read_redose("25 mg nocte", ["amitriptyline"]).doses == (mg(25),)
    assert read_redose("as before", ["amitriptyline"]).doses == ()
    assert read_redose("30 mg bd", ["paracetamol", "codeine"]).doses == ()
    counted = read_entry("Tylenol 3")
    read = read_redose("2 tablets tds", counted.resolution.ingredients, counted.resolution.strengths)
    assert len(read.doses) == len(counted.resolution.ingredients) > 1
    assert all(dose is not None for dose in read.doses)


def test_what_a_reader_would_not_guess_is_no_dose() -> None:
    read = read_redose("-5 mg tds", ["baclofen"])
    assert read.doses == ()
    assert read.problems


def test_the_clinics_own_severities_count_on_every_side() -> None:
    own = {"R01": Adjustment(rule="R01", severity=Severity.MAJOR, reason="local policy", since=day(1))}
    comparison = compare([BACLOFEN, AMITRIPTYLINE], patient(), ON, [Option(label="A", changes=())], adjustments=own)

    pair = row(comparison, "PAIR_CNS")
    assert pair.today is not None
    assert pair.today.loudest.severity == "major"
    assert pair.cells[0].relation is Relation.SAME


def test_what_is_only_planned_is_not_said_of_now() -> None:
    coming = take("phenelzine", start=ON + timedelta(days=30))
    hazard = cell(ask(Add(new=line(coming))), "MAOI").hazard
    assert hazard is not None
    assert hazard.now is None
    assert [each.starts for each in hazard.coming] == [ON + timedelta(days=30)]
