"""In which language a reader reads, and in which of them the clinical copy may be shown.

English is the source. Clinical copy (the body, medicines, doses, danger, what to do) is shown in another language
only where a clinician has checked that translation; whoever answers a request or writes a message says so once, by
`speaking`, and everything below asks here.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

SOURCE = "en"
# Django's message context of clinical copy: what the digest of a review covers.
CLINICAL = "clinical"
# And that of words which only staff read, where the same file speaks to patients too.
STAFF = "staff"


@dataclass
class Reading:
    """What is known of one answer's reader; `fell_back` is set once a clinical part had to be shown in English."""

    reviewed: frozenset[str] = frozenset()
    fell_back: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a part of a page, or what is sent, is written for."""

    language: str
    reviewed: frozenset[str] = frozenset()


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


def offered() -> dict[str, str]:
    """The languages a reader may choose, by code, each by its own name."""
    return dict(settings.LANGUAGES)


def offered_to_staff() -> dict[str, str]:
    """The languages whose catalogue holds every text of the staff's pages too; half a page is worse than none."""
    return {code: name for code, name in offered().items() if code in {SOURCE, *settings.STAFF_LANGUAGES}}


def current() -> str:
    """The code of the language this answer is written in, such as `en` or `es`."""
    return (translation.get_language() or SOURCE).split("-")[0]


def clinical_language() -> str:
    """The language for clinical copy now: the reader's when its translation was reviewed, else English."""
    language = current()
    reading = _reading.get()
    return language if language == SOURCE or (reading and language in reading.reviewed) else SOURCE


def note_fall_back() -> None:
    """A clinical part was shown in English to somebody who reads another language: the page must say why."""
    if reading := _reading.get():
        reading.fell_back = True


def fell_back() -> bool:
    """Whether a clinical part of this answer was shown in English in place of the reader's language."""
    reading = _reading.get()
    return bool(reading and reading.fell_back)


@contextmanager
def speaking(language: str, *, reviewed: Collection[str] = ()) -> Iterator[None]:
    """Write everything inside in `language`, an offered code; clinical copy too, where `reviewed` holds that code."""
    token = _reading.set(Reading(reviewed=frozenset(reviewed)))
    try:
        with translation.override(settings.LANGUAGE_CODE if language == SOURCE else language):
            yield
    finally:
        _reading.reset(token)


@contextmanager
def clinically() -> Iterator[str]:
    """Write what is inside in the language for clinical copy, whose code is given; notes a fall-back to English."""
    language = clinical_language()
    if language == current():
        yield language
        return
    note_fall_back()
    with translation.override(settings.LANGUAGE_CODE):
        yield language
