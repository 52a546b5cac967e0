"""How a person reads: what they chose, else what this browser was told, else what it asks for."""

from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from monitoring import languages
from monitoring.people.models import Role, User
from monitoring.preferences.models import Contrast, Preference, TextSize, Theme

TEXT_SIZE_COOKIE = "text_size"
# They are offered fewer languages: half a page in another language would be worse than none.
STAFF = frozenset({Role.CLINICIAN.value, Role.ADMIN.value})
# Programs are answered in the language that their documentation is in.
PROGRAMS = ("/api/", "/cds-services")


@dataclass(frozen=True, slots=True)
class Looks:
    """How one answer is written and drawn."""

    language: str = languages.SOURCE
    text_size: str = TextSize.NORMAL
    contrast: str = Contrast.USUAL
    theme: str = Theme.AUTO
    shortcuts: bool = True


def preference_of(user: User) -> Preference:
    """What `user` chose; the defaults, not stored, for somebody who has not."""
    return Preference.objects.filter(pk=user.pk).first() or Preference(user=user)


def written_language(user: User, *, otherwise: str = languages.SOURCE) -> str:
    """The language for what is written to `user`: theirs, else `otherwise`, which is English while no browser asks."""
    chosen = preference_of(user).language
    return _or_source(chosen if chosen in languages.offered() else otherwise, user.role)


def language_came_with(request: HttpRequest) -> str:
    """The language that this browser came with, when it is a choice; empty for English that nobody chose.

    Whoever is signed in counts for nothing here: only what was chosen in this browser, else what it asks for.
    """
    language = asked_language(request)
    was_chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) == language
    return language if language in languages.offered() and (was_chosen or language != languages.SOURCE) else ""


def looks_of(request: HttpRequest) -> Looks:
    """How to answer this request: own choice, then this browser's cookies, then what the browser asks for."""
    by_browser = Looks(language=asked_language(request), text_size=_cookie_size(request))
    if request.path.startswith(PROGRAMS):
        return Looks()
    try:
        user = request.user
        if not user.is_authenticated:
            return by_browser
        chosen = _chosen_by(user)
        role = user.role
    except DatabaseError:
        return by_browser  # the help pages must open even when the database does not
    language = chosen.language if chosen and chosen.language in languages.offered() else by_browser.language
    return Looks(
        language=_or_source(language, role),
        text_size=chosen.text_size if chosen else by_browser.text_size,
        contrast=chosen.contrast if chosen else Contrast.USUAL,
        theme=chosen.theme if chosen else Theme.AUTO,
        shortcuts=chosen.shortcuts if chosen else True,
    )


def _or_source(language: str, role: str) -> str:
    """`language` when people of this role may read it, else English."""
    readable = languages.offered_to_staff() if role in STAFF else languages.offered()
    return language if language in readable else languages.SOURCE


def _chosen_by(user: User) -> Preference | None:
    """What `user` chose; their clinic, which the frame of every page names, comes along with the same question."""
    read = User.objects.select_related("clinic", "preference").get(pk=user.pk)
    user.clinic = read.clinic
    return getattr(read, "preference", None)


def asked_language(request: HttpRequest) -> str:
    """What was chosen in this browser, else what it asks for, else English; whoever is signed in."""
    return get_language_from_request(request).split("-")[0]


def _cookie_size(request: HttpRequest) -> str:
    size = request.COOKIES.get(TEXT_SIZE_COOKIE, "")
    return size if size in TextSize.values else TextSize.NORMAL
