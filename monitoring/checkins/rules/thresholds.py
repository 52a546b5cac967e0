"""Thresholds as released files: read once, checked whole, then immutable."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from monitoring.checkins.rules.answers import CHOICES, SCALES
from monitoring.checkins.rules.levels import Level

FOLDER = Path(__file__).resolve().parent.parent / "thresholds"
CURRENT_VERSION = "2026.11"


class ThresholdsError(Exception):
    """A thresholds file that must not be used; the text names the file and the place."""


def _level(value: object) -> object:
    return Level.from_word(value) if isinstance(value, str) else value


def _decimal(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


LevelWord = Annotated[Level, BeforeValidator(_level)]
Limit = Annotated[Decimal, BeforeValidator(_decimal)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Clause(_Frozen):
    """Holds when any entry does: a question's score is at least a number, or an option was chosen."""

    at_least: Mapping[str, int] = Field(default_factory=dict)
    has: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Self:
        for question, score in self.at_least.items():
            if not 0 < score <= SCALES.get(question, 0):
                raise ValueError(f"no answer of {question} is {score}")
        for question, options in self.has.items():
            if not options or not set(options) <= set(CHOICES.get(question, ())):
                raise ValueError(f"{question} has no such options")
        if not self.at_least and not self.has:
            raise ValueError("a clause needs an entry")
        return self


class ScaleRule(_Frozen):
    """The level of each answer of a scale, mildest answer first, and how staff read that answer."""

    topic: str
    evidence: str
    levels: tuple[LevelWord, ...]
    says: tuple[str, ...]
    raised_when_at_risk: bool = False

    @field_validator("levels")
    @classmethod
    def _worse_is_never_milder(cls, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        if list(levels) != sorted(levels) or levels[0] is not Level.NONE:
            raise ValueError("levels start at none and never fall")
        return levels


class OptionRule(_Frozen):
    level: LevelWord
    says: str


class ChoiceRule(_Frozen):
    topic: str
    evidence: str
    options: Mapping[str, OptionRule]


class CombinationRule(_Frozen):
    """Answers that together mean more than each alone: every clause of `all` must hold."""

    id: str
    level: LevelWord
    says: str
    evidence: str
    all: tuple[Clause, ...] = Field(min_length=1)


class WarningsRule(_Frozen):
    count: int = Field(ge=2)
    level: LevelWord
    says: str
    evidence: str


class ChangeRule(_Frozen):
    """A score this much above the median of the last `days` days."""

    rise: int = Field(ge=1)
    days: int = Field(ge=1)
    level: LevelWord
    evidence: str


class AtRiskRule(_Frozen):
    """Who answers from a thinner margin: age in years, eGFR in mL/min/1.73 m²."""

    age_from: int
    egfr_below: Limit
    evidence: str


class EventRule(_Frozen):
    level: LevelWord
    days: int = Field(ge=1)
    says: str
    evidence: str


class Band(_Frozen):
    """A range of one measurement, both ends included, and its level."""

    level: LevelWord
    at_least: Limit | None = None
    at_most: Limit | None = None
    rise: Limit | None = Field(default=None, description="at or above the baseline by this much")
    not_sex: str | None = None
    when: Clause | None = None
    if_unknown: LevelWord | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.at_least is None and self.at_most is None and self.rise is None:
            raise ValueError("a band needs a limit")
        return self


class VitalRule(_Frozen):
    topic: str
    unit: str
    evidence: str
    bands: tuple[Band, ...] = Field(min_length=1)
    copd_bands: tuple[Band, ...] = ()


class OrthostaticRule(_Frozen):
    """A fall in pressure on standing, in mmHg."""

    systolic_drop: int
    diastolic_drop: int
    level: LevelWord
    urgent_standing_below: int
    urgent_when: Clause
    evidence: str


class NoteRule(_Frozen):
    """What in a free-text note sends a person to read it."""

    level: LevelWord
    any_note_from: LevelWord
    words: tuple[str, ...]
    phrases: tuple[str, ...]


class GapRule(_Frozen):
    """Questions that a whole check-in must not leave open, and the level of doing so."""

    questions: tuple[str, ...]
    level: LevelWord
    evidence: str


class MissedRule(_Frozen):
    """How loudly a missed check-in is told: `level`, or `then` when it is one of several or follows a bad report."""

    level: LevelWord
    in_a_row: int = Field(ge=2)
    after_report_of: LevelWord
    then: LevelWord
    evidence: str


class Thresholds(_Frozen):
    """One released set of thresholds. `content_hash` is the SHA-256 of the file's bytes."""

    version: str
    released_on: str
    questions: Mapping[str, ScaleRule]
    choices: Mapping[str, ChoiceRule]
    combinations: tuple[CombinationRule, ...]
    several_warnings: WarningsRule
    change: ChangeRule
    at_risk: AtRiskRule
    events: Mapping[str, EventRule]
    vitals: Mapping[str, VitalRule]
    orthostatic: OrthostaticRule
    notes: NoteRule
    gaps: GapRule
    missed: MissedRule
    content_hash: str

    @model_validator(mode="after")
    def _covers_the_questionnaire(self) -> Self:
        if set(self.questions) != set(SCALES) or set(self.choices) != set(CHOICES):
            raise ValueError("every question needs its levels, and no other")
        for question, rule in self.questions.items():
            if not len(rule.levels) == len(rule.says) == SCALES[question] + 1:
                raise ValueError(f"{question} needs a level and words for each of its {SCALES[question] + 1} answers")
        for question, choice in self.choices.items():
            if set(choice.options) != set(CHOICES[question]):
                raise ValueError(f"{question} needs a level for each of its options")
        return self


def parse_thresholds(text: bytes, *, name: str) -> Thresholds:
    """Thresholds from the bytes of a file; ThresholdsError, naming the place, when anything in it is off."""
    try:
        content: Any = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise ThresholdsError(f"{name} is not YAML: {fault}") from fault
    if not isinstance(content, dict):
        raise ThresholdsError(f"{name} holds no mapping.")
    try:
        return Thresholds(**content, content_hash=hashlib.sha256(text).hexdigest())
    except (ValidationError, TypeError) as fault:
        raise ThresholdsError(f"{name}: {fault}") from fault


@lru_cache(maxsize=8)
def load_thresholds(version: str) -> Thresholds:
    """The released thresholds of `version`, read once a process."""
    name = f"{version}.yaml"
    try:
        text = (FOLDER / name).read_bytes()
    except OSError as fault:
        raise ThresholdsError(f"There is no thresholds file {name}.") from fault
    found = parse_thresholds(text, name=name)
    if found.version != version:
        raise ThresholdsError(f"{name} says it is version {found.version}.")
    return found


def current_thresholds() -> Thresholds:
    """The thresholds by which a new check-in is judged."""
    return load_thresholds(CURRENT_VERSION)
