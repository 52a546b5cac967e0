"""Labelled dosing, limits, tapers and washout windows, as frozen values.

Amounts are Decimal in the unit beside them; oral doses in mg, intrathecal in microgram, and the
two are never compared. Every value carries the source ids and the evidence mark it rests on.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from interactions.knowledge.facts import Evidence, Fact, Numbers, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimit(Fact):
    """An amount above which a level of notice is due; ``above`` itself is still allowed.

    ``info`` is a labelled caution for a clinician to read; ``warning`` and ``urgent`` are maxima.
    """

    id: str
    ingredient: str
    route: str
    above: Decimal
    unit: str
    level: Literal["info", "warning", "urgent"]
    text: str
    evidence: Evidence
    sources: tuple[str, ...]
    per: Literal["day", "dose"] = "day"
    age_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStep(Fact):
    """The amounts of one day, held from ``day`` (1 is the first) until the next step's day."""

    day: int
    amounts: tuple[Decimal, ...]
    times: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Fact):
    """A labelled way up, or a cautious default way down, that a clinician may start a plan from.

    ``min_gap_days`` is the shortest time between two steps and ``max_step`` the largest change of
    the daily amount in that time. ``max_daily`` is the ceiling this schedule is written for.
    """

    id: str
    ingredient: str
    label: str
    direction: Literal["up", "taper"]
    unit: str
    steps: tuple[ScheduleStep, ...]
    min_gap_days: int
    max_step: Decimal
    evidence: Evidence
    sources: tuple[str, ...]
    max_daily: Decimal | None = None
    region: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenalBand(Fact):
    """eGFR (mL/min/1.73 m²) from ``egfr_from`` up to but not including ``egfr_below``.

    ``reduction`` is the part of the dose taken away; None means that the band says avoid.
    """

    ingredient: str
    basis: str
    egfr_from: Decimal
    egfr_below: Decimal | None
    reduction: Decimal | None
    text: str
    evidence: Evidence
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DosingNote(Fact):
    """A labelled fact about dosing that no rule computes with, for a clinician to read."""

    id: str
    ingredient: str
    topic: str
    text: str
    evidence: Evidence
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing(Fact):
    """All dosing knowledge of a release."""

    limits: tuple[DoseLimit, ...]
    schedules: tuple[Schedule, ...]
    renal_bands: tuple[RenalBand, ...]
    notes: tuple[DosingNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenalFactor(Fact):
    """By how much the baclofen window grows in this eGFR band (judgement, S11)."""

    egfr_from: Decimal
    egfr_below: Decimal | None
    factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Washout(Fact):
    """How long a stopped medicine still counts where the substance's own days do not tell all.

    Hours or days as named. ``local_hours`` is for topical, vaginal and rectal use. The two
    directions of a tricyclic and an MAOI are apart, since the label counts them apart (S19).
    """

    baclofen_oral_hours: Decimal
    baclofen_intrathecal_hours: Decimal
    baclofen_renal_factors: tuple[RenalFactor, ...]
    local_hours: Numbers
    amitriptyline_days: int
    amitriptyline_slow_days: int
    amitriptyline_after_inhibitor_days: int
    tca_after_irreversible_maoi_days: int
    tca_after_reversible_maoi_days: int
    tca_after_maoi_like_days: int
    maoi_after_tca_days: int
    as_needed_days: int
    withdrawal_watch_days: int
    basis: Words
    sources: tuple[str, ...]
