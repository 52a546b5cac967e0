"""The timeline in words: a sentence above it, a line for each day of the slider, and the same marks as rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from monitoring.dashboard.timeline.values import UNKNOWN, DoseLane, SymptomLane, Timeline, say
from monitoring.formatting import day_text

COMPARED: Final = timedelta(days=7)


def summary(timeline: Timeline) -> str:
    """One or two generated sentences: the last change with before and after, and how much is missing.

    It says what came after what; it never says that one caused the other.
    """
    asked = sum(1 for day in timeline.days if day <= timeline.today and timeline.answered(day))
    missing = sum(1 for day in timeline.missed if timeline.first <= day <= timeline.today)
    parts = [_change_sentence(timeline)]
    if not asked and not missing:
        parts.append("No check-ins yet.")
    elif missing:
        verb = "is" if missing == 1 else "are"
        parts.append(f"{missing} of {_count(asked + missing, 'check-in')} {verb} missing.")
    else:
        parts.append("The one check-in was answered." if asked == 1 else f"All {asked} check-ins were answered.")
    if timeline.not_asked:
        parts.append(f"On {_count(len(timeline.not_asked), 'day')} the system did not ask.")
    if timeline.unwatched:
        start, end = timeline.unwatched[-1]
        times = f" {len(timeline.unwatched)} times, last" if len(timeline.unwatched) > 1 else ""
        parts.append(f"Monitoring did not run{times} from {start:%-d %b %H:%M} to {end:%-d %b %H:%M}.")
    return " ".join(part for part in parts if part)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _change_sentence(timeline: Timeline) -> str:
    past = [day for day in timeline.changes if day <= timeline.today]
    if not past:
        # Other medicines have no lane: what changed of them is not for this sentence to deny.
        return "The doses shown did not change in this time." if timeline.doses else "No dose to show in this time."
    day = past[-1]
    moved = [
        _move(lane, before, after)
        for lane in timeline.doses
        if (before := lane.words_on(day - timedelta(days=1))) != (after := lane.words_on(day))
    ]
    return f"Last change on {day.day} {day:%b}: {', '.join(moved)}. {_what_followed(timeline, day)}"


def _what_followed(timeline: Timeline, day: date) -> str:
    """What was higher after a change than before it; where there is nothing to compare, that."""
    last = min(timeline.today, day + COMPARED)
    if not any(timeline.answered(at) for at in timeline.days if day <= at <= timeline.today):
        return "No check-in since."
    if not any(timeline.answered(at) for at in timeline.days if day <= at <= last):
        return "No check-in in the week after to compare."
    if not any(timeline.answered(day - timedelta(days=n)) for n in range(1, COMPARED.days + 1)):
        return "No check-in in the week before to compare with."
    higher = [text for lane in timeline.asked if (text := _before_and_after(lane, day, timeline.today))]
    unknown = [lane.name for lane in timeline.asked if _has_one_side_only(lane, day, last)]
    parts = ["; ".join(higher) or "No symptom that can be compared was higher after it than in the week before"]
    if not higher and not unknown:
        parts = ["No symptom was higher after it than in the week before"]
    if unknown:
        parts.append(f"Not answered both before and after: {', '.join(unknown)}")
    return " ".join(f"{part}." for part in parts)


def _move(lane: DoseLane, before: str, after: str) -> str:
    unit = "" if UNKNOWN in {before, after} else f" {lane.unit}"
    if not before:
        return f"{lane.name} started, {after}{unit}"
    if not after:
        return f"{lane.name} stopped, {before}{unit} before"
    return f"{lane.name} {before} → {after}{unit}"


def _has_one_side_only(lane: SymptomLane, day: date, last: date) -> bool:
    """Whether a question was answered before a change or after it and not both: what it became nobody can say."""
    before = any(day - COMPARED <= at < day for at in lane.scores)
    return before != any(day <= at <= last for at in lane.scores)


def _before_and_after(lane: SymptomLane, day: date, today: date) -> str:
    before = [score for at, score in lane.scores.items() if day - COMPARED <= at < day]
    after = [score for at, score in lane.scores.items() if day <= at <= min(today, day + COMPARED)]
    if not before or not after or max(after) <= max(before):
        return ""
    since = (today - day).days
    when = (
        "that day"
        if not since
        else f"in the {_count(since, 'day')} since"
        if since < COMPARED.days
        else "in the week after"
    )
    return f"{lane.name} was at most {max(before)} in the week before and reached {max(after)} {when}"


@dataclass(frozen=True, slots=True)
class TableRow:
    day: date
    doses: tuple[str, ...]
    scores: tuple[str, ...]
    note: str


def table(timeline: Timeline) -> tuple[TableRow, ...]:
    """The chart as rows, newest first, for a screen reader or a printer; the same marks, no more."""
    return tuple(_row(timeline, day) for day in reversed(timeline.days) if day <= timeline.today)


def _row(timeline: Timeline, day: date) -> TableRow:
    return TableRow(
        day=day,
        doses=tuple(_dose_cell(lane, day) for lane in timeline.doses),
        scores=tuple(_score_cell(lane, day) for lane in timeline.asked),
        note=_note(timeline, day),
    )


def _dose_cell(lane: DoseLane, day: date) -> str:
    span = lane.span_on(day)
    if span is None:
        return "–"
    return lane.words_on(day) if span.daily is None else f"{say(span.daily)} {lane.unit}"


def _score_cell(lane: SymptomLane, day: date) -> str:
    return f"{lane.scores[day]} {lane.answer_on(day)}".strip() if day in lane.scores else "–"


@dataclass(frozen=True, slots=True)
class Reading:
    """One day of the chart in a line of text, for the slider under it."""

    day: date
    text: str


def readings(timeline: Timeline) -> tuple[Reading, ...]:
    """Every day shown, oldest first, in the words of the table; days to come have doses only."""
    return tuple(Reading(day, _reading(timeline, day)) for day in timeline.days)


def _reading(timeline: Timeline, day: date) -> str:
    planned = " planned" if day > timeline.today else ""
    said = [f"{lane.name} {_dose_cell(lane, day)}{planned}" for lane in timeline.doses if lane.span_on(day) is not None]
    said += [f"{lane.name} {_score_cell(lane, day)}" for lane in timeline.asked if day in lane.scores]
    note = _note(timeline, day)
    if day <= timeline.today and not timeline.answered(day) and day not in timeline.missed | timeline.not_asked:
        silent = "no check-in yet" if day == timeline.today else "no check-in"
        note = "; ".join(filter(None, [note, "" if "monitoring did not run" in note else silent]))
    return f"{day_text(day, weekday=True)}: {'; '.join(filter(None, [*said, note])) or 'nothing recorded'}."


def _note(timeline: Timeline, day: date) -> str:
    notes = ["check-in missed"] if day in timeline.missed else []
    notes += ["not asked: system was down"] if day in timeline.not_asked else []
    notes += dict.fromkeys(_told_of_doses(timeline, day))
    return "; ".join([*notes, *(_stretch(day, *span) for span in timeline.unwatched if _touches(day, *span))])


def _told_of_doses(timeline: Timeline, day: date) -> Iterator[str]:
    for lane in timeline.doses:
        for told in (lane.missed, lane.extra):
            if day in told:
                yield told[day]


def _touches(day: date, start: datetime, end: datetime) -> bool:
    return start.date() <= day <= end.date()


def _stretch(day: date, start: datetime, end: datetime) -> str:
    begins = f" from {start:%H:%M}" if start.date() == day else ""
    ends = f" until {end:%H:%M}" if end.date() == day else ""
    return f"monitoring did not run{begins}{ends}" if begins or ends else "monitoring did not run all day"
