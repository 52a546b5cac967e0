"""Cards for what was found: one for each hazard, loudest first, in the words of the rule."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from interactions.cds_hooks.checked import Checked
from interactions.cds_hooks.suggestions import suggestions_for
from interactions.cds_hooks.writing import bullets, clean, md, names, own, plain, summary
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
_EVIDENCE: Final = {
    "label": "product label",
    "study": "published study",
    "secondary": "secondary source",
    "judgement": "clinical judgement",
    "gk": "general knowledge, to be verified",
}
NewUuid = Callable[[], UUID]


def indicator_of(finding: Finding) -> str:
    """How loud a finding is shown: info, warning or critical."""
    if finding.code in _EMERGENCIES and finding.severity is Severity.MAJOR and finding.state is State.ACTIVE:
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
        "indicator": indicator_of(finding),
        "source": source(base_url, finding.code, finding.title),
        "detail": _detail(finding, checked, lines, release),
        "links": [{"label": f"Rule {finding.rule}: sources and evidence", "url": rule_url, "type": "absolute"}],
    }
    if finding.severity is not Severity.NONE:
        card |= suggestions_for(finding, checked, lines, rule_url=rule_url, new_uuid=new_uuid)
        card["overrideReasons"] = [
            {"code": code, "system": SYSTEM, "display": DISPLAYS[code]} for code in reasons_for(finding.code)
        ]
    return card


def source(base_url: str, code: str, title: str) -> dict[str, Any]:
    """Where a card comes from, and what it is about."""
    return {
        "label": "Evenkeel",
        "url": f"{base_url}/knowledge/",
        "topic": {"code": code, "system": TOPICS, "display": plain(title)},
    }


def _summary(finding: Finding, release: Release) -> str:
    word = "" if finding.severity is Severity.NONE else f"{finding.severity.value.capitalize()}{_when(finding)}: "
    called = [release.substances[key].name for key in finding.participants if key in release.substances]
    if len(called) > _MOST_NAMED:
        called = [*called[: _MOST_NAMED - 1], f"{len(called) - _MOST_NAMED + 1} more"]
    who = f"{' + '.join(called)} – " if called else ""
    return summary(f"{word}{who}{plain(finding.title)}")


def _when(finding: Finding) -> str:
    return {State.RESIDUAL: ", still in the body", State.UPCOMING: ", coming"}.get(finding.state, "")


def _detail(finding: Finding, checked: Checked, lines: Iterable[Line], release: Release) -> str:
    """The minimal information a reader needs to judge an interaction; what is not known is said to be unknown."""
    graded = finding.severity is not Severity.NONE
    often = ["taken together: unknown", "harm when taken together: unknown", *_onset(finding, release)]
    parts = [
        f"**{own(finding.title)}**{_dates(finding)}",
        _section("Medicines", (_line(line, finding.participants) for line in lines)),
        _section("In this patient", _factors(finding)),
        _section("How serious", [_serious(finding)] if graded else []),
        _section("What may happen" if graded else "What it means", map(own, finding.effects)),
        _section("What can be done", map(own, finding.management)),
        _section("Not known here", _unknown(finding, release)),
        _section("How it comes about", _mechanisms(finding, release) if graded else []),
        _section("How often", often if graded else []),
        _section("Graded elsewhere", _opinions(finding, release)),
        _section("Evidence", [_evidence(finding, release)]),
    ]
    if not checked.request.prefetch.medicines_whole():
        parts.insert(1, "**The list of medicines that was sent is incomplete; more may be wrong than stands here.**")
    return "\n\n".join(part for part in parts if part)


def _section(title: str, lines: Iterable[str]) -> str:
    given = [line for line in lines if line]
    return f"**{title}**\n\n{bullets(given)}" if given else ""


def _dates(finding: Finding) -> str:
    if finding.starts is not None:
        return f", from {_day(finding.starts)} on"
    if finding.state is State.RESIDUAL and finding.until is not None:
        return f", until {_day(finding.until)}: it was stopped and is not yet out of the body"
    return ""


def _day(day: date) -> str:
    return day.isoformat()


def _line(line: Line, participants: tuple[str, ...]) -> str:
    """One medicine as the record has it, and how it was understood."""
    doses = {exposure.dose for exposure in line.exposures if exposure.ingredient in participants}
    dose = (
        names([each.describe() if each is not None else "dose not known" for each in doses]) if len(doses) == 1 else ""
    )
    where = "order to be signed" if line.draft else line.medicine.kind
    ended = [exposure.end for exposure in line.exposures if exposure.end is not None]
    until = f", last day {_day(max(ended))}" if ended else ""
    route = line.exposures[0].route.value if line.exposures else "unknown"
    said = ", ".join(filter(None, [md(clean(line.said)), dose, f"route {route}"]))
    return f"{said} ({where}{until})"


def _serious(finding: Finding) -> str:
    base = "" if finding.severity == finding.base_severity else f" (the rule alone: {finding.base_severity.value})"
    return (
        f"**{finding.severity.value}**{base}, on a scale of minor, moderate, major, contraindicated; "
        "no share of deaths or hospital stays is known"
    )


def _mechanisms(finding: Finding, release: Release) -> list[str]:
    found = [
        f"{own(each.name)}: {own(each.text)} ({_EVIDENCE[each.evidence]})"
        for each in release.mechanisms_of(finding.rule)
    ]
    return found or ["unknown beyond the effects above"]


def _factors(finding: Finding) -> list[str]:
    words = {"raises": "raises the risk", "lowers": "lowers the risk", "notes": "of note"}
    return [
        f"{words[factor.effect]}: {md(factor.detail)} ({_EVIDENCE[factor.evidence]}{_ids(factor.sources)})"
        for factor in finding.factors
    ]


def _ids(sources: tuple[str, ...]) -> str:
    return f"; {own(', '.join(sources))}" if sources else ""


def _unknown(finding: Finding, release: Release) -> list[str]:
    found = []
    for key in finding.unknown:
        known = release.unknowns.get(key)
        found.append(own(key.replace("_", " ")) if known is None else f"{own(known.name)}: {own(known.find_out)}")
    return found


def _onset(finding: Finding, release: Release) -> list[str]:
    firing = release.firing.get(finding.rule)
    return [f"onset: {own(firing.onset)}"] if firing is not None and firing.onset else []


def _opinions(finding: Finding, release: Release) -> list[str]:
    return [
        f"{own(each.publisher)}: {own(each.grade or 'no grade')} ({own(each.scale)}"
        f"{'' if each.verified else '; not verified'})"
        for each in release.opinions_of(finding.rule)
    ]


def _evidence(finding: Finding, release: Release) -> str:
    titles = [release.sources[each] for each in finding.sources if each in release.sources]
    said = "; ".join(f"{own(each.id)} {own(each.title)} ({own(each.year)})" for each in titles)
    return f"{_EVIDENCE[finding.evidence]}{': ' + said if said else ''}. Knowledge release {own(release.version)}"
