"""Codes of a release in words a clinician reads. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from interactions.knowledge.numbers import words_of_number

EVIDENCE: Final[Mapping[str, str]] = {
    "label": "product label",
    "study": "published study",
    "secondary": "secondary source",
    "judgement": "judgement, not a published finding",
    "gk": "general knowledge, to be verified",
}
SEEN: Final[Mapping[str, str]] = {
    "full": "the statement itself was read",
    "abstract": "an abstract or excerpt was read",
    "secondary": "quoted by another page",
    "gk": "general knowledge, not read",
}
# In the order of the regulation.
USES: Final[Mapping[str, str]] = {
    "race": "race",
    "ethnicity": "ethnicity",
    "language": "language",
    "sexual_orientation": "sexual orientation",
    "gender_identity": "gender identity",
    "sex": "sex",
    "date_of_birth": "date of birth",
    "social_determinants": "social determinants of health data",
    "health_status": "health status assessments data",
}
UNKNOWN: Final = "unknown"
_GROUPS: Final[Mapping[str, str]] = {
    "cyp2d6_strong_inhibitor": "a strong CYP2D6 inhibitor",
    "maoi": "an MAO inhibitor",
    "maoi_like": "another medicine that blocks MAO",
    "tca": "a tricyclic",
}


def plain(code: str) -> str:
    """ "egfr_severe_below" as words; short forms that are read as letters keep their capitals."""
    words = code.replace("_", " ")
    for short, written in (("egfr", "eGFR"), ("qtc", "QTc"), ("cns", "CNS"), (" mg day", " mg a day")):
        words = words.replace(short, written)
    return words[:1].upper() + words[1:]


def group(name: str) -> str:
    """A group of medicines, as one says it beside another medicine."""
    return _GROUPS.get(name) or f"{'an' if name[0] in 'aeiou' else 'a'} {name.replace('_', ' ')}"


def number(owner: str, name: str, value: Decimal) -> str:
    """What a number of a rule or factor means, with its unit. Raises KeyError for one that has no words."""
    said = words_of_number(owner, name)
    if said is None:
        raise KeyError(f"{owner}.{name}")
    return said.format(amount(value))


def amount(value: Decimal) -> str:
    """A number without trailing zeros: 12.5, 80."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
