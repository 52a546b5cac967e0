"""What is true of a hazard on a day: kept with an answer, and compared with later. Pure: no Django."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from interactions.checking import Finding

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Span:
    """A daily amount of one ingredient from `start` to `end`, both included (None: open). None is not known."""

    start: date | None
    end: date | None
    amount: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class Course:
    """One prescription's doses of one ingredient. `signed_up_to` is what a plan signed at `signed_at` may reach."""

    row: str
    ingredient: str
    route: str
    spans: tuple[Span, ...]
    signed_up_to: Decimal | None = None
    signed_unit: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """How much of an ingredient is taken, now or by what is already planned: the most on any day to come.

    `most` None is not known; 0 is not taken. `rows` has the most of each prescription, `signed` when a plan
    that reaches as far was signed, of those that have one.
    """

    most: Decimal | None
    unit: str = ""
    routes: frozenset[str] = frozenset()
    rows: Mapping[str, Decimal | None] = field(default_factory=dict)
    signed: Mapping[str, datetime] = field(default_factory=dict)


NOTHING_TAKEN: Final = Taken(Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A hazard on a patient as it stands on a day.

    `raising` are the factors that raise it, in words by name; `raised_by` the medicines those name; `said` a
    digest of each part of what the rule and its factors say; `taken` who takes part. `severity` is with the
    clinic's own severity in it. None is not known.
    """

    severity: str
    release: str
    said: Mapping[str, str] = field(default_factory=dict)
    raising: Mapping[str, str] = field(default_factory=dict)
    raised_by: frozenset[str] = frozenset()
    taken: Mapping[str, Taken] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    egfr: Decimal | None = None
    age: int | None = None


def facts_of(
    finding: Finding, *, release: str, courses: Iterable[Course], on: date, egfr: Decimal | None, age: int | None
) -> Facts:
    """The facts of `finding` on a day, the doses from the courses that go on or are still to come."""
    courses = list(courses)
    raising = [factor for factor in finding.factors if factor.effect == "raises"]
    return Facts(
        severity=str(finding.severity),
        release=release,
        said=_said(finding),
        raising={factor.factor: factor.detail.rstrip(".") for factor in raising},
        raised_by=frozenset(
            name for factor in raising for key, words in factor.values if key in {"medicine", "medicines"}
            for name in str(words).split(", ")
        ),
        taken=taken_in(finding, courses, on),
        others=frozenset(each.ingredient for each in courses) - set(finding.participants),
        egfr=egfr,
        age=age,
    )  # fmt: skip


def taken_in(finding: Finding, courses: Iterable[Course], on: date) -> dict[str, Taken]:
    """How much of each participant of a finding is taken."""
    courses = list(courses)
    return {key: taken([each for each in courses if each.ingredient == key], on) for key in finding.participants}


def _said(finding: Finding) -> dict[str, str]:
    """A digest of each part of the texts, before the patient's values are put in."""
    text = finding.text
    parts: dict[str, tuple[str, ...]] = {
        "severity": (str(text.base_severity),), "title": (text.title,), "effects": tuple(text.effects),
        "management": tuple(text.management), "evidence": (str(text.evidence),),
    }  # fmt: skip
    for factor in finding.factors:
        parts[f"factor {factor.factor}"] = (factor.text.effect, factor.text.text, str(factor.text.evidence))
    return {name: _digest(part) for name, part in parts.items()}


@lru_cache(maxsize=4096)
def _digest(part: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps(part).encode()).hexdigest()[:12]


def taken(courses: Iterable[Course], on: date) -> Taken:
    """What courses of one ingredient come to: the largest sum of one day, from `on` until the last planned change."""
    ahead = [(each, span) for each in courses for span in _ahead(each, on)]
    if not ahead:
        return NOTHING_TAKEN
    rows: dict[str, Decimal | None] = {}
    for course, span in ahead:
        known = rows.get(course.row, Decimal(0))
        rows[course.row] = None if known is None or span.amount is None else max(known, span.amount)
    units = {span.unit for _, span in ahead}
    days = {on, *(span.start for _, span in ahead if span.start is not None and span.start > on)}
    sums = [_sum(span for _, span in ahead if _covers(span, day)) for day in days]
    known_sums = [each for each in sums if each is not None]
    whole = len(units) == 1 and len(known_sums) == len(sums)
    return Taken(
        most=max(known_sums) if whole else None,
        unit=units.pop() if len(units) == 1 else "",
        routes=frozenset(course.route for course, _ in ahead),
        rows=rows,
        signed=_signed([course for course, _ in ahead], rows),
    )


def _ahead(course: Course, on: date) -> list[Span]:
    """The spans that go on or come, each at least as high as what a signed plan may still reach."""
    limit = course.signed_up_to
    return [
        Span(span.start, span.end, max(span.amount, limit), span.unit)
        if span.amount is not None and limit is not None and course.signed_unit == span.unit else span
        for span in course.spans if span.end is None or span.end >= on
    ]  # fmt: skip


def _covers(span: Span, day: date) -> bool:
    return (span.start is None or span.start <= day) and (span.end is None or day <= span.end)


def _sum(spans: Iterable[Span]) -> Decimal | None:
    total = Decimal(0)
    for span in spans:
        if span.amount is None:
            return None
        total += span.amount
    return total


def _signed(courses: Iterable[Course], rows: Mapping[str, Decimal | None]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for course in courses:
        most = rows[course.row]
        limit = course.signed_up_to
        if course.signed_at is not None and limit is not None and most is not None and most <= limit:
            found[course.row] = course.signed_at
    return found


def kept(facts: Facts) -> dict[str, Any]:
    """The facts as JSON to keep with an answer: codes and numbers, no free text and no words about the patient."""
    return {
        "version": _VERSION,
        "severity": facts.severity,
        "release": facts.release,
        "said": dict(sorted(facts.said.items())),
        "raising": sorted(facts.raising),
        "raised_by": sorted(facts.raised_by),
        "taken": {key: _kept_taken(each) for key, each in sorted(facts.taken.items())},
        "others": sorted(facts.others),
        "egfr": _text(facts.egfr),
        "age": facts.age,
    }


def shown_taken(each: Taken) -> dict[str, Any]:
    """How much is taken, as JSON: whichever prescriptions it comes from."""
    return {"most": _text(each.most), "unit": each.unit, "routes": sorted(each.routes)}


def _kept_taken(each: Taken) -> dict[str, Any]:
    return shown_taken(each) | {
        "rows": {row: _text(amount) for row, amount in sorted(each.rows.items())},
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"


def read_facts(stored: Mapping[str, Any]) -> Facts | None:
    """The facts kept with an answer; None when nothing was kept, or in a shape that is not known any more."""
    if stored.get("version") != _VERSION:
        return None
    return Facts(
        severity=stored["severity"],
        release=stored["release"],
        said=stored["said"],
        raising=dict.fromkeys(stored["raising"], ""),
        raised_by=frozenset(stored["raised_by"]),
        taken={key: _read_taken(each) for key, each in stored["taken"].items()},
        others=frozenset(stored["others"]),
        egfr=_number(stored["egfr"]),
        age=stored["age"],
    )


def _read_taken(stored: Mapping[str, Any]) -> Taken:
    rows = {row: _number(amount) for row, amount in stored["rows"].items()}
    return Taken(_number(stored["most"]), stored["unit"], frozenset(stored["routes"]), rows)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
