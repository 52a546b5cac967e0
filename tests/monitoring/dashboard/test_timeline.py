"""The timeline draws what is known, joins nothing over a gap, and says the same in words and in rows."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitoring.dashboard.svg import chart_height, draw, event_rows
from monitoring.dashboard.timeline import (
    DoseLane,
    DoseSpan,
    Event,
    SymptomLane,
    Timeline,
    consecutive_runs,
    summary,
    table,
    window,
)

TODAY = date(2026, 6, 15)
FIRST, LAST = window(TODAY, 8)
WORDS = {0: "none", 1: "mild", 2: "some", 3: "a lot", 4: "worst"}


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def lane(scores: dict[date, int]) -> SymptomLane:
    return SymptomLane("q1_sleepiness", "Sleepy", 4, 3, WORDS, scores)


RISE = DoseLane(
    "Baclofen",
    "mg a day",
    "bac",
    (DoseSpan(FIRST, day(5), Decimal(15)), DoseSpan(day(4), TODAY, Decimal(30)),
     DoseSpan(day(-3), None, Decimal(45), planned=True)),
)  # fmt: skip
TIMELINE = Timeline(
    FIRST, TODAY, LAST, (RISE,), (lane({day(6): 1, day(5): 1, day(3): 3}),), (Event(day(3), "urgent", "Sleepy 3"),),
    frozenset({day(4)}),
)  # fmt: skip


def test_the_sentence_says_what_changed_and_what_followed_and_what_is_missing_but_never_why() -> None:
    said = summary(TIMELINE)
    assert "Last change on 11 Jun: Baclofen 15 → 30 mg a day." in said
    assert "Sleepy was at most 1 in the week before and reached 3 in the week after" in said
    assert "1 of 4 check-ins are missing." in said
    assert "caused" not in said


def test_an_empty_record_is_said_to_be_empty() -> None:
    empty = replace(TIMELINE, doses=(), symptoms=(lane({}),), missed=frozenset())
    assert summary(empty) == "No dose change in this time. No check-ins yet."


def test_a_missed_day_is_a_texture_and_never_a_zero() -> None:
    drawn = draw(TIMELINE)
    assert 'fill="url(#hatch)"' in drawn
    assert drawn.count('class="dot"') == 3
    rows = {row.day: row for row in table(TIMELINE)}
    assert rows[day(4)].scores == ("–",)
    assert rows[day(4)].note == "check-in missed"


def test_a_score_at_the_alert_line_carries_its_digit() -> None:
    assert re.search(r'class="t-strong" text-anchor="end">3</text>', draw(TIMELINE))


def test_the_plan_is_dashed_and_without_a_fill() -> None:
    drawn = draw(TIMELINE)
    assert drawn.count('class="bac planned"') == 1
    assert drawn.count('class="bac-fill"') == 2


def test_the_table_holds_every_day_up_to_today_newest_first() -> None:
    rows = table(TIMELINE)
    assert [row.day for row in rows] == [day(n) for n in range(len(rows))]
    assert rows[0].doses == ("30 mg a day",)
    assert rows[-1].doses == ("15 mg a day",)


def test_what_a_person_wrote_is_escaped() -> None:
    hostile = replace(RISE, name="<script>alert(1)</script>")
    assert "<script>" not in draw(replace(TIMELINE, doses=(hostile,)))


def test_marks_of_one_day_stand_in_rows_of_their_own() -> None:
    crowded = replace(TIMELINE, events=tuple(Event(day(3), "info", str(n)) for n in range(4)))
    assert event_rows(crowded) == (0, 1, 2, 3)
    assert chart_height(crowded) > chart_height(TIMELINE)


scores = st.dictionaries(st.integers(0, 55).map(day), st.integers(0, 4), max_size=40)


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
