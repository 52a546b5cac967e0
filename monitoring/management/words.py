"""Every text that is to be translated, read from the sources: the patients' and, apart from them, the staff's.

Templates and Python files mark theirs for gettext. Rules are pure and know no gettext: their words are listed here,
and the templates that show them look them up by the same words.

A text is the staff's when it stands in a template that only their pages are built of, or when its message context says
so. Everything else is the patients': what nobody sorted is rather translated than forgotten.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from monitoring.checkins.rules import FAULTS_OF_TIMES
from monitoring.checkins.rules.questions import PAGES
from monitoring.checkins.views.results import IN_WORDS
from monitoring.education.rules.words import all_words
from monitoring.languages import CLINICAL, STAFF
from monitoring.notifications.models import Template
from monitoring.templatetags.evenkeel import LEVELS, NOT_CHECKED

SOURCES = ("monitoring", "config")
KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = {
    name + lazy: places
    for name, places in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"_": None}


# What the pages of staff begin with; the patients' have bases of their own.
STAFF_BASES = {"base.html", "base_record.html"}
# What the frame of every page shows to staff alone.
STAFF_PARTS = (
    "components/flag_strip.html",
    "components/patient_banner.html",
    "components/record_nav.html",
    "components/staff_tools.html",
)
# And what they print for a patient to take home.
PATIENTS_PARTS = ("monitoring/onboarding/_invitation.html",)
NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
EXTENDED = re.compile(r"""{%\s*extends\s+["']([^"']+)["']""")


def collected(root: Path) -> Catalog:
    """A catalogue without translations of every text of the patients' face below `root`, and of pure rules' words."""
    catalogue = _catalogue(root, of_staff=False)
    for text, place in words_of_rules():
        catalogue.add(text, locations=[(place, 1)], context=CLINICAL)
    for text in FAULTS_OF_TIMES:
        catalogue.add(text, locations=[("monitoring/checkins/rules/occasions.py", 1)])
    return catalogue


def collected_of_staff(root: Path) -> Catalog:
    """A catalogue without translations of every text below `root` that staff alone read."""
    return _catalogue(root, of_staff=True)


def _catalogue(root: Path, *, of_staff: bool) -> Catalog:
    catalogue = Catalog(domain="django", fuzzy=False)
    pages_of_staff = staff_templates(root / "templates")
    for path, message, context in _found(root):
        if (path in pages_of_staff or context == STAFF) is of_staff:
            catalogue.add(message, locations=[(path.relative_to(root).as_posix(), 1)], context=context)
    return catalogue


@cache
def _found(root: Path) -> tuple[tuple[Path, str | tuple[str, ...], str | None], ...]:
    """Each marked text with its file and its context."""
    return tuple(
        (path, message, context)
        for path, source in _sources(root)
        for _line, message, _comments, context in extract(
            "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        )
        if message and message[0]
    )


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    """Each file that may hold marked texts, with its text as Python."""
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # What is left of the markup is no Python, but without its indentation it can be read as such.
            yield path, "\n".join(map(str.strip, source.splitlines()))
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")


def staff_templates(folder: Path) -> frozenset[Path]:
    """The templates that nothing but the pages of staff is built of."""
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.*") if path.suffix in {".html", ".txt"}}
    named = {path: {folder / name for name in NAMED.findall(text)} & texts.keys() for path, text in texts.items()}
    parts = {folder / name for name in STAFF_PARTS} & texts.keys()
    begins_with = {path: folder / base for path, text in texts.items() for base in EXTENDED.findall(text)}
    pages = {path for path in begins_with if _is_of_staff(path, begins_with)}
    # A part that only a view asks for belongs to the pages beside it.
    asked_for = {path for path in texts if path.name.startswith("_")} - set().union(*named.values())
    of_both = {path.parent for path in begins_with.keys() - pages}
    parts |= {path for path in asked_for if path.parent in {page.parent for page in pages} - of_both}
    built_of = _reached(pages | parts, named)
    of_patients = {path: names - parts for path, names in named.items()}
    taken_home = {folder / name for name in PATIENTS_PARTS} & texts.keys()
    return built_of - _reached((texts.keys() - built_of) | taken_home, of_patients)


def _is_of_staff(page: Path, begins_with: Mapping[Path, Path]) -> bool:
    """Whether a page begins with a base of staff, or with another page that does; a base is no page."""
    base = begins_with.get(page)
    if base is None or page.name.startswith("base"):
        return False
    return base.name in STAFF_BASES or _is_of_staff(base, begins_with)


def _reached(start: Iterable[Path], named: Mapping[Path, set[Path]]) -> frozenset[Path]:
    reached: set[Path] = set()
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += named[path]
    return frozenset(reached)


def words_of_rules() -> Iterator[tuple[str, str]]:
    """The words that pure rules give to patients, each with the file it stands in."""
    questions = "monitoring/checkins/rules/questions.py"
    for page in PAGES:
        for words in (page.title, page.all_well, page.like):
            if words:
                yield words, questions
        for question in page.questions:
            yield question.label, questions
            yield question.ask, questions
            for option in question.options:
                yield option.words, questions
    yield "Not answered", questions
    for words in IN_WORDS.values():
        yield words, "monitoring/checkins/views/results.py"
    for words in all_words():
        yield words, "monitoring/education/editions"
    for mark in (*LEVELS.values(), NOT_CHECKED):
        yield mark.word, "monitoring/templatetags/evenkeel.py"
    for template in Template:
        yield str(template.label), "monitoring/notifications/models.py"


def key_of(message: Message) -> tuple[str, str | None]:
    """What tells two messages apart."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return text, message.context


def po_file(language: str) -> Path:
    """Where the translations of a language are written by hand."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
