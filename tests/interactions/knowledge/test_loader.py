"""A broken release does not load, and says where it is broken."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from interactions.knowledge import loader
from interactions.knowledge.loader import (
    DATA,
    KnowledgeError,
    content_hash,
    current_release,
    load_directory,
    load_release,
    put_in_force,
    version_in_force,
    versions,
)

Break = Callable[[str, str, str], Path]
# What each held on the day it was published. A release is never edited: a change is a new release.
AS_PUBLISHED = {
    "2026.11": "a8512f3bbbc70b238002aede788193f921607c22dda93ea2152c202e5497b523",
    "2026.11.2": "f3f1654cff7f4d1237d979243143da0ce45b6ac832a61ba16e8f73c9a6803751",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the first release that a test may break."""
    return Path(shutil.copytree(DATA / "2026.11", tmp_path / "2026.11.1"))


@pytest.fixture
def broken(copy: Path) -> Break:
    """Replace the first occurrence of a text in one file of the copy."""

    def change(file: str, old: str, new: str) -> Path:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return copy

    return change


@pytest.mark.parametrize(("version", "digest"), AS_PUBLISHED.items())
def test_a_release_is_still_what_was_published(version: str, digest: str) -> None:
    assert load_release(version).content_hash == digest


@pytest.mark.parametrize("version", versions())
def test_every_release_at_hand_loads(version: str) -> None:
    release = load_release(version)
    assert release.version == version
    assert len(release.content_hash) == 64
    assert release.notes


def test_a_sound_copy_loads_under_its_own_version(copy: Path) -> None:
    release = load_directory(copy)
    assert release.version == "2026.11.1"
    assert release.content_hash == AS_PUBLISHED["2026.11"]


def test_one_changed_byte_changes_the_hash(copy: Path) -> None:
    before = content_hash(copy)
    with (copy / "washout.yaml").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert content_hash(copy) != before


def test_a_renamed_file_changes_the_hash_and_is_refused(copy: Path) -> None:
    before = content_hash(copy)
    (copy / "washout.yaml").rename(copy / "washing.yaml")
    assert content_hash(copy) != before
    with pytest.raises(KnowledgeError, match=r"washing\.yaml: a release has no such file"):
        load_directory(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("substances.yaml", "cns_depressant: strong", "cns_depressant: huge", "baclofen.cns_depressant"),
        ("substances.yaml", "  acb: null\n", "  acb: maybe\n", "baclofen.acb"),
        ("substances.yaml", "  washout_days: 2\n", "", "baclofen.washout_days"),
        ("substances.yaml", "  washout_days: 2\n", "  washout_days: 2\n  colour: red\n", "baclofen.colour"),
        ("substances.yaml", "[muscle_relaxant]", "[muscle_relaxer]", "no known group"),
        ("substances.yaml", "half_life: {low: 2, high: 7", "half_life: {low: 9, high: 7", "out of order"),
        ("substances.yaml", 'rxcui: "704"', 'rxcui: "1292"', "also the code of baclofen"),
        ("substances.yaml", "[Elavil,", "[Lioresal,", "also means baclofen"),
        ("substances.yaml", "note_sources: [S03]", "note_sources: [S99]", "'S99' is not in sources.yaml"),
        ("substances.yaml", "note_sources: [S03]", "note_sources: [S14]", "low authority"),
        ("substances.yaml", "qt_risk: possible", "qt_risk: none", "amitriptyline.qt_risk"),
        ("substances.yaml", "baclofen:\n", "baclofen: 5\nbaclofen:\n", "written twice"),
        ("substances.yaml", "baclofen:\n", "baclofen:\n  key: x\n", "without 'key'"),
        ("products.yaml", "ingredients: [amitriptyline, chlordiazepoxide]", "ingredients: [aspirin]", "no substance"),
        (
            "products.yaml",
            "label_order: [chlordiazepoxide, amitriptyline]",
            "label_order: [ketamine]",
            "among its parts",
        ),
        ("products.yaml", "formulations:", "formulas:", "no section"),
        ("products.yaml", "formulations:", "formulations: []\nother: ", "no section"),
        ("products.yaml", "ami: [amitriptyline, amiodarone]", "ami: [aspirin]", "no substance"),
        ("products.yaml", "mupirocin", "baclofin", "a name this release knows"),
        ("dosing.yaml", "amounts: [10, 10, 10]", "amounts: [50, 50, 50]", "largest step"),
        ("dosing.yaml", "day: 4,", "day: 2,", "shortest gap"),
        ("dosing.yaml", "above: 80", "above: eighty", "baclofen_oral_us.above"),
        ("dosing.yaml", "id: baclofen_oral_eu", "id: baclofen_oral_us", "written twice"),
        ("dosing.yaml", "ingredient: baclofen, basis", "ingredient: aspirin, basis", "no substance"),
        ("dosing.yaml", "limits:\n  - ", "limits:\n  - 7\n  - ", "must be a mapping"),
        ("washout.yaml", "baclofen_oral_hours: 36", "baclofen_oral_hours: .nan", "baclofen_oral_hours"),
        ("rules.yaml", "code: PAIR_CNS", "code: PAIR_CND", "no known finding code"),
        ("rules.yaml", "substances: [baclofen]", "substances: [aspirin]", "'aspirin' is no substance"),
        ("rules.yaml", "groups: [opioid]", "groups: [opiates]", "'opiates' is no known group"),
        ("rules.yaml", "R07:\n", "R77:\n", "R07: is decided by code and has no text here"),
        ("rules.yaml", "R07:\n", "R77:\n", "R77: no code decides a rule of this id"),
        ("rules.yaml", "partners_major: 2", "partners_mayor: 2", "'partners_major' is missing"),
        ("rules.yaml", "partners_major: 2", "partners_mayor: 2", "no code compares with a number of this name"),
        ("rules.yaml", "  code: PAIR_CNS", "  withdrawn: true\n  code: PAIR_CNS", "is said in release.yaml"),
        ("factors.yaml", "\ntramadol:", "\ntramadols:", "tramadol: is asked for by code and has no text here"),
        ("factors.yaml", "\ntramadol:", "\ntramadols:", "no code asks for a factor of this id"),
        ("factors.yaml", "opioid: {medicines}", "opioid: {medicine}", "no code fills in {medicine} here"),
    ],
)
def test_a_fault_stops_the_load_and_names_its_place(broken: Break, file: str, old: str, new: str, says: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_directory(broken(file, old, new))
    message = str(caught.value)
    assert message.startswith(f"2026.11.1/{file}")
    assert says in message


def test_the_line_is_the_line_of_the_fault(broken: Break) -> None:
    directory = broken("substances.yaml", "  cyp2d6: substrate\n", "  cyp2d6: [substrate]\n")
    text = (directory / "substances.yaml").read_text(encoding="utf-8").splitlines()
    line = text.index("  cyp2d6: [substrate]") + 1
    with pytest.raises(KnowledgeError, match=rf"^2026\.11\.1/substances\.yaml, line {line}: "):
        load_directory(directory)


@pytest.mark.parametrize("file", sorted(path.name for path in (DATA / "2026.11").glob("*.yaml")))
def test_no_file_may_be_missing(copy: Path, file: str) -> None:
    (copy / file).unlink()
    with pytest.raises(KnowledgeError, match=re.escape(file)):
        load_directory(copy)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "baclofen: [\n", "baclofen: \x00", "%"])
def test_a_file_that_is_no_mapping_is_refused(copy: Path, content: str) -> None:
    (copy / "substances.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"substances\.yaml"):
        load_directory(copy)


def test_bytes_that_are_no_text_are_refused(copy: Path) -> None:
    (copy / "sources.yaml").write_bytes(b"\xff\xfe\x00S01")
    with pytest.raises(KnowledgeError, match=r"sources\.yaml"):
        load_directory(copy)


def test_no_tag_builds_an_object(copy: Path) -> None:
    (copy / "sources.yaml").write_text("S01: !!python/object/apply:os.getcwd []\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"sources\.yaml, line 1"):
        load_directory(copy)


def test_an_unknown_version_is_said_plainly() -> None:
    with pytest.raises(KnowledgeError, match=r"no knowledge release '1999\.01'; at hand are 2026\.11, 2026\.11\.2"):
        load_release("1999.01")


def test_a_release_is_loaded_once() -> None:
    assert load_release() is load_release(versions()[-1]) is current_release()


def test_versions_are_ordered_as_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("2026.11.10", "2026.11.2", "2026.11", "2026.9", "draft", ".hidden"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(loader, "DATA", tmp_path)
    assert versions() == ("2026.9", "2026.11", "2026.11.2", "2026.11.10")


@pytest.fixture
def in_force(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Puts a release in force for one test."""
    monkeypatch.setenv(loader.SETTING, version_in_force())
    yield put_in_force  # type: ignore[misc]
    monkeypatch.undo()
    version_in_force.cache_clear()
    current_release.cache_clear()


def test_an_older_release_can_be_put_in_force(in_force: Callable[[str], str]) -> None:
    assert in_force("2026.11") == "2026.11"
    assert current_release() is load_release() is load_release("2026.11")


def test_without_a_choice_the_newest_is_in_force(in_force: Callable[[str], str]) -> None:
    in_force("2026.11")
    assert in_force("") == current_release().version == versions()[-1]


def test_a_release_that_is_not_at_hand_changes_nothing(in_force: Callable[[str], str]) -> None:
    before = version_in_force()
    with pytest.raises(KnowledgeError):
        in_force("../2026.11")
    assert version_in_force() == before
