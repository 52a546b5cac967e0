"""How what is typed is matched: by name, identifier and birth date, whatever the case and the accents."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.search.rules import DEEDS, LONGEST, PAGES, Person, dates_in, fold, places_found, rank, ranked, tidy

MAYA = Person(UUID(int=1), "Harper", "Maya Lee", "HP-0042", date(1957, 3, 14))
ASE = Person(UUID(int=2), "Ångström-Łuk", "Åse", "HP-0043", date(1960, 4, 3))
HARP = Person(UUID(int=3), "Quill", "Harp", "ZZ-1", date(1980, 1, 2))
ITO = Person(UUID(int=4), "Itoharp", "Rei", "ZZ-2", date(1980, 1, 2))


@pytest.mark.parametrize(
    ("person", "text"),
    [
        (MAYA, "harper"), (MAYA, "HARP"), (MAYA, "maya harp"), (MAYA, "lee"), (MAYA, "hp-0042"), (MAYA, "0042"),
        (MAYA, "1957-03-14"), (MAYA, "14.3.1957"), (MAYA, "14/03/1957"), (MAYA, "03/14/1957"), (MAYA, "hárpèr"),
        (MAYA, "maya 1957-03-14"), (ASE, "ase"), (ASE, "angstrom"), (ASE, "luk"), (ASE, "ŁUK"), (ASE, "ÅSE"),
        (ASE, "3/4/1960"), (ASE, "4/3/1960"),
    ],
)  # fmt: skip
def test_a_person_is_found_by(person: Person, text: str) -> None:
    assert rank(person, text) is not None


@pytest.mark.parametrize("text", ["", "harper quill", "1957-03-15", "%", "_", "1957", "hp 0099"])
def test_a_person_is_not_found_by(text: str) -> None:
    assert rank(MAYA, text) is None


def test_the_best_come_first() -> None:
    assert [person.family for person in ranked([ITO, HARP, MAYA], "harp")] == ["Harper", "Quill", "Itoharp"]


@pytest.mark.parametrize(
    "word", ["", "1-2", "1-2-3-4", "aa-bb-cc", "2026-02-30", "٣-٣-١٩٦٠", "0-0-0", "9" * 40 + "-1-1"]
)
def test_what_is_no_day_is_none(word: str) -> None:
    assert dates_in(word) == frozenset()


@given(st.text(max_size=300))
def test_anything_can_be_typed(text: str) -> None:
    tidied = tidy(text)
    assert "\0" not in tidied
    assert len(tidied) <= LONGEST
    assert tidy(tidied) == tidied
    rank(MAYA, tidied)
    places_found(PAGES, tidied, "clinician", has_patient=True)


def test_folding_knows_letters_that_have_no_plain_form() -> None:
    assert fold("Søren Đorđe Æsop Straße ’") == "soren dorde aesop strasse '"


def test_each_role_is_shown_its_own_places() -> None:
    labels = {role: {place.label for place in places_found(PAGES, "", role, has_patient=False)} for role in
              ("clinician", "admin", "patient")}  # fmt: skip
    assert "Audit" in labels["admin"] - labels["clinician"]
    assert "Patients" in labels["clinician"] - labels["admin"]
    assert labels["patient"] == set()


def test_what_is_done_about_a_patient_needs_one() -> None:
    def found(*, has_patient: bool) -> list[str]:
        return [place.label for place in places_found(DEEDS, "presc", "clinician", has_patient=has_patient)]

    assert found(has_patient=False) == []
    assert found(has_patient=True) == ["Add a medicine"]
