"""Reading a compiled catalogue, and telling what changed in it."""

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from monitoring.wording.rules import Difference, clinical_texts, differences, digest_of, read_catalogue


def compiled(**clinical: str) -> bytes:
    catalogue = Catalog(locale="es")
    catalogue.add("Settings", "Ajustes")
    for english, spanish in clinical.items():
        catalogue.add(english, spanish, context="clinical")
    catalogue.add(("%(n)s tablet", "%(n)s tablets"), ("%(n)s tableta", "%(n)s tabletas"), context="clinical")
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def test_only_clinical_texts_are_for_review() -> None:
    texts = clinical_texts(read_catalogue(compiled(Stop="Alto")))
    assert texts == {"%(n)s tablet\n%(n)s tablets": "%(n)s tableta\n%(n)s tabletas", "Stop": "Alto"}


def test_the_same_words_have_the_same_digest_and_one_letter_changes_it() -> None:
    one, same = ({"b": "2", "a": "1"}, {"a": "1", "b": "2"})
    assert digest_of(one) == digest_of(same)
    assert (
        len({digest_of(one), digest_of({"a": "1", "b": "3"}), digest_of({"a": "1"}), digest_of({"a": "12", "b": ""})})
        == 4
    )


def test_what_is_new_other_or_gone_is_told() -> None:
    found = differences({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "two", "d": "4"})
    assert found == [Difference("b", "2", "two"), Difference("c", "3", ""), Difference("d", "", "4")]
    assert [(each.is_new, each.is_gone) for each in found] == [(False, False), (False, True), (True, False)]


@pytest.mark.parametrize("data", [b"", b"not a catalogue, but long enough to be one", b"\x00" * 40])
def test_what_is_no_catalogue_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a compiled catalogue"):
        read_catalogue(data)
