"""The cards, the questions and the words of the agreement as released files: read once, checked whole, immutable."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from monitoring.education.rules.pinned import CURRENT, PINNED

FOLDER: Final = Path(__file__).resolve().parent.parent / "editions"
QUESTIONS: Final = 3
# Names of pages under the same address as the cards.
RESERVED: Final = frozenset({"questions", "sign", "print"})


class EditionError(Exception):
    """An edition that must not be used; the text names the file and the place."""


class Evidence(StrEnum):
    """What a sentence rests on, as a clinician reads it."""

    LABEL = "label"
    STUDY = "study"
    SECONDARY = "secondary"
    JUDGEMENT = "judgement"
    GENERAL = "gk"

    @property
    def words(self) -> str:
        return "general knowledge, to be verified" if self is Evidence.GENERAL else str(self.value)


def _told(value: object) -> object:
    if isinstance(value, str) and (not value.strip() or value != " ".join(value.split())):
        raise ValueError("a text is empty or has stray spaces")
    return value


Words = Annotated[str, BeforeValidator(_told)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,38}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(_Frozen):
    """One thing said to a patient, its evidence mark, and the ids of the sources it rests on, the first one primary."""

    text: Words
    evidence: Evidence
    sources: tuple[str, ...]

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not self.sources and self.evidence is not Evidence.JUDGEMENT:
            raise ValueError(f"{self.evidence} needs a source: {self.text}")
        return self


class Review(_Frozen):
    """Which clinician checked the card, and when; both empty while nobody has."""

    reviewer: str = ""
    day: date | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if bool(self.reviewer) != (self.day is not None):
            raise ValueError("a review has a name and a day, or neither")
        return self


class Card(_Frozen):
    """One short text. `since` is the edition in which its words last changed, which is its version."""

    slug: Key
    since: str
    title: Words
    lead: Statement
    points: tuple[Statement, ...] = Field(min_length=1)
    help: Statement
    review: Review

    @property
    def statements(self) -> tuple[Statement, ...]:
        return (self.lead, *self.points, self.help)

    @property
    def is_reviewed(self) -> bool:
        return self.review.day is not None


class Question(_Frozen):
    """A question that asks back what one card says; `options` are in the order in which they are shown."""

    key: Key
    since: str
    card: str
    ask: Words
    options: Mapping[Key, Words]
    right: str

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if len(self.options) < 2 or self.right not in self.options:
            raise ValueError(f"{self.key} needs two options, the right one among them")
        return self


class Agreement(_Frozen):
    """What stands above the signature, and the words beside the tick."""

    lead: Words
    points: tuple[Words, ...] = Field(min_length=1)
    tick: Words


class Edition(_Frozen):
    """One released set. `content_hash` covers every word and its evidence, not who has reviewed it since."""

    version: str
    released_on: date
    minutes: int = Field(ge=1)
    cards: tuple[Card, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=QUESTIONS, max_length=QUESTIONS)
    agreement: Agreement
    content_hash: str

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        slugs = [card.slug for card in self.cards]
        if len(set(slugs)) < len(slugs) or RESERVED & set(slugs):
            raise ValueError("each card has a name of its own, which no page has")
        if len({each.key for each in self.questions}) < len(self.questions):
            raise ValueError("each question has a key of its own")
        if unknown := {each.card for each in self.questions} - set(slugs):
            raise ValueError(f"there is no card {', '.join(sorted(unknown))}")
        ages = [card.since for card in self.cards] + [each.since for each in self.questions]
        if max(map(version_key, ages)) > version_key(self.version):
            raise ValueError("nothing is newer than the edition it stands in")
        return self

    @property
    def is_reviewed(self) -> bool:
        return all(card.is_reviewed for card in self.cards)

    def card(self, slug: str) -> Card | None:
        """The card of this name."""
        return next((card for card in self.cards if card.slug == slug), None)


def version_key(version: str) -> tuple[int, ...]:
    """A version as numbers: 2026.2 comes before 2026.11."""
    return tuple(int(part) for part in version.split("."))


def content_hash(content: Mapping[str, Any]) -> str:
    """The SHA-256 of what an edition says, whatever its layout and whoever reviewed it."""
    cards = [{key: value for key, value in card.items() if key != "review"} for card in content["cards"]]
    # The order of the options is what a patient sees: they are listed, since sorting keys would hide it.
    questions = [{**each, "options": list(each["options"].items())} for each in content["questions"]]
    said = {**content, "cards": cards, "questions": questions}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def parse_edition(text: bytes, *, name: str) -> Edition:
    """An edition from the bytes of a file; EditionError, naming the place, when anything in it is off."""
    try:
        content: Any = yaml.safe_load(text)
        return Edition(**content, content_hash=content_hash(content))
    except (yaml.YAMLError, ValidationError, AttributeError, KeyError, TypeError, ValueError) as fault:
        raise EditionError(f"{name}: {fault}") from fault


@lru_cache(maxsize=8)
def load_edition(version: str) -> Edition:
    """The released edition of `version`, read once a process.

    EditionError when there is none, or when the file does not say what was released under that version.
    """
    name = f"{version}.yaml"
    if version not in PINNED:
        raise EditionError(f"There is no edition {version}.")
    try:
        found = parse_edition((FOLDER / name).read_bytes(), name=name)
    except OSError as fault:
        raise EditionError(f"There is no file {name}.") from fault
    if found.version != version or found.content_hash != PINNED[version]:
        raise EditionError(f"{name} is not what was released as {version}: its hash is {found.content_hash}.")
    return found


def current_edition() -> Edition:
    """The edition that patients are asked to read and agree to."""
    return load_edition(CURRENT)


def all_editions() -> tuple[Edition, ...]:
    """Every released edition, newest first."""
    return tuple(load_edition(version) for version in _newest_first(PINNED))


def _newest_first(versions: Iterable[str]) -> list[str]:
    return sorted(versions, key=version_key, reverse=True)
