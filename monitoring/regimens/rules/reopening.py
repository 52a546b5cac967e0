"""When an answer to an interaction no longer stands, and why, in words. Pure: no Django.

An answer holds for what was true when it was given. It is asked for again when the hazard, or what makes it worse,
has grown since; when time is up; or when what was promised with it is not kept. What is not known never keeps an
answer standing: a fact that was not kept, or is not known any more, asks again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from monitoring.regimens.rules.asking import severity_rank
from monitoring.regimens.rules.facts import Facts, Taken

# Lower ends of the bands of eGFR (mL/min/1.73 m²) after KDIGO's stages; an answer covers one band.
EGFR_BANDS: Final = (90, 60, 30, 15)
EGFR_WORDS: Final = ("90 or more", "60 to 89", "30 to 59", "15 to 29", "below 15")
# Beers counts from 65; falls, kidneys and the effects of sedatives go on changing with age (judgement).
AGE_BANDS: Final = (65, 75, 85)
MISSED_IN_A_ROW: Final = 2


class Cause(StrEnum):
    """Why a flag asks: `new`, or what made an earlier answer fall."""

    NEW = "new"
    SEVERITY = "severity"
    MEDICINE = "new_medicine"
    FACTOR = "risk_factor"
    DOSE = "dose_rise"
    ROUTE = "route"
    EGFR = "egfr"
    AGE = "age_band"
    RELEASE = "release"
    EXPIRED = "expired"
    MONITORING = "monitoring"
    WITHDRAWN = "withdrawn"
    NOT_KEPT = "not_recorded"


@dataclass(frozen=True, slots=True)
class Reopening:
    """One reason to ask again: its code, and a clause for a clinician to read."""

    cause: Cause
    words: str


@dataclass(frozen=True, slots=True)
class Promise:
    """How the check-ins promised with an answer go: asked and answered so far, the last ones in a row not done."""

    asked: int
    answered: int
    missed_in_a_row: int
    ended: bool

    @property
    def kept(self) -> bool:
        return not self.ended and self.missed_in_a_row < MISSED_IN_A_ROW


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the rules see it. `facts` None: what was true then was not kept. `promise` None: none made."""

    at: datetime
    expires_on: date
    facts: Facts | None
    promise: Promise | None = None


def reopening(given: Given, now: Facts, *, today: date) -> tuple[Reopening, ...]:
    """Every reason why the answer must be given again on `today`; none while nothing has changed for the worse."""
    then = given.facts
    found: list[Reopening] = []
    if then is None:
        found.append(Reopening(Cause.NOT_KEPT, "what was true when it was answered was not kept"))
    else:
        found += _severity(then, now)
        found += _medicines_and_factors(then, now)
        for ingredient in sorted(now.taken.keys() & then.taken.keys()):
            found += _dose(ingredient, then.taken[ingredient], now.taken[ingredient], given.at)
        found += _egfr(then.egfr, now.egfr)
        found += _age(then.age, now.age)
        found += _release(then, now)
    if given.expires_on < today:
        found.append(Reopening(Cause.EXPIRED, "the answer has expired"))
    found += _promise(given.promise)
    return tuple(found)


def in_words(reasons: Sequence[Reopening]) -> str:
    """All reasons as one sentence without its full stop; "" when there is none."""
    return "; ".join(dict.fromkeys(each.words for each in reasons))


def causes(reasons: Sequence[Reopening]) -> list[str]:
    """The codes of the reasons, each once."""
    return list(dict.fromkeys(str(each.cause) for each in reasons))


def _severity(then: Facts, now: Facts) -> Iterator[Reopening]:
    if severity_rank(now.severity) > severity_rank(then.severity):
        yield Reopening(Cause.SEVERITY, f"severity rose from {then.severity} to {now.severity}")


def _medicines_and_factors(then: Facts, now: Facts) -> Iterator[Reopening]:
    """A medicine that takes part in the hazard, or raises it, and did not before; and any other factor that does."""
    for name in sorted(now.taken.keys() - then.taken.keys()):
        yield Reopening(Cause.MEDICINE, f"{name} now takes part")
    added = sorted(now.raised_by - then.raised_by)
    if added:
        raises = "raises" if len(added) == 1 else "raise"
        yield Reopening(Cause.MEDICINE, f"{' and '.join(added)} now {raises} the risk")
    for name in sorted(now.raising.keys() - then.raising.keys()):
        words = now.raising[name] or name.replace("_", " ")
        if not any(medicine in words for medicine in added):
            yield Reopening(Cause.FACTOR, f"new risk factor: {words}")


def _dose(name: str, then: Taken, now: Taken, answered_at: datetime) -> Iterator[Reopening]:
    """A higher dose, a dose that can no longer be told, or another way into the body.

    A rise inside a signed plan stays quiet: either the plan ran when the answer was given, so that the answer
    names its highest dose, or somebody signed it later, with the answered interaction before them. Any other
    rise was weighed by nobody.
    """
    if now.most == 0:
        return
    if why := _more_of(name, then, now, answered_at):
        yield Reopening(Cause.DOSE, why)
    added = now.routes - then.routes
    if added and then.routes:
        yield Reopening(Cause.ROUTE, f"{name} is taken another way: {', '.join(sorted(added))}")


def _more_of(name: str, then: Taken, now: Taken, answered_at: datetime) -> str:
    if then.most is None:
        known = now.most is not None or now.rows.keys() - then.rows.keys()
        return f"the dose of {name} was not known when it was answered" if known else ""
    if now.most is None:
        return f"how much {name} is taken a day can no longer be told"
    if then.most == 0:
        return f"{name} is taken again"
    if then.unit != now.unit:
        return f"the dose of {name} is given in another unit"
    if now.most <= then.most or _covered(then.rows, now, answered_at):
        return ""
    return f"{name} rose from {_amount(then.most)} to {_amount(now.most)} {now.unit} a day"


def _covered(then_rows: Mapping[str, Decimal | None], now: Taken, answered_at: datetime) -> bool:
    risen = [row for row, most in now.rows.items() if _more(most, then_rows.get(row, Decimal(0)))]
    return bool(risen) and all(row in now.signed and now.signed[row] >= answered_at for row in risen)


def _more(now: Decimal | None, then: Decimal | None) -> bool:
    return now is None or then is None or now > then


def _amount(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def egfr_band(egfr: Decimal) -> int:
    """Place of an eGFR in `EGFR_WORDS`: 0 for 90 or more, 4 for below 15."""
    return sum(egfr < limit for limit in EGFR_BANDS)


def _egfr(then: Decimal | None, now: Decimal | None) -> Iterator[Reopening]:
    """A lower band. Not known then counts as the best one, so that whatever is worse asks."""
    if now is None:
        if then is not None:
            yield Reopening(Cause.EGFR, "the eGFR is no longer known")
        return
    band, before = egfr_band(now), 0 if then is None else egfr_band(then)
    if band > before:
        was = "was not known" if then is None else f"fell from {EGFR_WORDS[before]}"
        yield Reopening(Cause.EGFR, f"eGFR {was} and is now {_amount(now)} ({EGFR_WORDS[band]})")


def _age(then: int | None, now: int | None) -> Iterator[Reopening]:
    if now is None:
        if then is not None:
            yield Reopening(Cause.AGE, "the age is no longer known")
        return
    reached = [limit for limit in AGE_BANDS if limit <= now and (then is None or limit > then)]
    if reached:
        yield Reopening(Cause.AGE, f"the patient has reached {reached[-1]}")


_PARTS: Final = {
    "severity": "how severe it is", "title": "what it is", "effects": "what may happen", "management": "what helps",
    "evidence": "how sure it is",
}  # fmt: skip


def _release(then: Facts, now: Facts) -> Iterator[Reopening]:
    """Another release that says something else of the same; a text of a factor is compared while both apply."""
    if now.release == then.release:
        return
    changed = [name for name in then.said.keys() & now.said.keys() if then.said[name] != now.said[name]]
    if changed:
        parts = dict.fromkeys(_PARTS.get(name, "a risk factor") for name in sorted(changed))
        yield Reopening(Cause.RELEASE, f"the rules of {now.release} changed {', '.join(parts)}")


def _promise(promise: Promise | None) -> Iterator[Reopening]:
    if promise is None or promise.kept:
        return
    if promise.ended:
        yield Reopening(Cause.MONITORING, "the promised check-ins were ended")
    else:
        yield Reopening(Cause.MONITORING, f"the last {promise.missed_in_a_row} promised check-ins were not answered")
