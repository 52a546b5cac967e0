"""What a screening says: findings with their factors, and one overall word. Texts are put together late."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from interactions.checking.explaining import explanation_of, unknowns_named
from interactions.checking.exposure import Level, State, Unresolved
from interactions.checking.hazards import hazard_of
from interactions.knowledge.facts import Evidence
from interactions.knowledge.release import FactorText, Release, RuleText


class Severity(StrEnum):
    """How bad an interaction is. NONE marks cards about the list itself, which count for nothing."""

    NONE = "none"
    MINOR = "minor"
    MODERATE = "moderate"
    MAJOR = "major"
    CONTRAINDICATED = "contraindicated"

    @property
    def rank(self) -> int:
        """0 for none up to 4 for contraindicated."""
        return _RANKS[self._value_]

    def raised(self) -> "Severity":
        """One step up, to major at most: nothing becomes contraindicated by adding up."""
        return _LADDER[self.rank + 1] if self.rank < Severity.MAJOR.rank else self

    def lowered(self) -> "Severity":
        """One step down, to minor at least."""
        return _LADDER[max(self.rank - 1, Severity.MINOR.rank)]


_LADDER: Final = tuple(Severity)
# By the word, whose hash is at hand. A check-in level stands in a card's list by how soon somebody must act.
_RANKS: Final = {severity.value: rank for rank, severity in enumerate(_LADDER)}
_PLACES: Final = {**_RANKS, "info": 1, "warning": 2, "urgent": 3, "emergency": 5}

Effect = Literal["raises", "lowers", "notes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A clinic's own severity for a rule, with why and since when.

    It takes the place of the severity the release gives the rule; what the patient's factors add or take
    stays on top. Raises ValueError without a reason, or for NONE, which marks cards that have no severity.
    """

    rule: str
    severity: Severity
    reason: str
    since: date

    def __post_init__(self) -> None:
        """Refuse what could not be shown or would silence a card."""
        if self.severity is Severity.NONE:
            raise ValueError(f"{self.rule}: a severity can be moved, not taken away")
        if not self.reason.strip():
            raise ValueError(f"{self.rule}: a reason is needed")


class Factor(NamedTuple):
    """Something about this patient that raised, lowered or marks a finding, with the patient's values."""

    text: FactorText
    values: tuple[tuple[str, object], ...] = ()

    @property
    def factor(self) -> str:
        """The stable name of the factor."""
        return self.text.id

    @property
    def effect(self) -> Effect:
        """Which way it moved the severity; ``notes`` for neither."""
        return self.text.effect

    @property
    def detail(self) -> str:
        """The sentence with the patient's values in it."""
        return self.text.text.format_map(dict(self.values))

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources."""
        return self.text.sources

    @property
    def evidence(self) -> Evidence:
        """label, study, secondary, judgement or gk."""
        return self.text.evidence

    def as_dict(self) -> dict[str, object]:
        """JSON of the factor."""
        return {
            "factor": self.factor,
            "effect": self.effect,
            "detail": self.detail,
            "sources": list(self.sources),
            "evidence": self.evidence,
        }


class Finding(NamedTuple):
    """One card: a hazard of these medicines for this patient.

    ``severity`` is a check-in level on SYMPTOM cards and a Severity everywhere else. ``starts`` is the day
    an upcoming hazard begins; ``until`` the last day a residual one counts. ``unknown`` names what would
    have mattered and was not known: it never lowered anything. ``adjusted`` is the clinic's own severity of
    the rule, which ``severity`` and ``base_severity`` then follow.
    """

    text: RuleText
    severity: Severity | Level
    base_severity: Severity
    state: State
    participants: tuple[str, ...]
    factors: tuple[Factor, ...] = ()
    unknown: tuple[str, ...] = ()
    starts: date | None = None
    until: date | None = None
    adjusted: Adjustment | None = None

    @property
    def code(self) -> str:
        """The finding code, of the fixed list."""
        return self.text.code

    @property
    def rule(self) -> str:
        """The id of the rule that fired."""
        return self.text.id

    @property
    def title(self) -> str:
        """The hazard in a few words, for a clinician."""
        return self.text.title

    @property
    def effects(self) -> tuple[str, ...]:
        """What may happen."""
        return self.text.effects

    @property
    def management(self) -> tuple[str, ...]:
        """What a clinician can do; what this patient's factors ask for comes first."""
        if any(factor.factor == "stable_low_dose" for factor in self.factors):
            return ("Continue to monitor; no change is asked for while this holds.", *self.text.management)
        return self.text.management

    @property
    def patient_title(self) -> str:
        """The hazard in plain words."""
        return self.text.patient_title

    @property
    def patient_advice(self) -> tuple[str, ...]:
        """What the patient is told, in plain words."""
        return self.text.patient_advice

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources of the rule and of its factors, each once."""
        return tuple(dict.fromkeys([*self.text.sources, *(s for f in self.factors for s in f.sources)]))

    @property
    def evidence(self) -> Evidence:
        """What the rule rests on."""
        return self.text.evidence

    @property
    def rank(self) -> int:
        """Place in the list, loudest first; comparable across both kinds of severity."""
        return _PLACES[self.severity._value_]

    @property
    def counts(self) -> bool:
        """Whether it has a say in the overall word: drug severities that are present today do."""
        return (
            isinstance(self.severity, Severity)
            and self.severity is not Severity.NONE
            and self.state in {State.ACTIVE, State.RESIDUAL}
        )

    @property
    def identity(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes two findings the same hazard: code, rule and participants."""
        return self.code, self.rule, self.participants

    def as_dict(self) -> dict[str, object]:
        """JSON of the finding, with all its texts."""
        found: dict[str, object] = {
            "code": self.code,
            "rule": self.rule,
            "hazard": hazard_of(self.code),
            "title": self.title,
            "severity": self.severity.value,
            "base_severity": self.base_severity.value,
            "state": self.state.value,
            "participants": list(self.participants),
            "factors": [factor.as_dict() for factor in self.factors],
            "unknown": list(self.unknown),
            "effects": list(self.effects),
            "management": list(self.management),
            "patient_title": self.patient_title,
            "patient_advice": list(self.patient_advice),
            "sources": list(self.sources),
            "evidence": self.evidence,
        }
        if self.starts is not None:
            found["starts"] = self.starts.isoformat()
        if self.until is not None:
            found["until"] = self.until.isoformat()
        if self.adjusted is not None:
            found["adjusted"] = {
                "from": self.text.base_severity,
                "to": self.adjusted.severity.value,
                "reason": self.adjusted.reason,
                "since": self.adjusted.since.isoformat(),
            }
        return found


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Loudest first, then by code, rule, participants and start: the same order for the same regimen."""
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> tuple[int, str, str, tuple[str, ...], str, date]:
    text = finding.text
    rank = -_PLACES[finding.severity._value_]
    return rank, text.code, text.id, finding.participants, finding.state._value_, finding.starts or date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """One run of the checker: the release that made it, what it found and what it could not check.

    ``not_checked`` names facts without which a hazard of this regimen could not be judged at all.
    ``knowledge`` is the release itself, by which findings are explained; the one in force where it is None.
    """

    release: str
    content_hash: str
    findings: tuple[Finding, ...]
    unresolved: tuple[Unresolved, ...] = ()
    not_understood: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    knowledge: Release | None = field(default=None, compare=False, repr=False)

    @property
    def complete(self) -> bool:
        """True when everything was understood and every hazard of the regimen could be judged."""
        return not (self.unresolved or self.not_understood or self.not_checked)

    @property
    def overall(self) -> str:
        """The highest severity present today; ``none`` only when nothing was left unchecked, else ``unknown``."""
        severities = [f.severity for f in self.findings if f.counts and isinstance(f.severity, Severity)]
        if severities:
            return max(severities, key=lambda severity: severity.rank).value
        return "none" if self.complete else "unknown"

    def _explained(self, finding: Finding) -> dict[str, object]:
        unknown = unknowns_named(finding.unknown, release=self.knowledge)
        return {
            **finding.as_dict(),
            **explanation_of(finding.rule, release=self.knowledge).as_dict(),
            "unknown_how": [{"fact": each.id, "name": each.name, "find_out": each.find_out} for each in unknown],
        }

    def as_dict(self) -> dict[str, object]:
        """JSON of the screening, each finding with what stands behind it."""
        return {
            "release": self.release,
            "content_hash": self.content_hash,
            "overall": self.overall,
            "findings": [self._explained(finding) for finding in self.findings],
            "unresolved": [line.as_dict() for line in self.unresolved],
            "not_understood": list(self.not_understood),
            "not_checked": list(self.not_checked),
        }
