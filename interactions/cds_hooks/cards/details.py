"""The text of a card: what a reader needs to judge a hazard, in Markdown that stays text."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from interactions.cds_hooks.checked import Checked
from interactions.cds_hooks.writing import bullets, clean, md, names, own
from interactions.checking import Finding, Severity, State
from interactions.checking.rules.cards import say_date
from interactions.fhir import Line
from interactions.knowledge.loader import load_release
from interactions.knowledge.release import Release

_EVIDENCE: Final = {
    "label": "product label",
    "study": "published study",
    "secondary": "secondary source",
    "judgement": "clinical judgement",
    "gk": "general knowledge, to be verified",
}


def detail_of(finding: Finding, checked: Checked, lines: Iterable[Line], release: Release) -> str:
    """The minimal information a reader needs to judge an interaction (the items of PDDI-CDS); what is not known
    is said to be unknown."""
    graded = finding.severity is not Severity.NONE
    parts = [
        f"**{own(finding.title)}**{_dates(finding)}",
        _section("Medicines", (_line(line, finding.participants) for line in lines)),
        _section("In this patient", _factors(finding)),
        _section("How serious", [_serious(finding)] if graded else []),
        _advice(finding.effects, finding.management, graded),
        _section("Not known here", _unknown(finding, release)),
        _background(finding.rule, graded, release.version),
        _sources(finding.evidence, finding.sources, release.version),
    ]
    if not checked.request.prefetch.medicines_whole():
        parts.insert(1, "**The list of medicines that was sent is incomplete; more may be wrong than stands here.**")
    return "\n\n".join(part for part in parts if part)


@lru_cache(maxsize=512)
def _advice(effects: tuple[str, ...], management: tuple[str, ...], graded: bool) -> str:
    """What a rule says of harm and of what to do: the same on every card of it."""
    title = "What may happen" if graded else "What it means"
    parts = [_section(title, map(own, effects)), _section("What can be done", map(own, management))]
    return "\n\n".join(filter(None, parts))


@lru_cache(maxsize=512)
def _background(rule: str, graded: bool, version: str) -> str:
    """Why it harms, how often, and how others grade it."""
    release = load_release(version)
    often = ["taken together: unknown", "harm when taken together: unknown", *_onset(rule, release)]
    parts = [
        _section("How it comes about", _mechanisms(rule, release) if graded else []),
        _section("How often", often if graded else []),
        _section("Graded elsewhere", _opinions(rule, release)),
    ]
    return "\n\n".join(filter(None, parts))


@lru_cache(maxsize=2_048)
def _sources(evidence: str, sources: tuple[str, ...], version: str) -> str:
    """What the card rests on."""
    release = load_release(version)
    titles = [release.sources[each] for each in sources if each in release.sources]
    said = "; ".join(f"{own(each.id)} {own(each.title)} ({own(each.year)})" for each in titles)
    mark = f"{_EVIDENCE[evidence]}{': ' + said if said else ''}"
    return _section("Evidence", [f"{mark}. Knowledge release {own(release.version)}"])


def _section(title: str, lines: Iterable[str]) -> str:
    given = [line for line in lines if line]
    return f"**{title}**\n\n{bullets(given)}" if given else ""


def _dates(finding: Finding) -> str:
    if finding.starts is not None:
        return f", from {say_date(finding.starts)} on"
    if finding.state is State.RESIDUAL and finding.until is not None:
        return f", until {say_date(finding.until)}: it was stopped and is not yet out of the body"
    return ""


def _line(line: Line, participants: tuple[str, ...]) -> str:
    """One medicine as the record has it, and how it was understood."""
    doses = {exposure.dose for exposure in line.exposures if exposure.ingredient in participants}
    dose = (
        names([each.describe() if each is not None else "dose not known" for each in doses]) if len(doses) == 1 else ""
    )
    where = "order to be signed" if line.draft else line.medicine.kind
    ended = [exposure.end for exposure in line.exposures if exposure.end is not None]
    until = f", last day {say_date(max(ended))}" if ended else ""
    if line.medicine.end_unknown:
        until = ", ended on an unknown day"
    route = line.exposures[0].route.value if line.exposures else "unknown"
    said = ", ".join(filter(None, [own(clean(line.said)), dose, f"route {route}"]))
    return f"{said} ({where}{until})"


def _serious(finding: Finding) -> str:
    base = "" if finding.severity == finding.base_severity else f" (the rule alone: {finding.base_severity.value})"
    return (
        f"**{finding.severity.value}**{base}, on a scale of minor, moderate, major, contraindicated; "
        "no share of deaths or hospital stays is known"
    )


def _mechanisms(rule: str, release: Release) -> list[str]:
    found = [f"{own(each.name)}: {own(each.text)} ({_EVIDENCE[each.evidence]})" for each in release.mechanisms_of(rule)]
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


def _onset(rule: str, release: Release) -> list[str]:
    firing = release.firing.get(rule)
    return [f"onset: {own(firing.onset)}"] if firing is not None and firing.onset else []


def _opinions(rule: str, release: Release) -> list[str]:
    return [
        f"{own(each.publisher)}: {own(each.grade or 'no grade')} ({own(each.scale)}"
        f"{'' if each.verified else '; not verified'})"
        for each in release.opinions_of(rule)
    ]
