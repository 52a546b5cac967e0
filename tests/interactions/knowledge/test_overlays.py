"""A release that follows another: records merged by id, withdrawn, replaced, and never by accident."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from interactions.checking import Exposure, PatientContext, check_regimen
from interactions.knowledge.loader import DATA, KnowledgeError, load_directory, load_release
from interactions.knowledge.release import Release

Write = Callable[..., Path]
ABOUT = 'follows: "2026.11"\npublished: "2026-12-01"\nnotes: [A test.]\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A release 2026.11.1 over a copy of 2026.11; each keyword is one of its files."""
    shutil.copytree(DATA / "2026.11", tmp_path / "2026.11")

    def written(about: str = ABOUT, name: str = "2026.11.1", **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "release.yaml").write_text(about, encoding="utf-8")
        for file, text in files.items():
            (folder / f"{file}.yaml").write_text(dedent(text), encoding="utf-8")
        return folder

    return written


SOURCE = 'S63: {title: A new page, year: "2026", seen: full}\n'


def test_an_overlay_adds_to_what_it_follows(write: Write) -> None:
    release, before = load_directory(write(sources=SOURCE)), load_release("2026.11")

    assert release.sources.keys() - before.sources.keys() == {"S63"}
    assert (release.version, release.follows, str(release.published)) == ("2026.11.1", "2026.11", "2026-12-01")
    assert release.notes == ("A test.",)
    assert release.rules == before.rules
    assert list(release.dosing.limits) == list(before.dosing.limits)


def test_the_hash_covers_what_is_followed_as_well(write: Write, tmp_path: Path) -> None:
    folder = write(sources=SOURCE)
    before = load_directory(folder).content_hash
    with (tmp_path / "2026.11" / "washout.yaml").open("a", encoding="utf-8") as file:
        file.write("# one more byte\n")

    assert load_directory(folder).content_hash != before


def test_a_record_replaces_its_predecessor_whole_and_in_its_place(write: Write) -> None:
    release = load_directory(write(sources='S04: {title: Written anew, year: "2026", seen: full}\n'))

    assert (release.sources["S04"].title, release.sources["S04"].note) == ("Written anew", None)
    assert list(release.sources) == list(load_release("2026.11").sources)


def test_a_row_of_a_list_is_replaced_by_its_id(write: Write) -> None:
    release = load_directory(
        write(
            dosing="""
            limits:
              - {id: baclofen_oral_us, ingredient: baclofen, route: oral, above: 70, unit: mg, level: warning,
                 evidence: label, sources: [S08], text: Lower.}
            """
        )
    )

    assert [limit.above for limit in release.dosing.limits][:2] == [70, 100]
    assert release.dosing.schedules == load_release("2026.11").dosing.schedules


def test_one_number_of_the_washout_can_change_alone(write: Write) -> None:
    release, before = load_directory(write(washout="baclofen_oral_hours: 48\n")), load_release("2026.11")

    assert release.washout.baclofen_oral_hours == 48
    assert release.washout.local_hours == before.washout.local_hours


def test_words_of_products_join_and_leave(write: Write) -> None:
    about = ABOUT + "withdrawn: {other_medicines: [mupirocin]}\n"
    release = load_directory(write(about, products="other_medicines: [obscurimab]\n"))

    assert load_release("2026.11").other_medicines ^ release.other_medicines == {"mupirocin", "obscurimab"}


def test_a_withdrawn_rule_keeps_its_text_and_makes_no_card(write: Write) -> None:
    release = load_directory(write(ABOUT + "withdrawn: {rules: [R07]}\n"))

    assert release.rules["R07"].withdrawn
    assert not release.rules["R06"].withdrawn


def test_a_withdrawn_rule_can_come_back(write: Write) -> None:
    write(ABOUT + "withdrawn: {rules: [R07]}\n")
    text = (DATA / "2026.11" / "rules.yaml").read_text(encoding="utf-8")
    record = "R07:\n" + text.split("\nR07:\n")[1].split("\nR08:\n")[0] + "\n"
    later = write('follows: "2026.11.1"\npublished: "2027-01-01"\nnotes: []\n', "2026.11.1.1", rules=record)

    assert not load_directory(later).rules["R07"].withdrawn


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ('published: "2026-12-01"\n', r"notes: Field required"),
        (ABOUT.replace("2026-12-01", "soon"), r"line 2: published"),
        (ABOUT.replace("2026.11", "2025.01"), r"line 1: follows: there is no release '2025\.01' to follow"),
        (ABOUT.replace('"2026.11"', '"2026.11.1"'), "comes back to 2026.11.1"),
        (ABOUT + "colour: red\n", r"line 4: colour"),
        (ABOUT + "withdrawn: {rules: [R99]}\n", r"line 4: withdrawn\.rules: 'R99' is not in 2026\.11"),
        (ABOUT + "withdrawn: {remedies: [R01]}\n", "'remedies' is no part of a release"),
        (ABOUT + "withdrawn: {sources: [S63]}\n", "'S63' is written anew here"),
        (ABOUT + "withdrawn: {rules: [N02]}\n", r"2026\.11/rules\.yaml, line \d+: N02: .* cannot be withdrawn"),
        (
            ABOUT + "withdrawn: {factors: [opioid]}\n",
            r"11\.1/release\.yaml, line 4: opioid: is asked for by code",
        ),
        (ABOUT + "withdrawn: {sources: [S04]}\n", r"2026\.11/rules\.yaml, line \d+: R01\.sources: source 'S04'"),
        (ABOUT + "withdrawn: {substances: [codeine]}\n", r"2026\.11/products\.yaml, line \d+: .*'codeine'"),
    ],
)
def test_what_a_release_says_about_itself_must_be_true(write: Write, about: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        load_directory(write(about, sources=SOURCE))


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("sources", "S63: {title: X, year: '2026', seen: perhaps}\n", r"2026\.11\.1/sources\.yaml, line 1: S63\.seen"),
        ("sources", "S63: 5\n", "must be a mapping"),
        ("sources", "- S63\n", r"2026\.11\.1/sources\.yaml, line 1"),
        ("products", "potions: {}\n", r"potions: is no section of it"),
        ("products", "combinations: []\n", r"combinations: must be a mapping"),
        ("dosing", "notes: {}\n", r"notes: must be a list"),
        ("potions", "a: 1\n", r"2026\.11\.1/potions\.yaml: a release has no such file"),
        (
            "mechanisms",
            "\nM1: {name: N, text: T, evidence: label, rules: [R99]}\n",
            r"2026\.11\.1/mechanisms\.yaml, line 2: M1\.rules: 'R99' is no rule",
        ),
        ("guides", "G: {title: T, rows: [], evidence: gk, rules: [], sources: [S14]}\n", "low authority"),
        ("opinions", "O: {publisher: P, scale: S, grade: G, verified: 1, text: T, rules: [], sources: [S99]}\n", "S99"),
        ("attributes", "R99: {developer: D}\n", "'R99' is no rule"),
        ("attributes", "R01: {uses: {shoe_size: {used: false, how: no}}}\n", r"R01\.uses\.shoe_size"),
        ("unknowns", "egfr: {name: kidney function}\n", r"egfr\.find_out: Field required"),
    ],
)
def test_a_fault_names_the_folder_that_holds_it(write: Write, file: str, text: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        load_directory(write(**{file: text}))


def test_a_record_that_says_the_same_is_needless(write: Write) -> None:
    text = (DATA / "2026.11" / "sources.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("S04:"))

    with pytest.raises(KnowledgeError, match=r"2026\.11\.1/sources\.yaml, line 2: S04: S04 is the same as in 2026\.11"):
        load_directory(write(sources=f"# a comment\n{line}\n"))


def test_a_chain_that_comes_back_to_itself_is_refused(write: Write, tmp_path: Path) -> None:
    first = write(ABOUT.replace("2026.11", "2026.11.1.1"), sources=SOURCE)
    write(ABOUT.replace("2026.11", "2026.11.1"), "2026.11.1.1")

    with pytest.raises(KnowledgeError, match=r"1\.1/release\.yaml: the chain of releases comes back to 2026\.11\.1"):
        load_directory(first)


def test_a_fault_two_releases_back_is_told_where_it_stands(write: Write) -> None:
    write(sources='S63: {title: New, year: "2026", seen: full}\n', rules="")
    top = write('follows: "2026.11.1"\npublished: "2027-01-01"\nnotes: []\n', "2026.11.1.1")

    with pytest.raises(KnowledgeError, match=r"^2026\.11\.1/rules\.yaml, line 1"):
        load_directory(top)


def test_the_checker_is_silent_about_a_withdrawn_rule_alone(write: Write) -> None:
    taken = [Exposure(ingredient=key) for key in ("amitriptyline", "sumatriptan", "paroxetine")]
    release = load_directory(write(ABOUT + "withdrawn: {rules: [R07]}\n"))

    def fired(under: Release) -> set[str]:
        found = check_regimen(taken, PatientContext(), date(2026, 12, 1), release=under)
        return {finding.rule for finding in found.findings}

    assert fired(load_release("2026.11")) - fired(release) == {"R07"}
    assert "R06" in fired(release)
