"""The text of a card: what a reader needs to judge a hazard, in Markdown that stays text."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from interactions.cds_hooks.checked import Checked
from interactions.cds_hooks.writing import bullets, clean, counted, md, own
from interactions.checking import Adjustment, Finding, Severity, State
from interactions.checking.rules.cards import say_date
from interactions.fhir import Line
from interactions.knowledge.loader import load_release
from interactions.knowledge.release import Release
from interactions.medicines.dose import Dose

_MOST_SENTENCES: Final = 4
_LONGEST_REASON: Final = 300
_EVIDENCE: Final = {
    "label": "product label",
    "study": "published study",
    "secondary": "secondary source",
    "judgement": "clinical judgement",
    "gk": "general knowledge, to be verified",
}


def detail_of(finding: Finding, checked: Checked, lines: Iterable[Line], release: Release) -> str:
    """What a reader needs to judge an interaction in twenty seconds: every item that PDDI-CDS asks for, what is not
    known as unknown. The page behind the card's link has each of them in full."""
    graded = finding.severity is not Severity.NONE
    parts = [
        f"**{own(finding.title)}**{_dates(finding)}",
        _section("Medicines", (_line(line, finding.participants) for line in lines)),
        _section("In this patient", _factors(finding)),
        _serious(finding) if graded else "",
        _advice(finding.effects, finding.management, graded),
        _section("Not known here", _unknown(finding, release)),
        _background(finding.rule, graded, release.version),
        _evidence(finding.evidence, finding.sources, release.version),
    ]
    if not checked.request.prefetch.medicines_whole():
        parts.insert(1, "**The list of medicines that was sent is incomplete; more may be wrong than stands here.**")
    return "\n\n".join(part for part in parts if part)


@lru_cache(maxsize=512)
def _advice(effects: tuple[str, ...], management: tuple[str, ...], graded: bool) -> str:
    """What a rule says of harm and of what to do: the same on every card of it."""
    title = "What may happen" if graded else "What it means"
    parts = [_section(title, _first(effects)), _section("What can be done", _first(management))]
    return "\n\n".join(filter(None, parts))


def _first(sentences: tuple[str, ...]) -> list[str]:
    """As many as are read before signing, and how many more the rule has."""
    left = len(sentences) - _MOST_SENTENCES
    return [*map(own, sentences[:_MOST_SENTENCES]), *([f"{left} more: see the rule"] if left > 0 else [])]


@lru_cache(maxsize=512)
def _background(rule: str, graded: bool, version: str) -> str:
    """Why it harms, how often, and how others grade it: a line each."""
    release = load_release(version)
    parts = [_opinions(rule, release)]
    if graded:
        often = ["taken together: unknown", "harm when taken together: unknown", *_onset(rule, release)]
        parts = [_said("How it comes about", _mechanisms(rule, release)), _said("How often", often), *parts]
    return "\n\n".join(filter(None, parts))


@lru_cache(maxsize=2_048)
def _evidence(evidence: str, sources: tuple[str, ...], version: str) -> str:
    """What the card rests on: the kind, the ids of its sources and the release."""
    return _said("Evidence", [f"{_EVIDENCE[evidence]}{_ids(sources)}", f"knowledge release {own(version)}"])


def _section(title: str, lines: Iterable[str]) -> str:
    given = [line for line in lines if line]
    return f"**{title}**\n\n{bullets(given)}" if given else ""


def _said(title: str, parts: Iterable[str]) -> str:
    """A section of one line."""
    return f"**{title}**: {'; '.join(parts)}"


def _dates(finding: Finding) -> str:
    if finding.starts is not None:
        return f", from {say_date(finding.starts)} on"
    if finding.state is State.RESIDUAL and finding.until is not None:
        return f", until {say_date(finding.until)}: it was stopped and is not yet out of the body"
    return ""


def _line(line: Line, participants: tuple[str, ...]) -> str:
    """One medicine as the record has it, and how it was understood."""
    doses = {exposure.dose for exposure in line.exposures if exposure.ingredient in participants}
    dose = _dose(*doses) if len(doses) == 1 else ""
    where = "order to be signed" if line.draft else line.medicine.kind
    ended = [exposure.end for exposure in line.exposures if exposure.end is not None]
    until = f", last day {say_date(max(ended))}" if ended else ""
    if line.medicine.end_unknown:
        until = ", ended on an unknown day"
    route = line.exposures[0].route.value if line.exposures else "unknown"
    said = own(clean(line.said))
    return f"{said}{dose and f', {dose}'}, route {route} ({where}{until})"


def _dose(dose: Dose | None) -> str:
    return "dose not known" if dose is None else _described(dose, dose.times)


@lru_cache(maxsize=4_096)
def _described(dose: Dose, _times: tuple[str, ...]) -> str:
    """A dose in words; its times of day, which take no part in equality, are."""
    return dose.describe()


def _serious(finding: Finding) -> str:
    """How severe for this patient, what moved it, and what is not known of deaths and hospital stays."""
    if finding.adjusted is not None:
        base = f" ({_set_by_clinic(finding, finding.adjusted)})"
    else:
        base = "" if finding.severity == finding.base_severity else f" (the rule alone: {finding.base_severity.value})"
    scale = "on the scale minor, moderate, major, contraindicated; deaths and hospital stays: unknown"
    return f"**How serious**: **{finding.severity.value}**{base}, {scale}"


def _set_by_clinic(finding: Finding, wish: Adjustment) -> str:
    """Who moved a rule's severity, when and why; what the patient's factors add stays on top."""
    said = f"Set to {wish.severity.value} by the clinic on {say_date(wish.since)}: {md(wish.reason, _LONGEST_REASON)}"
    return f"{said.rstrip('.')}; the release has {finding.text.base_severity}"


def _mechanisms(rule: str, release: Release) -> list[str]:
    return [own(each.name) for each in release.mechanisms_of(rule)] or ["unknown beyond what may happen"]


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


def _opinions(rule: str, release: Release) -> str:
    """Public grades, each in the words of its own scale; who gives none is counted."""
    given = release.opinions_of(rule)
    graded = [
        f"{own(each.publisher)} {own(each.grade)}{'' if each.verified else ' (not verified)'}"
        for each in given
        if each.grade
    ]
    silent = [f"no grade from {counted(len(given) - len(graded), 'other')}"] if len(given) > len(graded) else []
    return _said("Graded elsewhere", [*graded, *silent]) if given else ""
