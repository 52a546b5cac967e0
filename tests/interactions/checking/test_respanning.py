"""One medicine from a day on: what was taken before a change is kept, with its days."""

from datetime import timedelta

import pytest

from interactions.checking import EarlierDose, Route
from interactions.checking.respanning import ended, redosed, rerouted, starting
from tests.interactions.checking.cases import LONG_AGO, ON, baclofen, day, mg

YESTERDAY = ON - timedelta(days=1)
FIRST = EarlierDose(mg(5, 5, 5), day(10), LONG_AGO)


def test_a_dose_changed_twice_keeps_both_before_it() -> None:
    (now,) = redosed(baclofen(earlier=(FIRST,)), mg(15, 15, 15), ON, ON)

    assert now.dose == mg(15, 15, 15)
    assert now.earlier == (FIRST, EarlierDose(mg(10, 10, 10), YESTERDAY, day(11)))


def test_a_change_before_the_present_dose_takes_up_the_one_of_that_day() -> None:
    (now,) = redosed(baclofen(earlier=(FIRST,)), mg(20), day(5), ON)
    assert now.earlier == (EarlierDose(mg(5, 5, 5), day(4), LONG_AGO),)

    (stopped,) = ended(baclofen(earlier=(FIRST,)), day(5))
    assert (stopped.dose, stopped.end, stopped.earlier) == (mg(5, 5, 5), day(4), ())
    assert stopped.spans() == (stopped,)


def test_an_end_after_the_present_dose_began_keeps_what_came_before() -> None:
    (stopped,) = ended(baclofen(earlier=(FIRST,)), ON)

    assert (stopped.dose, stopped.end, stopped.earlier) == (mg(10, 10, 10), YESTERDAY, (FIRST,))
    assert [each.end for each in stopped.spans()] == [day(10), YESTERDAY]


def test_another_route_begins_without_the_doses_of_the_first() -> None:
    before, after = rerouted(baclofen(earlier=(FIRST,)), Route.TOPICAL, ON)

    assert (before.route, before.end, before.earlier) == (Route.ORAL, YESTERDAY, (FIRST,))
    assert (after.route, after.start, after.earlier) == (Route.TOPICAL, ON, ())


@pytest.mark.parametrize("start", [LONG_AGO, None])
def test_what_does_not_change_stays_as_it_is(start: object) -> None:
    taken = baclofen(start=start)

    assert redosed(taken, taken.dose, ON, ON) == (taken,)
    assert redosed(taken, taken.dose, ON + timedelta(days=3), ON) == (taken,)
    assert rerouted(taken, taken.route, ON) == (taken,)


def test_a_start_is_never_after_its_own_end() -> None:
    assert starting(baclofen(start=None), ON).start == ON
    assert starting(baclofen(start=None, end=day(3)), ON).start == day(3)
    assert starting(baclofen(), ON).start == LONG_AGO


def test_what_begins_on_the_day_leaves_nothing_before_it() -> None:
    assert ended(baclofen(start=ON), ON) == ()
    assert [(each.start, each.end) for each in ended(baclofen(start=YESTERDAY), ON)] == [(YESTERDAY, YESTERDAY)]
    assert [each.start for each in rerouted(baclofen(start=ON), Route.TOPICAL, ON)] == [ON]


def test_a_dose_that_changes_on_its_first_day_was_never_another() -> None:
    assert redosed(baclofen(start=ON), mg(5), ON, ON) == (baclofen(5, start=ON),)


def test_an_end_in_the_middle_keeps_every_dose_before_it() -> None:
    second = EarlierDose(mg(5, 5, 10), day(13), day(11))
    (stopped,) = ended(baclofen(earlier=(FIRST, second)), day(13))
    assert (stopped.dose, stopped.end, stopped.earlier) == (second.dose, day(12), (FIRST,))
