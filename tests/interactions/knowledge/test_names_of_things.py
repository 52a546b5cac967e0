"""Factors, numbers and other ingredients of labels have words for a reader; a release without them is refused."""

import re
import shutil
from pathlib import Path

import pytest

from interactions.knowledge import checks_rules
from interactions.knowledge.asked import FACTOR_NUMBERS, RULE_NUMBERS
from interactions.knowledge.loader import DATA, KnowledgeError, current_release, load_directory
from interactions.knowledge.numbers import NUMBER_WORDS, words_of_number

RELEASE = current_release()
ABOUT = 'follows: "2026.11.2"\npublished: "2026-12-01"\nnotes: [A test.]\n'


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """A release after the newest, with nothing in it yet."""
    for version in ("2026.11", "2026.11.2"):
        shutil.copytree(DATA / version, tmp_path / version)
    folder = tmp_path / "2026.11.3"
    folder.mkdir()
    (folder / "release.yaml").write_text(ABOUT, encoding="utf-8")
    return folder


def test_every_factor_has_a_short_name_of_its_own() -> None:
    names = RELEASE.factor_names
    assert names.keys() == RELEASE.factors.keys()
    assert len(set(names.values())) == len(names)
    assert all(len(name) <= 80 and not name.endswith(".") for name in names.values())


def test_a_name_repeats_no_number_that_a_release_may_change() -> None:
    for key, factor in RELEASE.factors.items():
        numbers = {f"{value:f}" for value in factor.params.values()}
        assert not numbers & set(re.findall(r"\d+", RELEASE.factor_names[key])), key


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("factor_names", "opioid: 'Also {medicines}'\n", r"11\.3/factor_names\.yaml, line 1: opioid: .*braces"),
        ("factor_names", "opioid: ' '\n", r"factor_names\.yaml, line 1: opioid: a name is plain words"),
        ("factor_names", "opiod: An opioid\n", r"factor_names\.yaml, line 1: opiod: 'opiod' is no factor"),
        ("label_parts", "kryptonite: it glows\n", r"label_parts\.yaml, line 1: kryptonite: no combination holds"),
        ("label_parts", "Entacapone: it is kept\n", r"label_parts\.yaml, line 1: Entacapone: is written in small"),
    ],
)
def test_names_are_of_what_exists(later: Path, file: str, text: str, says: str) -> None:
    (later / f"{file}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load_directory(later)


def test_a_factor_without_a_name_is_refused(later: Path) -> None:
    (later / "release.yaml").write_text(ABOUT + "withdrawn: {factor_names: [opioid]}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"2026\.11/factors\.yaml, line \d+: opioid: has no name"):
        load_directory(later)


def test_a_part_of_a_label_that_is_a_substance_is_refused(later: Path) -> None:
    products = "combinations:\n  x: {name: x, ingredients: [baclofen], others: [valsartan], names: [Xyz]}\n"
    (later / "products.yaml").write_text(products, encoding="utf-8")
    (later / "label_parts.yaml").write_text("valsartan: it is kept\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"valsartan: 'valsartan' is a substance"):
        load_directory(later)


def test_every_number_has_words_with_one_place_for_it_and_none_is_left_over() -> None:
    owners = [*RULE_NUMBERS.items(), *FACTOR_NUMBERS.items()]
    used = {f"{owner}.{name}" for owner, names in owners for name in names}
    for each in used:
        owner, _, name = each.partition(".")
        said = words_of_number(owner, name)
        assert said is not None, each
        assert said.count("{}") == 1, each
    names = {each.partition(".")[2] for each in used}
    assert all(key in used or key in names for key in NUMBER_WORDS)


def test_a_number_without_words_is_refused(later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_rules, "words_of_number", lambda owner, _name: None if owner == "R06" else "{}")
    with pytest.raises(KnowledgeError, match=r"R06\.params\.partners_major: has no words in numbers\.py"):
        load_directory(later)
