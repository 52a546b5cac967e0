"""The other medicine of the pair: one change at a time, and never both to nothing at once. Pure.

With baclofen and amitriptyline together a change of one can be read from the check-ins only while the other stays
as it is (judgement). To let go of both at once joins a lower seizure threshold, by amitriptyline, to a withdrawal
that itself brings seizures, by baclofen (judgement, as the release's guide on starting and ending says).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from monitoring.formatting import day_text
from monitoring.titration.rules.breach import Breach
from monitoring.titration.schedule import PlannedStep

PAIR: Final = {"baclofen": "amitriptyline", "amitriptyline": "baclofen"}
# Amitriptyline is steady after 5 to 10 days and a change is watched for 3 to 7: a week between the two (judgement).
TOGETHER_DAYS: Final = 7
BOTH_CHANGE: Final = "both_change"


@dataclass(frozen=True, slots=True)
class OtherMedicine:
    """What is known of the other one: days on which its dose changes, and over which days it comes to an end.

    `changes` are recorded or planned, starts and stops among them. `ends` is the day of the first step down and the
    day from which it is taken no more; None when it goes on.
    """

    name: str
    changes: tuple[date, ...] = ()
    ends: tuple[date, date] | None = None


def pair_rails(steps: Sequence[PlannedStep], others: Iterable[OtherMedicine]) -> list[Breach]:
    """Where a step comes within a week of a change of the other medicine, and where both would end together."""
    found = []
    for other in others:
        found += [_both_change(number, step, other) for number, step in enumerate(steps, start=1)]
        found.append(_both_stop(steps, other))
    return [breach for breach in found if breach is not None]


def latest_change(others: Iterable[OtherMedicine], on: date) -> tuple[str, date] | None:
    """The last day up to `on` on which one of them changed, with its name; None when none did."""
    changed = [(day, other.name) for other in others for day in other.changes if day <= on]
    day, name = max(changed, default=(None, ""))
    return None if day is None else (name, day)


def _both_change(number: int, step: PlannedStep, other: OtherMedicine) -> Breach | None:
    near = min(other.changes, key=lambda day: abs((step.on - day).days), default=None)
    if near is None or abs((step.on - near).days) >= TOGETHER_DAYS:
        return None
    text = (
        f"{other.name} changes {_how_near(step.on, near)}, {day_text(near)}. Less than {TOGETHER_DAYS} days apart, "
        "nobody can tell which of the two did what."
    )
    return Breach(BOTH_CHANGE, number, text, sources=(), evidence="judgement")


def _how_near(step_on: date, change_on: date) -> str:
    days = abs((step_on - change_on).days)
    if not days:
        return "on the same day"
    return f"{'1 day' if days == 1 else f'{days} days'} {'before' if change_on < step_on else 'after'}"


def _both_stop(steps: Sequence[PlannedStep], other: OtherMedicine) -> Breach | None:
    if other.ends is None or not steps or steps[-1].amounts:
        return None
    begins, over = other.ends
    apart = timedelta(days=TOGETHER_DAYS)
    if over + apart <= steps[0].on or steps[-1].on + apart <= begins:
        return None
    text = (
        f"{other.name} ends too, {day_text(over)}. Taper one first: amitriptyline lowers the seizure threshold, and "
        "baclofen withdrawal itself brings seizures."
    )
    return Breach("both_stop", len(steps), text, sources=(), evidence="judgement")
