"""Cards for what was found: one for each hazard, loudest first, in the words of the rule."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from interactions.cds_hooks.cards.details import detail_of
from interactions.cds_hooks.cards.suggestions import suggestions_for
from interactions.cds_hooks.checked import Checked
from interactions.cds_hooks.writing import label, summary
from interactions.checking import Finding, Severity, State
from interactions.checking.reasons import DISPLAYS, SYSTEM, reasons_for
from interactions.fhir import Line
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release

TOPICS: Final = "urn:evenkeel:finding"
# The pair stands on no published list of high-priority interactions, and a red card that is overridden nine times in
# ten teaches people to click: red is kept for what must not be given together, and for baclofen that has stopped.
_INDICATORS: Final = {
    Severity.CONTRAINDICATED: "critical",
    Severity.MAJOR: "warning",
    Severity.MODERATE: "warning",
    Severity.MINOR: "info",
    Severity.NONE: "info",
}
_EMERGENCIES: Final = frozenset({"WITHDRAWAL"})
_WRONG_UNIT: Final = "UNIT_ERROR"
_MOST_NAMED: Final = 3
NewUuid = Callable[[], UUID]


def indicator_of(finding: Finding, lines: Sequence[Line] = ()) -> str:
    """How loud a finding is shown: info, warning or critical.

    Baclofen that ended on a day nobody wrote may have ended years ago: that is no emergency by itself.
    """
    dated = not any(line.medicine.end_unknown for line in lines)
    if finding.code in _EMERGENCIES and dated and finding.severity is Severity.MAJOR and finding.state is State.ACTIVE:
        return "critical"
    if finding.code == _WRONG_UNIT:
        return "warning"
    return _INDICATORS.get(Severity(finding.severity.value), "warning")


def card_of(finding: Finding, checked: Checked, *, base_url: str, new_uuid: NewUuid) -> dict[str, Any]:
    """The card of one finding."""
    release = current_release()
    lines = checked.lines_of(finding)
    rule_url = f"{base_url}/knowledge/rules/{finding.rule}/"
    card: dict[str, Any] = {
        "uuid": str(new_uuid()),
        "summary": _summary(finding, release),
        "indicator": indicator_of(finding, lines),
        "source": source(base_url, finding.code, finding.title),
        "detail": detail_of(finding, checked, lines, release),
        "links": [{"label": f"Rule {finding.rule}: sources and evidence", "url": rule_url, "type": "absolute"}],
    }
    if finding.severity is not Severity.NONE:
        card |= suggestions_for(finding, checked, lines, rule_url=rule_url, new_uuid=new_uuid)
        card["overrideReasons"] = list(_reasons(finding.code))
    return card


@lru_cache(maxsize=64)
def _reasons(code: str) -> tuple[dict[str, str], ...]:
    return tuple({"code": each, "system": SYSTEM, "display": DISPLAYS[each]} for each in reasons_for(code))


def source(base_url: str, code: str, title: str) -> dict[str, Any]:
    """Where a card comes from, and what it is about."""
    return {
        "label": "Evenkeel",
        "url": f"{base_url}/knowledge/",
        "topic": {"code": code, "system": TOPICS, "display": label(title)},
    }


def _summary(finding: Finding, release: Release) -> str:
    word = "" if finding.severity is Severity.NONE else f"{finding.severity.value.capitalize()}{_when(finding)}: "
    called = [release.substances[key].name for key in finding.participants if key in release.substances]
    if len(called) > _MOST_NAMED:
        called = [*called[: _MOST_NAMED - 1], f"{len(called) - _MOST_NAMED + 1} more"]
    who = f"{' + '.join(called)} – " if called else ""
    return summary(f"{word}{who}{label(finding.title)}")


def _when(finding: Finding) -> str:
    return {State.RESIDUAL: ", still in the body", State.UPCOMING: ", coming"}.get(finding.state, "")
