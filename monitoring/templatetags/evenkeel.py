"""Template tags of every page: icons, levels, doses, times, and the components that carry meaning."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext
from lucide.templatetags.lucide import lucide

from interactions.checking.citing import ingredient_name
from monitoring import languages
from monitoring.formatting import birth_text, day_text, dose_text, moment_text
from monitoring.formatting import plain_number as plain_number_text
from monitoring.templatetags import reading, record

register = template.Library()
register.tag("clinical", reading.clinical)
register.tag("noticed", reading.noticed)
register.tag("written_for", reading.written_for)
register.simple_tag(reading.reading_language)
register.simple_tag(reading.reading_direction)
register.inclusion_tag("components/record_nav.html", takes_context=True)(record.record_nav)


@dataclass(frozen=True, slots=True)
class Mark:
    """How a level or severity looks: always a word, a shape and a colour together."""

    word: str
    icon: str
    kind: str


LEVELS = {
    "none": Mark("No alert", "minus", "neutral"),
    "info": Mark("Info", "info", "info"),
    "warning": Mark("Check", "diamond", "check"),
    "urgent": Mark("Urgent", "triangle-alert", "urgent"),
    "emergency": Mark("Emergency", "octagon-alert", "emergency"),
}
SEVERITIES = {
    "none": Mark("None found", "minus", "neutral"),
    "minor": Mark("Minor", "info", "info"),
    "moderate": Mark("Moderate", "diamond", "check"),
    "major": Mark("Major", "triangle-alert", "urgent"),
    "contraindicated": Mark("Contraindicated", "octagon-alert", "emergency"),
}
# Not knowing is never shown as calm: it has the loudest colour and its own shape.
NOT_CHECKED = Mark("Could not check", "circle-question-mark", "emergency")

KIND_ICONS = {
    "emergency": "octagon-alert",
    "urgent": "triangle-alert",
    "check": "diamond",
    "info": "info",
    "ok": "circle-check",
    "neutral": "",
}


def level_mark(level: object) -> Mark:
    """The mark of a level given as a word, an enum member or its rank (0 none … 4 emergency)."""
    if isinstance(level, int):
        words = list(LEVELS)
        return LEVELS[words[level]] if 0 <= level < len(words) else NOT_CHECKED
    return LEVELS.get(_word(level), NOT_CHECKED)


def severity_mark(severity: object) -> Mark:
    """The mark of a finding's severity, or of the level of a check-in card; an unknown one reads “Could not check”."""
    word = _word(severity)
    return SEVERITIES.get(word) or LEVELS.get(word, NOT_CHECKED)


def _word(value: object) -> str:
    if isinstance(value, Enum):
        value = value.value if isinstance(value.value, str) else value.name
    # None is “not known”, which must not read as the word “none”.
    return str(value).lower() if value is not None else ""


@lru_cache(maxsize=128)
def _svg(name: str) -> str:
    return lucide(name, size=None, aria_hidden="true", **{"class": "icon"})


def _tag(mark: Mark, extra: str = "") -> SafeString:
    classes = "tag tag--failed" if mark is NOT_CHECKED else "tag"
    word, more = said(mark.word), extra and f" {extra}"
    return format_html('<span class="{} is-{}">{}{}{}</span>', classes, mark.kind, _svg(mark.icon), word, more)


def said(word: str) -> str:
    """The word of a level or a kind, in the language for clinical copy."""
    with languages.clinically():
        return pgettext(languages.CLINICAL, word)


@register.simple_tag
def icon(name: str) -> str:
    """A Lucide icon as inline SVG, hidden from screen readers: always write a word beside it."""
    return _svg(str(name))


@register.simple_tag
def level_tag(level: object, extra: str = "") -> SafeString:
    """`{% level_tag alert.level %}`: Info, Check, Urgent or Emergency."""
    return _tag(level_mark(level), extra)


@register.simple_tag
def severity_tag(severity: object, extra: str = "") -> SafeString:
    """`{% severity_tag flag.severity %}`; `extra` follows the word, as in “Major interaction”."""
    return _tag(severity_mark(severity), extra)


@register.simple_tag
def kind_tag(kind: str, word: str) -> SafeString:
    """A tag with a word of your own: `{% kind_tag "ok" "Verified" %}`. Green (`ok`) only for what was verified."""
    return _tag(Mark(str(word), KIND_ICONS[kind] or "minus", str(kind)))


@register.filter
def rule_anchor(version: str) -> str:
    """Where the page of a clinic's thresholds tells of the version that a verdict names."""
    number = version.partition("+clinic-")[2]
    return f"version-{number}" if number.isdecimal() else "rules"


@register.filter
def level_kind(level: object) -> str:
    """The kind of a level, for `{% callout %}` and `is-…` classes: info, check, urgent or emergency."""
    return level_mark(level).kind


@register.filter
def level_word(level: object) -> str:
    return said(level_mark(level).word)


@register.filter
def severity_kind(severity: object) -> str:
    return severity_mark(severity).kind


@register.filter
def severity_word(severity: object) -> str:
    return severity_mark(severity).word


@register.filter
def dose(amount: Decimal | int | str | None, unit: str = "mg") -> str:
    """`{{ step.amount|dose:step.unit }}`: “12.5 mg” with a no-break space and no trailing zero."""
    return dose_text(amount, str(unit), language=languages.current())


@register.filter
def plain_number(amount: Decimal | int | str) -> str:
    """A bare number without trailing zeros: `52.0` reads “52”."""
    return plain_number_text(amount)


@register.filter
def patient_name(patient: Any) -> str:
    """`HARPER, Maya`: the surname in capitals, so that nobody takes one for the other."""
    return f"{patient.family_name.upper()}, {patient.given_names}"


@register.filter
def ingredient(key: object) -> str:
    """The name of a substance as a reader knows it."""
    return ingredient_name(str(key))


@register.simple_tag
def when(moment: datetime | None, zone: tzinfo | None = None, *, show_zone: bool = True, empty: str = "–") -> str:
    """`{% when alert.raised_at %}`: a `<time>` in the reader's zone, which it names."""
    if moment is None:
        return empty
    shown_in = zone or timezone.get_current_timezone()
    local = moment.astimezone(shown_in)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat("T", "seconds"),
        moment_text(moment, shown_in, show_zone=show_zone, language=languages.current()),
    )


@register.simple_tag
def day(value: date | None, *, weekday: bool = False, empty: str = "–") -> str:
    """`{% day step.due_on %}` or `{% day step.due_on weekday=True %}`: a calendar day, which has no zone."""
    if value is None:
        return empty
    text = day_text(value, weekday=weekday, language=languages.current())
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_block_tag
def callout(
    content: str, kind: str = "info", *, heading: str = "", label: str = "", heading_level: int = 2, anchor: str = ""
) -> SafeString:
    """`{% callout "urgent" heading="…" label="Major" %}…{% endcallout %}`: a tinted strip, one kind each."""
    tag = _tag(Mark(label, KIND_ICONS[kind] or "minus", kind)) if label else ""
    head: str = ""
    if heading:
        head = format_html('<h{0} class="callout-head">{1}<span>{2}</span></h{0}>', int(heading_level), tag, heading)
    elif tag:
        head = format_html('<p class="callout-head">{}</p>', tag)
    named = format_html(' id="{}"', anchor) if anchor else ""
    return format_html('<div class="callout is-{}"{}>{}{}</div>', kind, named, head, content)


@register.simple_block_tag
def care_card(content: str, kind: str = "emergency", *, heading: str, heading_level: int = 2) -> SafeString:
    """`{% care_card "emergency" heading="Call 999 now" %}…{% endcare_card %}`: one on a page, result pages only."""
    return format_html(
        '<section class="care is-{0}"><h{1} class="care-head">{2}<span>{3}</span></h{1}>'
        '<div class="care-body">{4}</div></section>',
        kind, int(heading_level), _svg(KIND_ICONS[kind]), heading, content,
    )  # fmt: skip


@register.inclusion_tag("components/patient_banner.html", takes_context=True)
def patient_banner(context: Context, patient: Any) -> dict[str, object]:
    """Who this page is about: name, birth date and age, identifier, eGFR, allergies. Unknown says unknown."""
    site = context.get("site")
    today = patient.local_date(site.now if site else timezone.now())
    return {"patient": patient, "age": patient.age_on(today), "born": birth_text(patient.birth_date)}


@register.inclusion_tag("components/flag_strip.html")
def flag_strip(patient: Any) -> dict[str, object]:
    """The interaction flags that are not resolved, worst first, and what could not be checked: on every page of a
    patient's record.
    """
    worst_first = list(reversed(SEVERITIES))
    flags = sorted(
        patient.flags.exclude(status="resolved"),
        key=lambda flag: worst_first.index(flag.severity) if flag.severity in worst_first else -1,
    )
    return {"patient": patient, "flags": flags, "check": getattr(patient, "regimen_check", None)}


@register.inclusion_tag("components/answers.html")
def answers(
    name: str, choices: list[tuple[object, str]], *, labelled_by: str, chosen: object = None, scale: bool = True
) -> dict[str, object]:
    """One-tap answers: a submit button each. `scale` draws filled bars, the first answer none."""
    bars = len(choices) - 1
    rows = [
        {
            "value": value,
            "label": label,
            "bars": [filled < rank for filled in range(bars)],
            "pressed": chosen is not None and str(value) == str(chosen),
        }
        for rank, (value, label) in enumerate(choices)
    ]
    return {"name": name, "rows": rows, "labelled_by": labelled_by, "scale": scale, "has_choice": chosen is not None}
