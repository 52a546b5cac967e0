"""What a product holds beside the medicines that are checked is said, and what is unknown is not passed over."""

import pytest

from interactions.checking import PatientContext, check_regimen, read_entry
from interactions.knowledge.loader import current_release, load_release
from interactions.medicines import resolve
from tests.interactions.checking.cases import ON


@pytest.mark.parametrize(
    ("entered", "part"),
    [
        ("Valoron N 50/4 bd", "naloxone"),
        ("Sinemet 25/100 tds", "carbidopa"),
        ("Excedrin 2 prn", "caffeine"),
        ("paracetamol 500 / caffeine 65", "caffeine"),
        ("Polysporin", "polymyxin B"),
        ("Contrave", "naltrexone"),
    ],
)
def test_a_part_that_no_rule_asks_for_is_said_and_leaves_nothing_open(entered: str, part: str) -> None:
    found = resolve(entered)
    assert found.not_understood == ()
    assert any(remark.startswith(f"holds {part} as well, which no rule asks for: it ") for remark in found.remarks)

    entry = read_entry(entered)
    assert entry.unresolved == ()
    assert set(found.remarks) <= set(entry.problems)


@pytest.mark.parametrize(("entered", "part"), [("Stalevo 100 mg tds", "entacapone"), ("Cobenfy", "xanomeline")])
def test_a_part_that_nothing_is_known_of_is_left_open(entered: str, part: str) -> None:
    entry = read_entry(entered)
    assert [line.entered for line in entry.unresolved] == [part]

    screening = check_regimen(entry.exposures, PatientContext(), ON, unresolved=entry.unresolved)
    assert screening.overall == "unknown"


def test_harmless_parts_do_not_make_the_answer_unknown() -> None:
    entry = read_entry("Excedrin 2 prn")
    patient = PatientContext(age=40, conditions_known=True)
    assert check_regimen(entry.exposures, patient, ON, unresolved=entry.unresolved).overall == "none"


def test_a_part_alone_is_no_product_and_stays_unknown() -> None:
    assert not resolve("caffeine 100 mg").resolved


def test_the_parts_of_each_medicine_of_a_list_are_said() -> None:
    found = resolve("baclofen 10 mg tds, Excedrin 2 prn, Cobenfy 1 bd")
    assert any("caffeine" in remark for remark in found.remarks)
    assert found.not_understood == ("xanomeline",)


def test_a_part_that_lowers_blood_pressure_is_a_medicine_of_its_own() -> None:
    assert set(resolve("Entresto 49/51 bd").ingredients) == {"sacubitril", "valsartan"}


def test_a_release_that_says_nothing_of_them_is_read_as_before() -> None:
    found = resolve("Cobenfy", release=load_release("2026.11"))
    assert (found.ingredients, found.not_understood, found.remarks) == (("trospium",), (), ())


def test_every_part_is_either_explained_or_left_open_on_purpose() -> None:
    release = current_release()
    held = {name.casefold() for each in release.combinations.values() for name in each.others}
    assert held - release.label_parts.keys() == {"entacapone", "xanomeline"}
