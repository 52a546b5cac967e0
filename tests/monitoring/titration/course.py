"""A patient on a plan, in memory: the rules decide, and this does what the actions do, so that thousands can be lived.

What must hold is held against what really happened here, never against the evidence that the rules were shown.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from monitoring.titration.rules import (
    Advance,
    DoseSpan,
    Evidence,
    Policy,
    Report,
    days_to_move,
    decide,
    last_tolerated,
    never_released,
    not_yet_released,
    why_not_resumed,
)

PLANNED, HELD, TAKEN, LEFT = "planned", "held", "taken", "left"
URGENT = 3


@dataclass
class Plan:
    """A signed plan. `paused_on` and `ended` are what a clinician made of it."""

    start: Decimal
    daily: list[Decimal]
    due: list[date]
    gaps: list[int]
    confirm: bool
    states: list[str]
    paused_on: date | None = None
    ended: bool = False

    @property
    def next(self) -> int | None:
        waiting = [place for place, state in enumerate(self.states) if state in {PLANNED, HELD}]
        return waiting[0] if waiting and not self.ended else None


@dataclass(frozen=True)
class Taken:
    """A dose from a day on; `by` is the number of the plan whose step it was, None a hand."""

    since: date
    daily: Decimal
    by: int | None = None


@dataclass
class Course:
    today: date = date(2026, 6, 15)
    active: bool = True
    doses: list[Taken] = field(default_factory=lambda: [Taken(date(2026, 5, 1), Decimal(30))])
    plans: list[Plan] = field(default_factory=list)
    alerts: dict[str, int] = field(default_factory=dict)
    reports: list[tuple[date, int | None, tuple[str, ...] | None]] = field(default_factory=list)
    gaps: list[tuple[date, date]] = field(default_factory=list)
    missed: list[date] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    settled: int = 0

    @property
    def present(self) -> Taken:
        return self.doses[-1]

    @property
    def plan(self) -> Plan | None:
        return self.plans[-1] if self.plans and not self.plans[-1].ended else None

    def sign(self, changes: list[int], gap: int, first: int, *, confirm: bool) -> None:
        daily, steps = self.present.daily, []
        for change in changes:
            daily = max(Decimal(0), daily + change)
            steps.append(daily)
        if not self.active or 0 in steps[:-1] or (changes[0] > 0 and 0 in steps):
            return
        if self.plan is not None:
            self.plan.ended = True
        due = [self.today + timedelta(days=first + place * gap) for place in range(len(steps))]
        usual = min(max(0, (due[0] - self.present.since).days), 3)
        gaps = [usual, *([gap] * (len(steps) - 1))]
        self.plans.append(Plan(self.present.daily, steps, due, gaps, confirm, [PLANNED] * len(steps)))

    def evidence(self, plan: Plan, place: int, *, catching_up: bool = False) -> Evidence:
        taken = [daily for daily, state in zip(plan.daily, plan.states, strict=True) if state == TAKEN]
        since = self.present.since
        return Evidence(
            today=self.today, due_on=plan.due[place], prescription_active=self.active,
            current_daily=self.present.daily, expected_daily=taken[-1] if taken else plan.start,
            next_daily=plan.daily[place], highest_signed_daily=max(plan.daily), last_change_on=since,
            min_gap_days=plan.gaps[place],
            changed_outside=bool(taken) and self.present.by != len(self.plans) - 1,
            reports=tuple(
                Report(day, level, since_change=day >= since, doses=doses) for day, level, doses in self.reports[-14:]
            ),
            missed_since_change=sum(day >= since for day in self.missed),
            open_alerts=tuple(self.alerts.items()), paused=plan.paused_on is not None,
            gaps=tuple((_moment(a), _moment(b)) for a, b in self.gaps if b >= plan.due[place]), catching_up=catching_up,
        )  # fmt: skip

    def sweep(self) -> None:
        """The gate, for the next step of the plan that runs."""
        plan = self.plan
        place = plan.next if plan is not None else None
        if plan is None or place is None or plan.paused_on is not None:
            return
        if plan.states[place] == HELD or plan.due[place] > self.today:
            return
        decision = decide(self.evidence(plan, place), Policy(confirm_each=plan.confirm))
        self.settled += 1
        self.decisions.append(f"{len(self.plans)}.{place} {type(decision).__name__}")
        if isinstance(decision, Advance):
            assert not any(level > 1 for level in self.alerts.values())
            assert not plan.confirm
            assert not any(b >= plan.due[place] for _, b in self.gaps)
            self.take_up(plan, place)
        else:
            plan.states[place] = HELD

    def release(self) -> None:
        plan = self.plan
        place = plan.next if plan is not None else None
        if plan is None or place is None or plan.states[place] != HELD:
            return
        evidence = self.evidence(plan, place)
        if never_released(evidence) or not_yet_released(evidence):
            return
        self.decisions.append(f"{len(self.plans)}.{place} release")
        self.take_up(plan, place)

    def take_up(self, plan: Plan, place: int) -> None:
        """The dose is written; here every invariant is held against what really happened."""
        daily, before = plan.daily[place], self.present
        assert plan is self.plans[-1]
        assert plan.paused_on is None
        assert self.active
        assert all(state == TAKEN for state in plan.states[:place]), "a step was left out"
        assert before.daily == (plan.daily[place - 1] if place else plan.start), (
            "the dose was not where the plan left it"
        )
        if daily > before.daily:
            assert all(level < URGENT for level in self.alerts.values()), "a rise over an urgent alert"
            assert (self.today - before.since).days >= plan.gaps[place], "two rises within the signed gap"
            assert daily <= max(plan.daily), "above the signed dose"
        if daily == 0:
            assert place == len(plan.daily) - 1, "nothing without a signed taper"
            assert plan.start > 0
            self.active = False
        late = max(timedelta(0), self.today - plan.due[place])
        plan.due[place:] = [day + late for day in plan.due[place:]]
        plan.states[place] = TAKEN
        self.change(daily, by=len(self.plans) - 1)
        if plan.next is None:
            plan.ended = True

    def change(self, daily: Decimal, by: int | None = None) -> None:
        """A dose counts from today; one that was to begin today or later was never taken."""
        self.doses = [dose for dose in self.doses if dose.since < self.today] + [Taken(self.today, daily, by)]

    def pause(self) -> None:
        if self.plan is not None and self.plan.paused_on is None:
            self.plan.paused_on = self.today

    def resume(self) -> None:
        plan = self.plan
        place = plan.next if plan is not None else None
        if plan is None or plan.paused_on is None or place is None:
            return
        if why_not_resumed(plan.paused_on, self.today, never_released(self.evidence(plan, place))):
            return
        moved = timedelta(days=days_to_move(plan.paused_on, self.today))
        plan.due[place:] = [day + moved for day in plan.due[place:]]
        plan.paused_on = None

    def roll_back(self) -> None:
        plan, before = self.plan, self.present
        if plan is None or before.by != len(self.plans) - 1 or not self.active:
            return
        ends = [dose.since - timedelta(days=1) for dose in self.doses[1:]]
        spans = [
            DoseSpan(dose.daily, dose.since, last, tuple(lv for d, lv, _ in self.reports if dose.since <= d <= last))
            for dose, last in zip(self.doses, ends, strict=False)
        ]  # fmt: skip
        span = last_tolerated(spans, before.daily)
        if span is None or span.daily is None:
            return
        assert 0 < span.daily < before.daily
        assert span.levels
        assert all(level is not None and level < 2 for level in span.levels)
        plan.paused_on = plan.paused_on or self.today
        self.change(span.daily)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(5), tzinfo=UTC)
