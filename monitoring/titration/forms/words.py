"""What stands beside a choice or a guard rail: its pace, what it rests on, and a box to write a day in."""

from collections.abc import Iterable

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interactions.medicines.dosing import DosingFacts, Schedule
from monitoring.formatting import dose_text
from monitoring.regimens.queries.cards import EVIDENCE_WORDS


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def option_label(name: str, *hints: str) -> SafeString:
    """A choice with what is to be known of it, a line each; an empty hint has no line."""
    said = format_html_join("", '<br><span class="hint">{}</span>', ((hint,) for hint in hints if hint))
    return format_html("<span>{}{}</span>", name, said)


def pace_text(way: Schedule) -> str:
    """The largest step, the shortest gap, the ceiling, and the schedule's own caution."""
    most = "" if way.max_daily is None else f", up to {dose_text(way.max_daily, way.unit)} a day"
    pace = f"Steps of at most {dose_text(way.max_step, way.unit)}, {way.min_gap_days} days apart or more{most}."
    return f"{pace} {way.note or ''}".strip()


def basis_text(sources: Iterable[str], evidence: str, facts: DosingFacts) -> str:
    """What a number rests on: the kind of evidence and the titles of its sources."""
    kind = EVIDENCE_WORDS.get(evidence, evidence).capitalize() or "Source"
    titles = "; ".join(f"{source.title} ({source.id})" for source in facts.cited(sources))
    return f"{kind}: {titles}." if titles else f"{kind}."


def basis_mark(sources: Iterable[str], evidence: str) -> str:
    """The same in short, for a table: the kind of evidence and the ids of its sources."""
    return ", ".join([EVIDENCE_WORDS.get(evidence, evidence), *sources])
