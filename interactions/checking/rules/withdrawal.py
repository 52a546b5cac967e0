"""Baclofen that ends, is cut or stops flowing: R17 and R18."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from interactions.checking.exposure import Exposure, Route, State
from interactions.checking.findings import Factor, Finding, Severity
from interactions.checking.index import BACLOFEN
from interactions.checking.regimen import Amount, Regimen, oral_daily_mg
from interactions.checking.rules.cards import card, factor, param, say_date, unknown
from interactions.checking.washout import is_local
from interactions.medicines.dose import say_amount

_PUMP_EVENTS: Final = {"pump_alarm": "Pump alarm", "missed_refill": "Missed refill", "pump_failure": "Pump failure"}
_AT_RISK: Final = ("cord_injury_high", "previous_withdrawal", "communication_difficulty")
# Two lines with a day between them are one course: a period seldom starts on the very next day on paper.
_GAP: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Course:
    """Baclofen by one way in, without a break: unknown start and open end are None."""

    lines: tuple[Exposure, ...]
    start: date | None
    end: date | None

    def total(self, day: date) -> Amount:
        """Daily mg of the lines that cover the day."""
        doses = [oral_daily_mg(line.dose) for line in self.lines if _covers(line, day)]
        return Amount(sum((each.least for each in doses), Decimal(0)), whole=all(each.whole for each in doses))


def _covers(line: Exposure, day: date) -> bool:
    return (line.start is None or line.start <= day) and (line.end is None or line.end >= day)


def _course(regimen: Regimen, *, intrathecal: bool) -> _Course | None:
    """The course that covers the day, or else the last one before it."""
    lines = [
        span
        for each in regimen.exposures
        if each.ingredient == BACLOFEN
        and (each.route is Route.INTRATHECAL) is intrathecal
        and not is_local(each, regimen.index)
        for span in each.spans()
    ]
    begun = sorted(lines, key=lambda line: (line.start or date.min, line.end or date.max))
    course: list[Exposure] = []
    end: date | None = None
    for line in begun:
        if course and end is not None and line.start is not None and line.start - end > _GAP:
            if line.start > regimen.on:
                break
            course, end = [], None
        end = line.end if not course else _later(end, line.end)
        course.append(line)
    if not course or (course[0].start is not None and course[0].start > regimen.on):
        return None
    start = None if any(line.start is None for line in course) else course[0].start
    return _Course(tuple(course), start, end)


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def withdrawal(regimen: Regimen) -> Iterator[Finding]:
    """R17: baclofen ended, cut by half or reported as run out, without a taper, after 4 weeks or more or an
    unknown time of use. Major, for 7 days after the last dose; upcoming when the end is planned within 14
    days; moderate when a change of route is documented (S08, S34, S35; the cut-offs are judgement)."""
    lines = [each for each in regimen.exposures if each.ingredient == BACLOFEN]
    open_line = len(lines) == 1 and lines[0].end is None and not lines[0].earlier
    quiet = open_line and regimen.context.check_in is None
    if quiet or regimen.context.baclofen_taper:
        return
    for intrathecal in (False, True):
        course = _course(regimen, intrathecal=intrathecal)
        if course is None:
            continue
        found = _ended(regimen, course) or _cut(regimen, course) or _ran_out(regimen, course)
        if found is not None:
            yield _with_transition(regimen, found)
            return


def _long_enough(regimen: Regimen, course: _Course, until: date) -> bool:
    weeks = int(param(regimen, "R17", "weeks_of_use"))
    return course.start is None or until - course.start + timedelta(days=1) >= timedelta(weeks=weeks)


def _ended(regimen: Regimen, course: _Course) -> Finding | None:
    end = course.end
    ahead, watch = (int(param(regimen, "R17", name)) for name in ("ahead_days", "watch_days"))
    if end is None or not -ahead <= (regimen.on - end).days <= watch:
        return None
    if not _long_enough(regimen, course, end) or _tapered(regimen, course, end):
        return None
    planned = end > regimen.on
    if planned:
        why = factor(regimen, "ends_soon_without_taper", end=say_date(end))
    else:
        use = "an unknown time" if course.start is None else f"{(end - course.start).days + 1} days of use"
        dose = str(course.total(end))
        dose = dose if dose.startswith("an") else f"{dose} a day"
        why = factor(regimen, "ended_without_taper", end=say_date(end), use=use, dose=dose)
    finding = _card(regimen, [why], course)
    if planned:
        return finding._replace(state=State.UPCOMING, starts=end + timedelta(days=1), until=None)
    return finding


def _tapered(regimen: Regimen, course: _Course, end: date) -> bool:
    """True when the last lines step down for 7 days or more and end at 10 mg a day or less, all doses known."""
    if course.start is None or not course.total(end).whole:
        return False
    steps = _steps(course, end)
    began: date | None = None
    for (_, before), (day, after) in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        if not before.whole or before.least < after.least:
            break
        began = day if before.least > after.least else began
    low = course.total(end).least <= param(regimen, "R17", "taper_last_mg_day")
    days = timedelta(days=int(param(regimen, "R17", "taper_days")))
    return low and began is not None and end - began + timedelta(days=1) >= days


def _steps(course: _Course, end: date) -> list[tuple[date, Amount]]:
    """The total on each day on which a line begins or the one before it has ended, up to the end."""
    days = {line.start for line in course.lines if line.start is not None}
    days |= {line.end + timedelta(days=1) for line in course.lines if line.end is not None}
    return [(day, total) for day in sorted(days) if day <= end and (total := course.total(day)).least > 0]


def _cut(regimen: Regimen, course: _Course) -> Finding | None:
    """A single step down to half or less, and by more than 10 mg a day, in the last 7 days (judgement)."""
    if len(course.lines) < 2:
        return None
    watch = int(param(regimen, "R17", "watch_days"))
    for back in range(watch + 1):
        day = regimen.on - timedelta(days=back)
        before, after = course.total(day - timedelta(days=1)), course.total(day)
        if not (before.whole and after.whole) or not before.least or not after.least:
            continue
        fall = before.least - after.least
        deep = after.least * 2 <= before.least and fall > param(regimen, "R17", "cut_mg_day")
        if deep and _long_enough(regimen, course, day):
            why = factor(
                regimen,
                "cut_in_half",
                before=say_amount(before.least, "mg"),
                after=say_amount(after.least, "mg"),
                day=say_date(day),
            )
            return _card(regimen, [why], course)
    return None


def _ran_out(regimen: Regimen, course: _Course) -> Finding | None:
    """Three or more doses missed, or none left, at the last check-in."""
    check_in = regimen.context.check_in
    if check_in is None or "ran_out" not in check_in.signs or not _covers_today(regimen, course):
        return None
    if not _long_enough(regimen, course, regimen.on):
        return None
    return _card(regimen, [], course)


def _covers_today(regimen: Regimen, course: _Course) -> bool:
    return any(_covers(line, regimen.on) for line in course.lines)


def _card(regimen: Regimen, why: list[Factor], course: _Course) -> Finding:
    check_in = regimen.context.check_in
    if check_in is not None and "ran_out" in check_in.signs:
        why = [*why, factor(regimen, "missed_doses_reported")]
    missing = ["baclofen_taper"] if regimen.context.baclofen_taper is None else []
    missing += ["baclofen_start"] if course.start is None else []
    if course.end is not None and not course.total(course.end).whole:
        missing.append("baclofen_dose")
    at_risk = [factor(regimen, code) for code in _AT_RISK[1:] if code in regimen.context.conditions]
    finding = card(regimen, "R17", (BACLOFEN,), factors=[*why, *at_risk], unknown=tuple(missing))
    ended = [each for each in finding.factors if each.factor != "washout_running"]
    watch = timedelta(days=int(param(regimen, "R17", "watch_days")))
    until = None if course.end is None else course.end + watch
    return finding._replace(state=State.ACTIVE, factors=tuple(ended), until=until)


def _with_transition(regimen: Regimen, finding: Finding) -> Finding:
    if not any(event.type == "baclofen_transition" for event in regimen.context.events):
        return finding
    moved = factor(regimen, "documented_transition")
    return finding._replace(severity=Severity.MODERATE, factors=(*finding.factors, moved))


def pump(regimen: Regimen) -> Iterator[Finding]:
    """R18: a pump alarm, a missed refill or a pump failure in the last 14 days or on an unknown day. Major, and
    an emergency even without symptoms (boxed warning, S07)."""
    if not regimen.context.events:
        return
    days = int(param(regimen, "R18", "watch_days"))
    first = regimen.on - timedelta(days=days)
    events = sorted(
        {
            (event.type, event.on)
            for event in regimen.context.events
            if event.type in _PUMP_EVENTS and (event.on is None or event.on >= first)
        },
        key=lambda each: (each[1] or date.max, each[0]),
    )
    if not events:
        return
    factors = [
        factor(regimen, "pump_event", event=_PUMP_EVENTS[kind], day="day not known" if on is None else say_date(on))
        for kind, on in events
    ]
    factors += [factor(regimen, code) for code in _AT_RISK if code in regimen.context.conditions]
    missing = () if regimen.intrathecal else ("pump_medicine",)
    finding = card(regimen, "R18", (BACLOFEN,), factors=factors, unknown=missing + unknown(regimen, "conditions"))
    shown = tuple(each for each in finding.factors if each.factor != "washout_running")
    yield finding._replace(state=State.ACTIVE, until=None, factors=shown)
