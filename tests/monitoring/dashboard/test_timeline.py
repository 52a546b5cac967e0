"""The timeline draws what is known, joins nothing over a gap, and says the same in words and in rows."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitoring.dashboard.svg import chart_height, marks_of, middles
from monitoring.dashboard.svg.parts import Scale
from monitoring.dashboard.timeline import (
    DoseSpan,
    Event,
    RuleSpan,
    SymptomLane,
    folded,
    readings,
    summary,
    table,
    window,
    window_from,
)
from tests.monitoring.dashboard.charts import (
    FIRST,
    GOLDEN,
    GOLDEN_TIMELINE,
    LEVELS,
    RISE,
    TIMELINE,
    TODAY,
    WORDS,
    day,
    draw,
    lane,
)


def test_the_sentence_says_what_changed_and_what_followed_and_what_is_missing_but_never_why() -> None:
    said = summary(TIMELINE)
    assert "Last change on 11 Jun: Baclofen 15 → 30 mg a day." in said
    assert "Sleepy was at most 1 in the week before and reached 3 in the 4 days since." in said
    assert "1 of 4 check-ins is missing." in said
    assert "caused" not in said


def test_an_empty_record_is_said_to_be_empty() -> None:
    empty = replace(TIMELINE, doses=(), symptoms=(lane({}),), missed=frozenset())
    assert summary(empty) == "No dose to show in this time. No check-ins yet."


def test_a_medicine_without_a_lane_is_not_said_to_be_unchanged() -> None:
    flat = replace(RISE, spans=(DoseSpan(FIRST, None, Decimal(15)),))
    said = summary(replace(TIMELINE, doses=(flat,)))
    assert "The doses shown did not change in this time." in said
    assert "No dose change" not in said


def test_a_missed_day_is_a_texture_and_never_a_zero() -> None:
    drawn = draw(TIMELINE)
    assert 'fill="url(#hatch)"' in drawn
    assert drawn.count('class="dot"') == 3
    rows = {row.day: row for row in table(TIMELINE)}
    assert rows[day(4)].scores == ("–",)
    assert rows[day(4)].note == "check-in missed"


def test_a_score_at_the_alert_line_carries_its_digit() -> None:
    assert re.search(r'class="t-strong t-over" text-anchor="middle">3</text>', draw(TIMELINE))


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


def test_without_a_check_in_on_one_side_nothing_is_said_to_be_better() -> None:
    silent = replace(TIMELINE, symptoms=(lane({day(6): 1}),))
    assert "No check-in since." in summary(silent)
    unseen = replace(TIMELINE, symptoms=(lane({day(3): 0}),))
    assert "No check-in in the week before to compare with." in summary(unseen)
    calm = replace(TIMELINE, symptoms=(lane({day(6): 1, day(3): 0}),))
    assert "No symptom was higher after it than in the week before." in summary(calm)


def test_a_question_that_was_not_answered_on_both_sides_is_named_and_never_calm() -> None:
    breathing = replace(lane({day(3): 3}), key="q2_breathing", name="Breathing")
    falls = replace(lane({day(5): 0}), key="q4_fall", name="Falls")
    said = summary(replace(TIMELINE, symptoms=(lane({day(6): 1, day(3): 0}), breathing), folded=(falls,)))
    assert "No symptom was higher" not in said
    assert "No symptom that can be compared was higher after it than in the week before." in said
    assert "Not answered both before and after: Breathing, Falls." in said


def test_a_rise_does_not_hide_what_cannot_be_compared() -> None:
    breathing = replace(lane({day(3): 3}), key="q2_breathing", name="Breathing")
    said = summary(replace(TIMELINE, symptoms=(lane({day(6): 1, day(3): 2}), breathing)))
    assert "Sleepy was at most 1 in the week before and reached 2" in said
    assert "Not answered both before and after: Breathing." in said


def test_an_answer_long_after_a_change_is_no_comparison() -> None:
    rise = replace(RISE, spans=(DoseSpan(FIRST, day(21), Decimal(15)), DoseSpan(day(20), None, Decimal(30))))
    far = replace(TIMELINE, doses=(rise,), symptoms=(lane({day(22): 1, day(5): 0}),))
    assert "No check-in in the week after to compare." in summary(far)


def test_days_on_which_nobody_was_asked_are_told_though_no_check_in_ever_came() -> None:
    silent = replace(TIMELINE, symptoms=(lane({}),), missed=frozenset(), not_asked=frozenset({day(3), day(2)}))
    said = summary(silent)
    assert "No check-in since." in said
    assert "No check-ins yet. On 2 days the system did not ask." in said
    assert "answered" not in said


def test_events_of_one_day_share_a_mark_of_the_loudest_and_lead_to_their_entry() -> None:
    crowded = replace(
        TIMELINE, events=(*(Event(day(3), "info", str(n)) for n in range(4)), Event(day(3), "urgent", "worst"))
    )
    (mark,) = marks_of(crowded)
    assert (mark.number, mark.shape, len(mark.events)) == (1, "urgent", 5)
    assert 'href="#event-1"' in draw(crowded)
    assert chart_height(crowded) == chart_height(TIMELINE)


def test_the_bands_are_the_levels_of_the_rule_and_begin_at_its_limit() -> None:
    drawn = draw(TIMELINE)
    assert [kind for kind in ("check", "urgent", "emergency") if f"band-{kind}" in drawn] == ["urgent", "emergency"]
    silent = SymptomLane("q", "Quiet", "", (RuleSpan(FIRST, TODAY, ("", "", "")),), WORDS, {day(1): 2})
    assert "band-" not in draw(replace(TIMELINE, symptoms=(silent,)))


def test_a_new_version_of_the_rules_is_a_step_in_the_limit_on_its_day() -> None:
    stricter = (
        RuleSpan(FIRST, day(11), LEVELS, "2026.11"),
        RuleSpan(day(10), TODAY, ("", "", "check", "urgent", "emergency"), "2026.11+clinic-1"),
    )
    timeline = replace(TIMELINE, symptoms=(lane({day(20): 2, day(5): 2}, stricter),))
    drawn = draw(timeline)
    x = Scale(FIRST, len(timeline.days)).edge(day(10))
    (before, after) = re.findall(r'<path d="M([\d.]+) [\d.]+(V[\d.]+)?H([\d.]+)" class="limit"', drawn)
    assert float(before[2]) == float(after[0]) == round(x, 1)
    assert after[1], "the limit falls in a step where the rules changed"
    assert drawn.count('class="band-check"') == 1
    assert drawn.count(">2</text>") == 1, "a 2 is loud by the new version, and was quiet by the old one"
    assert timeline.versions == (("2026.11", FIRST), ("2026.11+clinic-1", day(10)))


def test_a_dose_told_as_missed_is_a_hollow_notch_and_a_note() -> None:
    told = replace(RISE, missed={day(5): "missed one or two doses"}, extra={day(1): "took an extra dose"})
    timeline = replace(TIMELINE, doses=(told,))
    assert draw(timeline).count('class="missed-dose"') == 1
    assert draw(timeline).count(">+</text>") == 1
    notes = {row.day: row.note for row in table(timeline)}
    assert notes[day(5)] == "missed one or two doses"
    assert notes[day(1)] == "took an extra dose"


def test_lanes_beyond_the_room_are_folded_and_a_loud_one_never_behind_a_quiet_one() -> None:
    lanes = [*(lane({day(1): 0}, name=str(n)) for n in range(8)), lane({day(1): 3}, name="loud")]
    full, rest = folded(lanes, 7)
    assert [each.name for each in full] == ["0", "1", "2", "3", "4", "5", "loud"]
    assert [each.name for each in rest] == ["6", "7"]
    timeline = replace(TIMELINE, symptoms=full, folded=rest)
    assert draw(timeline).count('class="dot"') == 9
    assert len(table(timeline)[1].scores) == 9


def test_an_old_answer_is_told_with_its_day() -> None:
    assert re.findall(r"<tspan[^>]*>([^<]+)</tspan>", draw(TIMELINE)) == ["Sleepy 3: a lot (12 Jun)"]
    assert "Jun)" not in draw(replace(TIMELINE, symptoms=(lane({day(1): 3}),)))


def test_a_window_that_begins_with_the_patient_is_four_weeks_at_least() -> None:
    first, last = window_from(day(3), TODAY)
    assert first == day(27)
    assert last == TODAY + timedelta(days=7)
    assert window(TODAY, 8) == window_from(day(55), TODAY)


def test_the_drawing_is_the_one_that_was_looked_at() -> None:
    """A change of the chart is looked at, then kept: write `draw(GOLDEN_TIMELINE)` to the file."""
    assert draw(GOLDEN_TIMELINE) == GOLDEN.read_text(encoding="utf-8").strip()


def test_the_last_answer_stands_in_words_that_stay_on_the_chart() -> None:
    long = replace(lane({day(1): 3}), words={3: "nods off in conversation or while eating a meal with others"})
    rows = re.findall(r"<tspan[^>]*>([^<]+)</tspan>", draw(replace(TIMELINE, symptoms=(long,))))
    assert " ".join(rows) == "Sleepy 3: nods off in conversation or while eating a meal with others"
    assert len(rows) > 1


def test_a_dose_that_is_not_known_is_said_and_is_no_zero() -> None:
    unknown = replace(RISE, spans=(DoseSpan(FIRST, day(5), Decimal(15)), DoseSpan(day(4), None, None)))
    timeline = replace(TIMELINE, doses=(unknown,))
    assert "Baclofen 15 → dose unknown." in summary(timeline)
    assert table(timeline)[0].doses == ("dose unknown",)
    assert "dose unknown" in draw(timeline)


def test_a_start_and_a_stop_are_called_so() -> None:
    started = replace(RISE, spans=(DoseSpan(day(2), None, Decimal(10)),))
    stopped = replace(RISE, spans=(DoseSpan(FIRST, day(3), Decimal(10)),))
    assert "Baclofen started, 10 mg a day." in summary(replace(TIMELINE, doses=(started,)))
    assert "Baclofen stopped, 10 mg a day before." in summary(replace(TIMELINE, doses=(stopped,)))
    assert replace(TIMELINE, doses=(stopped,)).changes == (day(2),)
    assert "Baclofen" not in readings(replace(TIMELINE, doses=(stopped,)))[-1].text


def test_the_slider_reads_every_day_in_the_words_of_the_table() -> None:
    said = {reading.day: reading.text for reading in readings(TIMELINE)}
    assert len(said) == len(TIMELINE.days) == len(middles(TIMELINE))
    assert said[day(3)].endswith("Baclofen 30 mg a day; Sleepy 3 a lot.")
    assert said[day(4)].endswith("Baclofen 30 mg a day; check-in missed.")
    assert said[TODAY].endswith("no check-in yet.")
    assert said[day(-3)].endswith("Baclofen 45 mg a day planned.")


NIGHT = (datetime(2026, 6, 13, 22, 0, tzinfo=UTC), datetime(2026, 6, 15, 9, 30, tzinfo=UTC))


def test_a_time_without_monitoring_is_a_band_with_words_and_named_in_every_row() -> None:
    timeline = replace(TIMELINE, unwatched=(NIGHT,))
    drawn = draw(timeline)
    assert drawn.count('fill="url(#hatch-gap)"') == 2, "above and below the events"
    assert ">not monitored</text>" in drawn
    assert 'fill="url(#hatch-gap)"' not in draw(TIMELINE)
    rows = {row.day: row.note for row in table(timeline)}
    assert rows[day(2)] == "monitoring did not run from 22:00"
    assert rows[day(1)] == "monitoring did not run all day"
    assert rows[day(0)] == "monitoring did not run until 09:30"
    assert "no check-in" not in {reading.day: reading.text for reading in readings(timeline)}[day(1)]
    assert "Monitoring did not run from 13 Jun 22:00 to 15 Jun 09:30." in summary(timeline)


def test_it_is_never_counted_as_the_patients_silence() -> None:
    timeline = replace(TIMELINE, not_asked=frozenset({day(1)}), unwatched=(NIGHT,))
    assert "1 of 4 check-ins is missing." in summary(timeline)
    assert table(timeline)[1].note == "not asked: system was down; monitoring did not run all day"


def test_many_short_stretches_are_all_drawn_and_their_words_never_overlap() -> None:
    spans = tuple(
        (datetime(2026, 6, 1, hour, tzinfo=UTC), datetime(2026, 6, 1, hour, 20, tzinfo=UTC)) for hour in (1, 5, 20)
    )
    drawn = draw(replace(TIMELINE, unwatched=spans))
    assert drawn.count('fill="url(#hatch-gap)"') == 2 * 3
    assert drawn.count("not monitored") == 1
    assert "3 times, last from 1 Jun 20:00" in summary(replace(TIMELINE, unwatched=spans))


def test_a_date_never_stands_under_the_label_of_today() -> None:
    drawn = draw(TIMELINE)
    today = next(
        float(x) for x, text in re.findall(r'<text x="([\d.]+)"[^>]*>([^<]*)</text>', drawn) if text == "Today"
    )
    dates = re.findall(r'<text x="([\d.]+)" y="40" class="t-muted"[^>]*>\d+ \w+</text>', drawn)
    assert dates
    assert all(abs(float(x) - today) >= 48 for x in dates)
