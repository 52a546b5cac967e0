"""Every text of the patient's face has its Spanish: complete, compiled, plain, and with no advice of its own."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

from monitoring.languages import CLINICAL
from monitoring.management.commands.translations import mo_bytes
from monitoring.management.words import collected, key_of, po_file
from monitoring.wording.queries import catalogue_file
from monitoring.wording.rules import CLINICAL_PREFIX, read_catalogue
from tests.reading import inflesz, spanish_sentences, text_of_html

LONGEST_SENTENCE = 20
EASY, NORMAL = 65, 55
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|</?\w+[^>]*>")
TRANSLATIONS = [code for code, _ in settings.LANGUAGES if code != "en"]
# The same bans as for English: no page tells to leave, halve or double a dose, or how much is too much.
NEVER_TO_A_PATIENT = re.compile(
    r"\b(?:deje de tomar|pare de tomar|suspenda|tome (?:menos|más|una extra)|sáltese|omita (?:una|la) dosis"
    r"|duplique|doble (?:su|la) dosis|la mitad de|sobredosis|tóxic\w+|letal|dosis máxima)\b",
    re.IGNORECASE,
)


@cache
def sources() -> Catalog:
    return collected(Path(settings.BASE_DIR))


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@cache
def translated(language: str) -> list[Message]:
    with po_file(language).open("rb") as file:
        return [message for message in read_po(file) if message.id and all(strings(message))]


def plain(text: str) -> str:
    """As it is read: markup gone, what is filled in as one word."""
    return text_of_html(re.sub(r"%\(\w+\)s", "uno", text))


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_text_of_the_patients_face_lacks_a_translation(language: str) -> None:
    there = {key_of(message) for message in translated(language)}
    missing = [key_of(message) for message in sources() if message.id and key_of(message) not in there]
    assert missing == [], "run manage.py translations, and translate what it adds"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_compiled_catalogue_is_that_of_the_translations(language: str) -> None:
    with po_file(language).open("rb") as file:
        compiled = read_catalogue(mo_bytes(read_po(file)))
    committed = read_catalogue(catalogue_file(language).read_bytes())
    compiled.pop("")
    assert committed.pop("").count("charset=utf-8") == 1
    assert committed == compiled, "run manage.py translations"


def test_a_text_without_a_translation_would_be_found() -> None:
    empty = read_po(BytesIO(b'msgid ""\nmsgstr ""\n'))
    assert len(list(empty)) < len(list(sources()))
    keys = {key_of(message) for message in sources() if message.id}
    assert ("Do you have any of these right now?", CLINICAL) in keys  # the words of a pure rule
    assert ("Get help now", None) in keys  # a template
    assert ("My plan", None) in keys  # Python


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_is_filled_in_stays_filled_in(language: str) -> None:
    for message in translated(language):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for english, other in zip(ids, strings(message), strict=True):
            assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(other)), english


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_number_of_the_english_is_in_the_translation(language: str) -> None:
    for message in translated(language):
        english = message.id if isinstance(message.id, str) else message.id[1]
        digits = sorted(re.findall(r"\d+(?:[.:]\d+)?", english))
        assert digits == sorted(re.findall(r"\d+(?:[.:]\d+)?", strings(message)[-1])), english


def test_spanish_is_plain() -> None:
    texts = [plain(text) for message in translated("es") for text in strings(message)]
    long = [" ".join(words) for text in texts for words in spanish_sentences(text) if len(words) > LONGEST_SENTENCE]
    assert long == []
    assert inflesz("\n\n".join(texts)) >= EASY
    hard = [text for text in texts if len(text.split()) >= 20 and inflesz(text) < NORMAL]
    assert hard == []


def test_spanish_clinical_copy_is_easy() -> None:
    texts = [plain(text) for message in translated("es") if message.context == CLINICAL for text in strings(message)]
    assert len(texts) > 200
    assert inflesz("\n\n".join(texts)) >= EASY


def test_spanish_never_advises_on_a_dose() -> None:
    found = [text for message in translated("es") for text in strings(message) if NEVER_TO_A_PATIENT.search(text)]
    assert found == []
    assert NEVER_TO_A_PATIENT.search("Deje de tomar el baclofeno.")


def test_spanish_says_usted() -> None:
    informal = re.compile(r"\b(?:tú|tus|tuyo|tuya|llama a tu|vos|vosotros|os|ordenador|coger|móvil)\b", re.IGNORECASE)
    found = [text for message in translated("es") for text in strings(message) if informal.search(text)]
    assert found == []


def test_clinical_copy_is_told_by_its_context() -> None:
    keys = read_catalogue(catalogue_file("es").read_bytes())
    assert keys[CLINICAL_PREFIX + "Call your clinic today"] == "Llame a su clínica hoy"
