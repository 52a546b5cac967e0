"""What a clinic may change of the released thresholds and of the cadence. Pure: names and words in, faults out.

Every bound is measured from the release, never from what the clinic has now: many small steps go no further than one.
All bounds are judgement and await a clinical safety officer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

LEVELS: Final = ("none", "info", "warning", "urgent", "emergency")
EMERGENCY: Final = "emergency"
REASON_MIN_LENGTH: Final = 10
LONGEST_LABEL: Final = 20

# What a person must hear of at once, whatever the clinic thinks of its alerts: red flags, thoughts of self-harm,
# disturbed breathing, and answers that say the same as a red flag. They are not offered, and not accepted.
LOCKED: Final = (
    "choices.danger_signs.",
    "questions.q1_sleepiness.4",
    "questions.q2_breathing.2",
    "questions.q2_breathing.3",
    "questions.q3_standing.3",
    "questions.q3_standing.4",
    "questions.q4_fall.4",
    "questions.q5_thinking.3",
    "questions.q7_heart.3",
    "questions.q9_mood.3",
    "combinations.sedative_with_sedation",
    "combinations.sedation_with_breathing",
)

CadencePatch = Mapping[str, int]
Patch = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A setting that cannot be so, and why, for the person who chose it."""

    setting: str
    message: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One level or figure of the release, and how far a clinic may move it.

    A level has `choices`; a figure has `low` and `high`, both allowed, and `places` decimals.
    """

    name: str
    group: str
    label: str
    released: str
    choices: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    places: int = 0
    unit: str = ""

    @property
    def is_level(self) -> bool:
        return bool(self.choices)


@dataclass(frozen=True, slots=True)
class Protocol:
    """What judges and asks a clinic's patients at an instant; number 0 is the release as it stands."""

    number: int = 0
    based_on: str = ""
    thresholds: Patch = field(default_factory=lambda: MappingProxyType({}))
    cadence: CadencePatch = field(default_factory=lambda: MappingProxyType({}))
    content_hash: str = ""

    @property
    def version_label(self) -> str:
        """The name that every verdict keeps, such as 2026.11+clinic-3; "" for the release as it stands."""
        return label_of(self.based_on, self.number) if self.number else ""


AS_RELEASED: Final = Protocol()


def label_of(based_on: str, number: int) -> str:
    """The name of a clinic's version, at most 20 characters; a ValueError beyond."""
    label = f"{based_on}+clinic-{number}"
    if len(label) > LONGEST_LABEL:
        raise ValueError(f"“{label}” is too long a name for a version.")
    return label


def number_in(label: str) -> int:
    """The number of the clinic's version that `label` names; 0 where it names a release."""
    _, _, number = label.partition("+clinic-")
    return int(number) if number.isdecimal() else 0


def is_locked(name: str) -> bool:
    """Whether a level is one that no clinic may change."""
    return any(name == locked or (locked.endswith(".") and name.startswith(locked)) for locked in LOCKED)


def levels_allowed(name: str, released: str) -> tuple[str, ...]:
    """The levels a clinic may give what the release calls `released`, mildest first.

    One step milder at the most, and never none: nothing is silenced. Worse always. A locked one keeps its level.
    """
    if is_locked(name) or released not in LEVELS:
        return (released,)
    mildest = max(1, LEVELS.index(released) - 1)
    return LEVELS[mildest:] if released != "none" else LEVELS


# Figures in days or weeks, with bounds: never fewer than the release's days after a start, never less than weekly in
# the first eight weeks (the days and weeks together), never further apart than four weeks.
CADENCE: Final[Mapping[str, Setting]] = MappingProxyType({
    each.name: each
    for each in (
        Setting("daily_days", "How often", "Days with a check-in every day, after a start or a change", "14",
                low=Decimal(7), high=Decimal(56), unit="days"),
        Setting("weekly_weeks", "How often", "Weeks with a check-in every week, after these days", "6",
                low=Decimal(0), high=Decimal(52), unit="weeks"),
        Setting("later_weeks", "How often", "Weeks from one check-in to the next, after those weeks", "4",
                low=Decimal(1), high=Decimal(4), unit="weeks"),
        Setting("daily_days_after_stop", "How often", "Days with a check-in every day, after a stop", "7",
                low=Decimal(7), high=Decimal(28), unit="days"),
        Setting("weekly_weeks_after_stop", "How often", "Weeks with a check-in every week, after a stop", "4",
                low=Decimal(4), high=Decimal(26), unit="weeks"),
    )
})  # fmt: skip
FIRST_WEEKS_DAYS: Final = 56


def faults_of(patch: Patch, settings: Mapping[str, Setting]) -> Iterator[Fault]:
    """Every entry of `patch` that may not be; nothing when all of it is allowed."""
    for name, value in patch.items():
        setting = settings.get(name)
        if setting is None:
            yield Fault(name, "This cannot be changed.")
        elif message := _why_not(setting, value):
            yield Fault(name, message)


def _why_not(setting: Setting, value: object) -> str:
    if setting.is_level:
        return "" if value in setting.choices else "Choose one of the levels shown."
    number = figure(value, places=setting.places)
    low, high = setting.low, setting.high
    if number is None or low is None or high is None or not low <= number <= high:
        return f"Enter a number from {low} to {high} {setting.unit}".rstrip() + "."
    return ""


def figure(value: object, *, places: int) -> Decimal | None:
    """The number that `value` writes with at most `places` decimals; None for anything else."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or number != round(number, places):
        return None
    return number


def cadence_faults(patch: Mapping[str, object]) -> Iterator[Fault]:
    """Every entry of a cadence that may not be; where each may, the first eight weeks as a whole."""
    whole = {name: value for name, value in patch.items() if name in CADENCE and isinstance(value, int)}
    faults = [Fault(name, "This cannot be changed.") for name in patch if name not in whole]
    faults += [Fault(name, why) for name, value in whole.items() if (why := _why_not(CADENCE[name], value))]
    yield from faults
    if faults:
        return
    days = whole.get("daily_days", int(CADENCE["daily_days"].released))
    weeks = whole.get("weekly_weeks", int(CADENCE["weekly_weeks"].released))
    if days + 7 * weeks < FIRST_WEEKS_DAYS and whole.get("later_weeks", 4) > 1:
        message = "In the first eight weeks nobody may be asked less than once a week: add days or weeks."
        yield Fault("weekly_weeks" if "weekly_weeks" in patch else "daily_days", message)
