"""What stands beside a choice or a guard rail: its pace, what it rests on, and a box to write a day in."""

from collections.abc import Iterable

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from interactions.medicines.dosing import DosingFacts, Schedule
from monitoring.formatting import dose_text
from monitoring.regimens.queries.cards import evidence_words


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def option_label(name: str, *hints: str) -> SafeString:
    """A choice with what is to be known of it, a line each; an empty hint has no line."""
    said = format_html_join("", '<br><span class="hint">{}</span>', ((hint,) for hint in hints if hint))
    return format_html("<span>{}{}</span>", name, said)


def pace_text(way: Schedule) -> str:
    """The largest step, the shortest gap, the ceiling, and the schedule's own caution."""
    said = {"step": dose_text(way.max_step, way.unit), "days": way.min_gap_days}
    if way.max_daily is None:
        pace = pgettext("staff", "Steps of at most %(step)s, %(days)s days apart or more.") % said
    else:
        text = pgettext("staff", "Steps of at most %(step)s, %(days)s days apart or more, up to %(most)s a day.")
        pace = text % {**said, "most": dose_text(way.max_daily, way.unit)}
    return f"{pace} {way.note or ''}".strip()


def basis_text(sources: Iterable[str], evidence: str, facts: DosingFacts) -> str:
    """What a number rests on: the kind of evidence and the titles of its sources."""
    kind = evidence_words(evidence).capitalize() or pgettext("staff", "Source")
    titles = "; ".join(f"{source.title} ({source.id})" for source in facts.cited(sources))
    return f"{kind}: {titles}." if titles else f"{kind}."


def basis_mark(sources: Iterable[str], evidence: str) -> str:
    """The same in short, for a table: the kind of evidence and the ids of its sources."""
    return ", ".join([evidence_words(evidence), *sources])
