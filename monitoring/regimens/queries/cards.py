"""An interaction as a page explains it: why now, what raises this patient's risk, how sure, what to do. Reads only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import pgettext, pgettext_lazy

from interactions.checking import Exposure
from interactions.checking.citing import Source, ingredient_name, sources_of
from interactions.checking.explaining import Explanation, Unknown, explanation_of, unknowns_named
from interactions.checking.hazards import by_hazard, hazard_of
from interactions.medicines import Dose
from monitoring.formatting import NBSP, day_text
from monitoring.regimens.models import InteractionFlag, Override
from monitoring.regimens.queries.asking import Asked
from monitoring.regimens.rules import flag_mark

_EVIDENCE_WORDS: Final = {
    "label": pgettext_lazy("staff", "product label"),
    "study": pgettext_lazy("staff", "published study"),
    "secondary": pgettext_lazy("staff", "secondary source"),
    "judgement": pgettext_lazy("staff", "judgement, not a published finding"),
    "gk": pgettext_lazy("staff", "general knowledge, not traced to a source"),
}
_UNKNOWN_WORDS: Final = {"egfr": "eGFR", "qtc": "QTc", "qtc_ms": "QTc", "cyp2d6": "CYP2D6"}
_MOVES: Final = {
    "raises": pgettext_lazy("staff", "raises the severity"),
    "lowers": pgettext_lazy("staff", "lowers the severity"),
    "notes": pgettext_lazy("staff", "for information"),
}


@dataclass(frozen=True, slots=True)
class Factor:
    """Something about the patient that moves the severity, or does not, with what it rests on."""

    detail: str
    moves: str
    evidence: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The clinic's own severity of the rule, with why and since when."""

    was: str
    severity: str
    reason: str
    since: date


@dataclass(frozen=True, slots=True)
class Card:
    """One finding for a reader. `why` is why it must be answered now; "" is quiet."""

    code: str
    rule: str
    hazard: str
    severity: str
    base_severity: str
    state: str
    title: str
    names: str
    effects: tuple[str, ...]
    why_now: tuple[str, ...]
    raising: tuple[Factor, ...]
    other_factors: tuple[Factor, ...]
    unknown: tuple[Unknown, ...]
    evidence: str
    sources: tuple[Source, ...]
    management: tuple[str, ...]
    behind: Explanation
    patient_title: str = ""
    patient_advice: tuple[str, ...] = ()
    adjusted: Adjusted | None = None
    fingerprint: str = ""
    mark: str = ""
    why: str = ""
    flag: InteractionFlag | None = None
    answer: Override | None = None


def card_of_finding(finding: Mapping[str, Any], taken: Mapping[str, str], **more: Any) -> Card:
    """The card of a finding as stored; `taken` says in words how each ingredient is taken."""
    factors, rule = finding.get("factors", ()), finding.get("rule", "")
    return Card(
        code=finding["code"],
        rule=rule,
        hazard=hazard_of(finding["code"]),
        severity=finding["severity"],
        base_severity=finding.get("base_severity", ""),
        state=finding["state"],
        title=finding.get("title", finding["code"]),
        names=" + ".join(ingredient_name(key) for key in finding["participants"]),
        effects=tuple(finding.get("effects", ())),
        why_now=tuple(taken[key] for key in finding["participants"] if key in taken),
        raising=tuple(_factor(each) for each in factors if each["effect"] == "raises"),
        other_factors=tuple(_factor(each) for each in factors if each["effect"] != "raises"),
        unknown=unknowns_named(finding.get("unknown", ())),
        evidence=evidence_words(finding.get("evidence", "")),
        sources=sources_of(finding.get("sources", ())),
        management=tuple(finding.get("management", ())),
        behind=explanation_of(rule),
        patient_title=finding.get("patient_title", ""),
        patient_advice=tuple(finding.get("patient_advice", ())),
        adjusted=_adjusted(finding.get("adjusted")),
        **more,
    )


def _adjusted(told: Mapping[str, str] | None) -> Adjusted | None:
    if told is None:
        return None
    return Adjusted(told["from"], told["to"], told["reason"], date.fromisoformat(told["since"]))


@dataclass(frozen=True, slots=True)
class Hazard:
    """Cards that speak of one and the same harm; the loudest leads."""

    lead: Card
    others: tuple[Card, ...]


def hazards_of(cards: Sequence[Card]) -> tuple[Hazard, ...]:
    """One hazard for all the cards of a harm, in the order in which each harm first comes up."""
    return tuple(Hazard(lead, tuple(others)) for lead, *others in by_hazard(cards, lambda card: card.code))


def evidence_words(evidence: str) -> str:
    """What a statement rests on, in words: `gk` as “general knowledge, not traced to a source”."""
    return str(_EVIDENCE_WORDS.get(evidence, evidence))


def unknown_word(name: str) -> str:
    """A fact that is not known, in words: `egfr` as “eGFR”, `lung_disease` as “lung disease”."""
    return _UNKNOWN_WORDS.get(name, name.replace("_", " "))


def _factor(factor: Mapping[str, Any]) -> Factor:
    evidence = str(_EVIDENCE_WORDS.get(factor.get("evidence", ""), ""))
    moves = str(_MOVES.get(factor["effect"], ""))
    return Factor(factor["detail"], moves, evidence, sources_of(factor.get("sources", ())))


def card_of_asked(asked: Asked, taken: Mapping[str, str]) -> Card:
    """The card of a finding that was just screened, beside what is kept on it."""
    return card_of_finding(
        asked.shown, taken, fingerprint=asked.fingerprint, mark=flag_mark(asked.shown, "open"), why=asked.why,
        flag=asked.flag, answer=asked.answer,
    )  # fmt: skip


def dose_words(dose: Dose | None) -> str:
    """A dose for a reader, its numbers and units kept on one line."""
    if dose is None:
        return pgettext("staff", "dose not known")
    return re.sub(r"(\d) (?=(?:mg|g|mL|microgram|tablet|unit|drop|puff|patch|drink))", rf"\1{NBSP}", dose.describe())


def taken_words(exposures: Sequence[Exposure], rows: Sequence[UUID | None], on: date) -> dict[str, str]:
    """How each ingredient is taken, in words; a row that is None is the medicine being added now."""
    said: dict[str, str] = {}
    for exposure, row in zip(exposures, rows, strict=True):
        sentence = _sentence(exposure, on, adding=row is None)
        said[exposure.ingredient] = " ".join(filter(None, [said.get(exposure.ingredient), sentence]))
    return said


def _sentence(exposure: Exposure, on: date, *, adding: bool) -> str:
    name, dose = ingredient_name(exposure.ingredient), dose_words(exposure.dose)
    said = {"name": name, "dose": dose}
    if adding:
        return pgettext("staff", "You are adding %(name)s: %(dose)s.") % said
    if exposure.end is not None and exposure.end < on:
        return pgettext("staff", "%(name)s: %(dose)s, last taken %(day)s.") % {**said, "day": day_text(exposure.end)}
    if exposure.start is None:
        return pgettext("staff", "%(name)s: %(dose)s, start not known.") % said
    if exposure.start > on:
        text = pgettext("staff", "%(name)s: %(dose)s, planned from %(day)s.")
    else:
        text = pgettext("staff", "%(name)s: %(dose)s, since %(day)s.")
    return text % {**said, "day": day_text(exposure.start)}
