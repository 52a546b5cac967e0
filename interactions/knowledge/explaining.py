"""What a release says about its rules beside their texts: why, who disagrees, what to ask, where it came from.

None of it decides anything; a clinician reads it to judge whether a card deserves belief.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator

from interactions.knowledge.facts import Evidence, Fact

DataUse = Literal[
    "race",
    "ethnicity",
    "language",
    "sexual_orientation",
    "gender_identity",
    "sex",
    "date_of_birth",
    "social_determinants",
    "health_status",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class About(Fact):
    """What a release says about itself (``release.yaml``).

    ``follows`` names the release whose records it takes over; without it every record is its own.
    ``withdrawn`` lists, part by part, the ids that are taken over no longer.
    """

    published: date
    notes: tuple[str, ...]
    follows: str | None = None
    withdrawn: Annotated[Mapping[str, tuple[str, ...]], AfterValidator(MappingProxyType)] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism(Fact):
    """Why a combination harms; ``rules`` are those whose cards rest on it."""

    id: str
    name: str
    text: str
    evidence: Evidence
    rules: tuple[str, ...]
    sources: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion(Fact):
    """How a public reference grades a combination, in the words of its own scale.

    ``grade`` is None where it publishes none. ``verified`` is False where the grade was expected or
    quoted, and its own page was not read.
    """

    id: str
    publisher: str
    scale: str
    grade: str | None
    verified: bool
    text: str
    rules: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Fact):
    """Something often said of a combination that the evidence does not bear out."""

    id: str
    claim: str
    verdict: str
    evidence: Evidence
    rules: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRow(Fact):
    """One line of a guide: in this case, this."""

    when: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide(Fact):
    """A small table that a clinician works with: when to look again, how long a gap may last."""

    id: str
    title: str
    rows: tuple[GuideRow, ...]
    evidence: Evidence
    rules: tuple[str, ...]
    sources: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing(Fact):
    """When a rule speaks, in words: the code decides, and tests hold these words against it.

    ``factors`` are the ids that may stand on its cards, ``unknowns`` what it may report as not known.
    ``onset`` says how soon harm shows, None where no source says.
    """

    id: str
    when: str
    severity: str
    factors: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    onset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Fact):
    """A fact that a rule asked for and did not have: its name, and how to find it out."""

    id: str
    name: str
    find_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use(Fact):
    """Whether a rule looks at a kind of personal data, and what for."""

    used: bool
    how: str


Uses = Annotated[Mapping[DataUse, Use], AfterValidator(MappingProxyType)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes(Fact):
    """Source attributes of 45 CFR 170.315(b)(11)(iv)(A): of all rules (``default``) or where one differs.

    The bibliographic citation is the rule's own ``sources``; the dates of release and revision are
    read off the releases. What is None or absent here is as in ``default``.
    """

    id: str
    developer: str | None = None
    funding: str | None = None
    uses: Uses = field(default_factory=lambda: MappingProxyType({}), hash=False)
