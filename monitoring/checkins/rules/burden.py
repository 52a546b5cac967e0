"""How long a patient's check-ins take: in seconds each, and in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

# The figures are judgement: five seconds to read a screen and tap; what is shorter than a minute gets answered.
SECONDS_A_SCREEN: Final = 5
TOO_LONG_SECONDS: Final = 60
TOO_MANY_QUESTIONS: Final = 8
# So many must be known before their median says more than the estimate does.
ENOUGH_KNOWN: Final = 3
# A form that was sent later than this after it was begun had been put away meanwhile, which tells nothing.
PUT_AWAY_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Burden:
    """`seconds` for one check-in; `known` of this patient's own tell it, or none, and then it is an estimate."""

    seconds: int
    known: int
    questions: int
    a_week: int

    @property
    def seconds_a_week(self) -> int:
        return self.seconds * self.a_week

    @property
    def is_long(self) -> bool:
        return self.seconds > TOO_LONG_SECONDS

    @property
    def is_much(self) -> bool:
        return self.questions > TOO_MANY_QUESTIONS


def burden(durations: Sequence[timedelta], *, questions: int, a_week: int) -> Burden:
    """What `a_week` check-ins of `questions` pages ask of a patient whose earlier ones took `durations`.

    The median of those that were not put away; with fewer than three of them five seconds a screen, the last page,
    on which it is sent, among them.
    """
    taken = [each.total_seconds() for each in durations if timedelta(0) < each <= PUT_AWAY_AFTER]
    if len(taken) < ENOUGH_KNOWN:
        return Burden((questions + 1) * SECONDS_A_SCREEN, 0, questions, a_week)
    return Burden(round(median(taken)), len(taken), questions, a_week)
