"""What the repository promises of itself: current migrations, hashed locks, and no trace of one machine."""

import re
import tomllib
from io import StringIO

import pytest
from django.core.management import call_command

from config import sweeps
from tests.architecture.house import ROOT, committed_files, name_of

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-benchmarks.txt")
LOCKED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.\-]*)==(?P<version>\S+)(?P<marker> ; [^\\]+)? \\$")


def locked(lock: str) -> dict[tuple[str, str], str]:
    """Package and marker to version."""
    lines = (LOCKED.match(line) for line in (ROOT / lock).read_text().splitlines())
    return {(line["name"], line["marker"] or ""): line["version"] for line in lines if line}


@pytest.mark.django_db
def test_the_migrations_hold_every_change_of_the_models() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(--(extra-)?index-url|--find-links|-f|-i|-e|file:)", text, re.MULTILINE)
    entries = [part for part in re.split(r"\n(?=\S)", text) if "==" in part.split("\n")[0]]
    assert len(entries) == len(locked(lock)) > 20
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_development_lock_holds_all_of_the_other_at_the_same_versions() -> None:
    run_time, development = locked("requirements.txt"), locked("requirements-dev.txt")
    names = {name for name, _ in run_time}
    differing = {
        key for key, version in development.items() if key[0] in names and run_time.get(key, version) != version
    }
    assert names <= {name for name, _ in development}
    assert not differing


def test_every_dependency_is_locked_and_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {name for name, _ in locked("requirements-dev.txt")}
    for requirement in wanted:
        name = re.split(r"[\[~=<>; ]", requirement)[0].lower()
        assert name in names, f"{name} is not locked: run make lock"
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert re.search(r"#\s+\S", line), f"{name} has no reason beside it"


def test_no_file_tells_of_the_machine_it_was_written_on() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb" + ".debian.org"]
    places = ["/" + "work/", "/" + "tmp/", "/" + "root/", "/" + "home/", "shared" + "/", "C:" + "\\Users"]
    found = []
    for path in committed_files():
        if path.suffix in {".png", ".ico", ".woff2", ".gz", ".webp", ".mo"} or path.name == "LICENSE":
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{name_of(path)}: {word}" for word in (*hosts, *places) if word in text]
    assert not found, "\n".join(found)


def test_every_sweep_of_the_clock_exists_and_expires() -> None:
    from monitoring import tasks

    for name, entry in sweeps.beat_schedule().items():
        assert hasattr(tasks, name), f"monitoring.tasks has no {name}"
        assert entry["options"]["expires"] >= entry["schedule"]
