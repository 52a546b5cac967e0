"""What a person takes and who takes it, as frozen values: the input of the checker.

``None`` means *unknown* everywhere in this file: never zero, never "no", never normal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from interactions.medicines.dose import Dose


class Route(StrEnum):
    """How a medicine enters the body. UNKNOWN is judged like a route that reaches the whole body."""

    ORAL = "oral"
    SUBLINGUAL = "sublingual"
    BUCCAL = "buccal"
    ENTERAL = "enteral"
    INTRATHECAL = "intrathecal"
    EPIDURAL = "epidural"
    INTRAVENOUS = "intravenous"
    INTRAMUSCULAR = "intramuscular"
    SUBCUTANEOUS = "subcutaneous"
    INJECTION = "injection"
    INHALED = "inhaled"
    NASAL = "nasal"
    TRANSDERMAL = "transdermal"
    TOPICAL = "topical"
    VAGINAL = "vaginal"
    RECTAL = "rectal"
    OPHTHALMIC = "ophthalmic"
    OTIC = "otic"
    UNKNOWN = "unknown"


# Beside the route's own name: words of clinicians, of sigs and of FHIR route displays.
_ROUTE_WORDS: Final[dict[Route, str]] = {
    Route.ORAL: "po, p.o., by mouth, mouth, per os, orally, per oral, orodispersible",
    Route.SUBLINGUAL: "sl, under the tongue",
    Route.BUCCAL: "in the cheek, oromucosal, transmucosal",
    Route.ENTERAL: "peg, peg tube, ng, ng tube, nasogastric, gastrostomy, jejunostomy, feeding tube",
    Route.INTRATHECAL: "it, pump, intrathecal pump, intraspinal, spinal",
    Route.INTRAVENOUS: "iv, i.v., intravenously",
    Route.INTRAMUSCULAR: "im, i.m.",
    Route.SUBCUTANEOUS: "sc, s.c., subcut, subcutaneously",
    Route.INJECTION: "injected, parenteral",
    Route.INHALED: "inhalation, inhaler, respiratory tract, smoked, vaped",
    Route.NASAL: "intranasal, nose",
    Route.TRANSDERMAL: "patch, skin patch, percutaneous, td",
    Route.TOPICAL: "skin, cutaneous, on the skin, cream, gel, ointment, apply to skin",
    Route.VAGINAL: "pv, per vagina, intravaginal",
    Route.RECTAL: "pr, per rectum, rectally, suppository",
    Route.OPHTHALMIC: "eye, eyes, ocular, conjunctival",
    Route.OTIC: "ear, ears, auricular",
}
_ROUTES: Final[dict[str, Route]] = {
    **{route.value: route for route in Route},
    **{word.strip(): route for route, words in _ROUTE_WORDS.items() for word in words.split(",")},
}


def read_route(text: str) -> Route | None:
    """The route that a word names ("PO", "Oral route", "by mouth"); None when it is not understood."""
    words = re.sub(r"\s+(route|use)( of administration)?$", "", " ".join(text.casefold().split()))
    return _ROUTES.get(words)


class State(StrEnum):
    """Where an exposure stands on a day. RESIDUAL is stopped with the washout still running."""

    ACTIVE = "active"
    RESIDUAL = "residual"
    UPCOMING = "upcoming"
    PAST = "past"


class AlcoholUse(StrEnum):
    """SOME is drinking of an amount nobody wrote down; REGULAR is daily, binge or a use disorder."""

    NONE = "none"
    OCCASIONAL = "occasional"
    SOME = "some"
    REGULAR = "regular"


class Level(StrEnum):
    """How loud a check-in is; the words of the alerts."""

    NONE = "none"
    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class EarlierDose:
    """What was taken of a medicine before its present dose; ``until`` is the last day of that dose."""

    dose: Dose | None
    until: date
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One ingredient taken over a span of days; ``end`` is the last day on which it was taken.

    ``product`` is the key of the combination or the label of the product it came in; ``entered`` is what
    the person typed. A start that is None is unknown and counts as begun. ``dose`` is the present one, and
    ``earlier`` are those before it, oldest first. Raises ValueError when the end lies before the start.
    """

    ingredient: str
    entered: str = ""
    route: Route = Route.UNKNOWN
    dose: Dose | None = None
    start: date | None = None
    end: date | None = None
    product: str | None = None
    as_needed: bool = False
    earlier: tuple[EarlierDose, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts (overlap rule O6)."""
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"{self.ingredient}: the end {self.end} lies before the start {self.start}")

    @property
    def dose_since(self) -> date | None:
        """The first day of the present dose; None when that is not known."""
        return self.earlier[-1].until + timedelta(days=1) if self.earlier else self.start

    def spans(self) -> tuple["Exposure", ...]:
        """One exposure for each dose it was taken in, oldest first."""
        if not self.earlier:
            return (self,)
        before = [replace(self, dose=each.dose, start=each.start, end=each.until, earlier=()) for each in self.earlier]
        return (*before, replace(self, start=self.dose_since, earlier=()))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInSummary:
    """The verdict on the latest check-in. ``warnings`` counts its answers at warning or above.

    ``signs`` are those of SIGNS that it showed; `signs_in` reads them from the answers.
    """

    level: Level
    warnings: int = 0
    reasons: tuple[str, ...] = ()
    signs: frozenset[str] = frozenset()

    @property
    def alarming(self) -> bool:
        """Urgent or above, or two warnings at once (modifier U10)."""
        return self.level in {Level.URGENT, Level.EMERGENCY} or self.warnings >= 2


# fall; alcohol; sedative: an opioid or sleeping tablet that may not be in the regimen; ran_out: three or more
# doses missed, or none left; self_harm: thoughts of it.
SIGNS: Final = frozenset({"alcohol", "fall", "ran_out", "sedative", "self_harm"})


def signs_in(answers: Mapping[str, object]) -> frozenset[str]:
    """What the rules ask of a check-in, from its answers by question (numbers, or lists of options)."""
    chosen = {option for value in answers.values() if isinstance(value, list | tuple | frozenset) for option in value}
    found = {sign for option, sign in _SIGN_OF_OPTION.items() if option in chosen}
    if _at_least(answers.get("q9_mood"), 3):
        found.add("self_harm")
    if _at_least(answers.get("q4_fall"), 2):
        found.add("fall")
    return frozenset(found)


_SIGN_OF_OPTION: Final = {
    "alcohol": "alcohol",
    "opioid_or_sleeping_tablet": "sedative",
    "missed_3plus_or_ran_out": "ran_out",
    "self_harm": "self_harm",
}


def _at_least(score: object, least: int) -> bool:
    return isinstance(score, int) and score >= least


EVENT_TYPES: Final = (
    "pump_alarm",
    "missed_refill",
    "pump_failure",
    "fall",
    "seizure",
    "overdose",
    "baclofen_transition",
)


@dataclass(frozen=True, slots=True)
class ClinicalEvent:
    """Something that happened, of one of EVENT_TYPES; an unknown day counts as recent."""

    type: str
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientContext:
    """What is known of the patient: age in whole years, eGFR in mL/min/1.73 m², QTc in ms, weight in kg.

    ``conditions`` are codes that `read_conditions` gives; ``conditions_known`` is False while nobody has
    recorded whether there are any. ``baclofen_taper`` is True when a stop is known to be tapered.
    ``not_understood`` are words about the patient that could not be read.
    """

    age: int | None = None
    sex: str | None = None
    egfr: Decimal | None = None
    conditions: frozenset[str] = frozenset()
    conditions_known: bool = False
    alcohol: AlcoholUse | None = None
    qtc_ms: int | None = None
    qtc_baseline_ms: int | None = None
    weight_kg: Decimal | None = None
    check_in: CheckInSummary | None = None
    events: tuple[ClinicalEvent, ...] = ()
    baclofen_taper: bool | None = None
    not_understood: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """A line of the regimen whose medicine could not be told: never guessed, never dropped.

    ``local`` marks a part of a product for the skin or a body cavity, which cannot be a depressant of the
    whole body. It still was not checked.
    """

    entered: str
    match: str = "unknown"
    candidates: tuple[str, ...] = ()
    local: bool = False

    def as_dict(self) -> dict[str, object]:
        """JSON of the line, with the names it may have meant."""
        return {"entered": self.entered, "match": self.match, "candidates": list(self.candidates)}
