"""Whatever the answers are: no line over a gap, every loud one in figures, as many marks as cells, no event lost."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitoring.dashboard.svg import marks_of, middles
from monitoring.dashboard.svg.parts import Scale
from monitoring.dashboard.timeline import Event, consecutive_runs, table
from tests.monitoring.dashboard.charts import FIRST, TIMELINE, TODAY, day, draw, lane

scores = st.dictionaries(st.integers(0, 55).map(day), st.integers(0, 4), max_size=40)


@given(st.lists(st.integers(0, 55), max_size=60))
def test_no_event_is_lost_and_no_two_marks_touch(ago: list[int]) -> None:
    events = tuple(Event(day(each), "info", str(each)) for each in sorted(ago, reverse=True))
    marks = marks_of(replace(TIMELINE, events=events))
    assert [event for mark in marks for event in mark.events] == list(events)
    assert {mark.row for mark in marks} <= {0, 1}
    for row in (0, 1):
        assert all(b.x - a.x >= 30 for a, b in pairwise(mark for mark in marks if mark.row == row))


@given(scores)
def test_lines_join_only_days_that_follow_each_other(given_scores: dict[date, int]) -> None:
    runs = consecutive_runs(given_scores, FIRST, TODAY)
    assert {at: score for run in runs for at, score in run} == given_scores
    for run in runs:
        assert all((b[0] - a[0]).days == 1 for a, b in pairwise(run))


@given(scores)
def test_every_answer_is_one_dot_and_one_cell(given_scores: dict[date, int]) -> None:
    timeline = replace(TIMELINE, symptoms=(lane(given_scores),))
    assert draw(timeline).count('class="dot"') == len(given_scores)
    assert sum(row.scores != ("–",) for row in table(timeline)) == len(given_scores)


@given(scores)
def test_x_never_runs_backwards_along_a_line(given_scores: dict[date, int]) -> None:
    drawn = draw(replace(TIMELINE, symptoms=(lane(given_scores),)))
    for path in re.findall(r'<path d="M([^"]+)" class="sym"', drawn):
        xs = [float(point.split()[0]) for point in path.split("L")]
        assert xs == sorted(xs)


@given(scores)
def test_every_score_at_the_limit_or_of_three_has_its_digit(given_scores: dict[date, int]) -> None:
    symptom = lane(given_scores)
    loud = sorted(score for at, score in given_scores.items() if symptom.is_loud(at))
    assert loud == sorted(score for score in given_scores.values() if score >= 3)
    digits = re.findall(
        r'class="t-strong t-over" text-anchor="middle">(\d)</text>', draw(replace(TIMELINE, symptoms=(symptom,)))
    )
    assert sorted(map(int, digits)) == loud


@given(scores)
def test_no_line_crosses_a_day_without_an_answer(given_scores: dict[date, int]) -> None:
    timeline = replace(TIMELINE, symptoms=(lane(given_scores),), missed=frozenset())
    answered = {
        str(round(x, 1)).removesuffix(".0")
        for at, x in zip(timeline.days, middles(timeline), strict=True)
        if at in given_scores
    }
    slot = Scale(FIRST, len(timeline.days)).slot
    for path in re.findall(r'<path d="M([^"]+)" class="sym"', draw(timeline)):
        points = [point.split()[0] for point in path.split("L")]
        assert set(points) <= answered
        assert all(float(b) - float(a) < 1.5 * slot for a, b in pairwise(points))
