"""Which translations of the clinical copy there are, and which of them a clinician has checked."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from monitoring import languages
from monitoring.people.models import Clinic, User
from monitoring.preferences.queries import written_language
from monitoring.wording.models import CopyReview
from monitoring.wording.rules import clinical_texts, digest_of, read_catalogue


def catalogue_file(language: str) -> Path:
    """Where the compiled catalogue of a language lies."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo"


def texts_of(language: str) -> dict[str, str]:
    """The clinical copy in `language`, by its English; empty when there is no catalogue."""
    path = catalogue_file(language)
    # The time of the file is part of the key: a catalogue that was replaced is another one.
    return _texts(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(maxsize=8)
def _texts(path: Path, _written: int) -> dict[str, str]:
    return clinical_texts(read_catalogue(path.read_bytes()))


def digest_in_force(language: str) -> str:
    """The digest of the clinical copy as this installation would show it in `language`."""
    return digest_of(texts_of(language))


def translated_languages() -> dict[str, str]:
    """Every offered language that is a translation, by code, each by its own name."""
    return {code: name for code, name in languages.offered().items() if code != languages.SOURCE}


def reviewed_for(language: str, clinic: Clinic | None) -> frozenset[str]:
    """`language`, when its present clinical copy was checked in this clinic; for no clinic, in any."""
    if language == languages.SOURCE or not texts_of(language):
        return frozenset()
    reviews = CopyReview.objects.of(digest_in_force(language), language)
    if clinic is not None:
        reviews = reviews.filter(clinic=clinic)
    return frozenset({language}) if reviews.exists() else frozenset()


def reviewed_for_reader(request: HttpRequest, language: str) -> frozenset[str]:
    """`language`, when whoever asks may read clinical copy in it; nothing when the database cannot tell."""
    if language == languages.SOURCE:
        return frozenset()
    try:
        clinic = request.user.clinic if request.user.is_authenticated else None
        return reviewed_for(language, clinic)
    except DatabaseError:
        return frozenset()


def speaking_to(user: User, *, otherwise: str = languages.SOURCE) -> Any:
    """A context in which what is written to `user` (a mail, a text message) is in their language.

    `otherwise` is what a page is written in for somebody who has none: where a browser asks, what it asks for.
    """
    reader = reader_of(user, otherwise=otherwise)
    return languages.speaking(reader.language, reviewed=reader.reviewed)


def reader_of(user: User, *, otherwise: str = languages.SOURCE) -> languages.Reader:
    """In which language `user` reads, for `{% written_for reader %}` around what staff print for them."""
    language = written_language(user, otherwise=otherwise)
    return languages.Reader(language, reviewed_for(language, user.clinic))


def last_review(clinic: Clinic, language: str) -> CopyReview | None:
    """The newest check of any words of this language in this clinic."""
    return CopyReview.objects.filter(clinic=clinic, language=language).select_related("reviewed_by").first()
