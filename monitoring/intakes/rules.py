"""What a report of doses means: which page answers it, and how loudly the care team hears of it. Pure.

Levels are those of the check-in’s question on doses (Q10): one or two missed are for information, three or more are
urgent. More than was planned is an emergency from the first word, as the danger sign of the check-in is: RF9 says not
to wait for symptoms and knows no amount that is safe, so how somebody feels is asked afterwards, never before.
Withdrawal from baclofen begins 18–31 hours after the last dose (S34): as many doses in a row as a day has count as
several, on one day or over a midnight. Who says that they take a medicine no more is not counted at: that is several
doses before they are missed (RF7 for baclofen), and nobody here says whether to begin again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Final

# What is further back is for a talk with the clinic: nobody remembers single doses of a week ago (judgement).
DAYS_BACK: Final = 6
# Three doses within three days: what two days and a night without a medicine leave (judgement, after Q10 and S34).
SEVERAL: Final = 3
WITHIN_DAYS: Final = 3
BACLOFEN: Final = "baclofen"
SOURCES: Final = ("RF7", "RF9", "S08", "S34")

Missed = tuple[date, int]


class Kind(StrEnum):
    """What happened to a dose."""

    TOOK = "took"
    LATE = "late"
    SKIPPED = "skipped"
    EXTRA = "extra"
    STOPPED = "stopped"


class Answer(StrEnum):
    """The page that answers a report."""

    NOTED = "noted"
    LATE = "late"
    MISSED = "missed"
    MISSED_SEVERAL = "missed_several"
    WITHDRAWAL = "withdrawal"
    TOO_MUCH = "too_much"
    STOPPED = "stopped"


class Loudness(IntEnum):
    """The level of the alert; the numbers are those of alerts."""

    NONE = 0
    URGENT = 3
    EMERGENCY = 4


@dataclass(frozen=True, slots=True)
class Medicine:
    """What a judgement needs to know of a medicine: `doses_a_day` 0 is unknown."""

    ingredients: tuple[str, ...]
    doses_a_day: int

    @property
    def is_baclofen(self) -> bool:
        return BACLOFEN in self.ingredients


def answer_to(kind: Kind, medicine: Medicine, day: date, missed: Collection[Missed]) -> Answer:
    """The page that answers a report about `day`; `missed` are all doses of the medicine that stand as missed.

    Each is a day and the number of the dose; number 0 is a dose nobody could name, which may stand for the whole day.
    """
    if kind is Kind.EXTRA:
        return Answer.TOO_MUCH
    if kind is Kind.STOPPED:
        return Answer.STOPPED
    if kind is Kind.LATE:
        return Answer.LATE
    if kind is Kind.TOOK:
        return Answer.NOTED
    baclofen = medicine.is_baclofen
    if most_missed(day, missed) >= SEVERAL or (baclofen and _a_day_without(day, missed, medicine.doses_a_day)):
        return Answer.WITHDRAWAL if baclofen else Answer.MISSED_SEVERAL
    return Answer.MISSED


def loudness_of(answer: Answer) -> Loudness:
    """How loudly the care team hears of a report that was answered so."""
    if answer is Answer.TOO_MUCH:
        return Loudness.EMERGENCY
    several = {Answer.WITHDRAWAL, Answer.MISSED_SEVERAL, Answer.STOPPED}
    return Loudness.URGENT if answer in several else Loudness.NONE


def most_missed(day: date, missed: Collection[Missed]) -> int:
    """The most doses missed within any three days that hold `day`."""
    ends = (day + timedelta(days=later) for later in range(WITHIN_DAYS))
    return max(sum(end - timedelta(days=WITHIN_DAYS) < on <= end for on, _ in missed) for end in ends)


def _a_day_without(day: date, missed: Collection[Missed], doses_a_day: int) -> bool:
    """Whether as many doses in a row as a day has are missed around `day`: this evening's and tomorrow's first, too."""
    if any(on == day and number == 0 for on, number in missed):
        return True
    if doses_a_day <= 0:
        return False
    named = range(1, doses_a_day + 1)
    places = {
        on.toordinal() * doses_a_day + each - 1 for on, number in missed for each in ([number] if number else named)
    }
    of_day = day.toordinal() * doses_a_day
    starts = range(of_day - doses_a_day + 1, of_day + doses_a_day)
    return any(places.issuperset(range(start, start + doses_a_day)) for start in starts)


def can_be_reported(day: date, today: date) -> bool:
    """Whether a dose of `day` may be reported on `today`: today and the six days before."""
    return today - timedelta(days=DAYS_BACK) <= day <= today
