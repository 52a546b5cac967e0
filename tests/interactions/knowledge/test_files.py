"""A part of a release spread over several files: read as one, hashed as one, and every fault names the right file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from interactions.knowledge.loader import DATA, KnowledgeError, content_hash, load_directory, load_release
from interactions.knowledge.reading import read_mapping

Split = Callable[[dict[str, str]], Path]
HEAD = "# A class of its own.\n\n"


@pytest.fixture
def split(tmp_path: Path) -> Split:
    """A sound copy of the first release whose sources are spread over the given files, and the rest of them."""

    def made(files: dict[str, str]) -> Path:
        folder = Path(shutil.copytree(DATA / "2026.11", tmp_path / "2026.11.1"))
        text = (folder / "sources.yaml").read_text(encoding="utf-8")
        (folder / "sources.yaml").unlink()
        (folder / "sources").mkdir()
        (folder / "sources" / "articles.yaml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(HEAD + content, encoding="utf-8")
        return folder

    return made


NEW = 'S91: {title: A new page, year: "2026", seen: full}\n'


def test_several_files_are_read_as_one(split: Split) -> None:
    release, before = load_directory(split({"sources/pages.yaml": NEW})), load_release("2026.11")
    assert release.sources.keys() - before.sources.keys() == {"S91"}
    assert release.rules == before.rules


def test_a_key_in_two_files_is_a_fault_of_both(split: Split) -> None:
    folder = split({"sources/pages.yaml": NEW + NEW.replace("S91", "S04")})
    first = (folder / "sources" / "articles.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(first, 1) if text.startswith("S04:"))
    with pytest.raises(KnowledgeError) as caught:
        load_directory(folder)
    message = str(caught.value)
    assert message.startswith("2026.11.1/sources/pages.yaml, line 4: S04: ")
    assert f"sources/articles.yaml, line {line}" in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (NEW + "S92: {title: X, year: '2026', seen: perhaps}\n", r"1/sources/pages\.yaml, line 4: S92\.seen: "),
        (NEW + "S92: 5\n", r"1/sources/pages\.yaml, line 4: S92: must be a mapping"),
        ("- S92\n", r"1/sources/pages\.yaml, line 1: must be a mapping"),
        (NEW + NEW, r"1/sources/pages\.yaml, line 4: key 'S91' is written twice"),
        ("S92: !!float 1.5\n", r"1/sources/pages\.yaml, line 3: .*float' is not read"),
        ("S92: &self [*self]\n", r"1/sources/pages\.yaml, line 3: holds itself"),
        ("? [a, b]\n: c\n", r"1/sources/pages\.yaml, line 3: a key must be one word"),
    ],
)
def test_a_fault_names_the_file_that_holds_it(split: Split, content: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        load_directory(split({"sources/pages.yaml": content}))


def test_the_hash_covers_every_file_and_its_name(split: Split) -> None:
    folder = split({"sources/pages.yaml": NEW})
    before = content_hash(folder)
    (folder / "sources" / "pages.yaml").rename(folder / "sources" / "web.yaml")
    renamed = content_hash(folder)
    with (folder / "sources" / "web.yaml").open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
    assert len({before, renamed, content_hash(folder)}) == 3


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("sources.yaml", r"2026\.11\.1/sources: is a folder and a file \(sources\.yaml\)"),
        ("sources/pages.txt", r"sources/pages\.txt: a release has no such file"),
        ("potions/pages.yaml", r"potions: a release has no such file"),
        ("products/pages.yaml", r"products: a release has no such file"),
    ],
)
def test_what_would_not_be_read_is_refused(split: Split, file: str, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        load_directory(split({file: NEW}))


def test_an_empty_folder_is_refused(split: Split) -> None:
    folder = split({})
    (folder / "sources" / "articles.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"2026\.11\.1/sources: holds no file"):
        load_directory(folder)


def test_a_source_that_is_cited_and_missing_is_looked_for_in_the_folder(split: Split) -> None:
    folder = split({})
    file = folder / "sources" / "articles.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\nS23:", "\nS93:"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"2026\.11\.1/substances\.yaml, line \d+: terbinafine.*'S23'"):
        load_directory(folder)


def test_the_classes_of_substances_have_a_file_each() -> None:
    folder = DATA / "2026.11.2"
    files = sorted(path.name for path in (folder / "substances").iterdir())
    assert {"opioids.yaml", "antihistamines.yaml", "no_hazard_class.yaml", "replaced.yaml"} <= set(files)
    first = load_release("2026.11").substances
    for file in files:
        text = (folder / "substances" / file).read_text(encoding="utf-8")
        head = text.split("\n\n")[0]
        assert head.startswith("# "), file
        assert "reviewed" in head, file
        replaces = read_mapping(folder, f"substances/{file}").keys() & first.keys()
        assert bool(replaces) == (file == "replaced.yaml"), file
