"""The units start what the launcher starts, with values that are read, from files that hold no secret."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.faults.units import DEPLOY, Unit, read_unit, units, values_of
from config.environment import Environment, read_dotenv
from config.launch.places import Places
from config.launch.processes import Address, app_processes
from config.services import broker, database, mail
from config.sweeps import LANES, URGENT
from monitoring.management.commands.run_sweeps import Command
from tests.architecture.house import ROOT

UNITS = {unit.name: unit for unit in units()}
FILES = sorted((DEPLOY / "environment").glob("*.env"))
# What a unit's own command line takes from the files; everything else there is read by the settings.
BY_UNITS = {"BIND", "WEB_WORKERS", "WEB_THREADS", "QUEUES", "CONCURRENCY"}
READ_BY_SETTINGS = re.compile(r"""(?:env\.\w+|secret)\(\s*f?"([A-Z][A-Z_]+)\"""")
# These may differ: on a machine of one's own a person waits for the end, and each worker has a name of its own.
OWN = {"--bind", "--workers", "--threads", "--graceful-timeout", "--hostname", "--concurrency", "--queues", "--pidfile"}


def options(command: list[str]) -> dict[str, str]:
    """Each option with its value, which may be none."""
    found: dict[str, str] = {}
    for word, following in zip(command, [*command[1:], "--"], strict=True):
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            found[name] = value if equals else "" if following.startswith("--") else following
    return found


def launched() -> dict[str, dict[str, str]]:
    """The options with which one machine alone starts each process."""
    places = Places(ROOT, Path("var"), Environment({}))
    return {each.name: options(each.command) for each in app_processes(places, Address("127.0.0.1", 8000), "unix:///b")}


def test_a_machine_has_a_web_server_a_worker_for_each_lane_and_a_clock() -> None:
    assert set(UNITS) == {"web", "worker-1", "worker-2", "worker-3", "beat"}
    served = [values_of(UNITS[name])["QUEUES"] for name in UNITS if name.startswith("worker")]
    assert sorted(lane for queues in served for lane in queues.split(",")) == sorted(LANES)
    # and: nothing shares a worker with what is pressing
    assert URGENT in served


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_what_the_launcher_starts(name: str) -> None:
    unit = UNITS[name]
    program, *words = unit.words(values_of(unit))
    kind = name.partition("-")[0]
    here = launched()[kind]
    assert program == f"{unit.folder}/.venv/bin/python"
    assert {k: v for k, v in options(words).items() if k not in OWN} == {k: v for k, v in here.items() if k not in OWN}
    # and: every value that it names is given, so that none is an empty word
    assert all(words)
    assert "$" not in " ".join(words)


def test_one_machine_alone_also_keeps_a_worker_free_for_what_is_pressing() -> None:
    assert launched()["urgent"]["--queues"] == URGENT
    assert set(launched()["worker"]) - OWN == set(launched()["urgent"]) - OWN


@pytest.mark.parametrize("unit", UNITS.values(), ids=list(UNITS))
def test_a_unit_comes_back_and_ends_by_itself_before_it_is_killed(unit: Unit) -> None:
    assert unit.one("Restart") == "always"
    longest = {"web": float(options(list(unit.command)).get("--graceful-timeout", 0)), "worker": 60.0, "beat": 5.0}
    assert unit.stop_seconds > longest[unit.name.partition("-")[0]]
    assert (unit.one("User"), unit.one("NoNewPrivileges"), unit.one("ProtectSystem")) == ("evenkeel", "yes", "strict")
    assert f"/var/lib/{unit.one('StateDirectory')}" == values_of(unit)["VAR_DIR"]


@pytest.mark.parametrize("lane", LANES)
def test_the_sweeps_of_a_lane_run_without_a_broker(lane: str) -> None:
    words = read_unit("sweeps", lane).words({})
    assert words[1:4] == ["manage.py", "run_sweeps", "--lane"]
    assert list(Command()._lanes(words[4:])) == [lane]


def test_a_migration_never_makes_others_wait_for_long() -> None:
    unit = read_unit("manage", "migrate")
    assert unit.words({})[1:] == ["manage.py", "migrate", "--no-input"]
    assert unit.one("Environment") == '"PGOPTIONS=-c lock_timeout=2s"'
    assert unit.one("Restart") == "on-failure"


def test_the_database_never_trades_what_was_committed_for_speed() -> None:
    file = DEPLOY / "postgresql.conf"
    given = {
        name.strip(): value.strip().strip("'")
        for name, equals, value in (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines())
        if equals and not name.startswith("#")
    }
    assert [given[name] for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
    # and: two machines with room for a migration and a person
    each = sum(int(values_of(unit).get("CONCURRENCY", 0)) for unit in UNITS.values())
    web = values_of(UNITS["web"])
    each += int(web["WEB_WORKERS"]) * int(web["WEB_THREADS"])
    assert 2 * each + 10 <= int(given["max_connections"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_environment_file_names_only_what_is_read(file: Path) -> None:
    sources = [ROOT / "config" / name for name in ("settings.py", "services.py")]
    known = {name for source in sources for name in READ_BY_SETTINGS.findall(source.read_text(encoding="utf-8"))}
    assert known >= {"SECRET_KEY", "DATABASE_URL", "SMS_GATEWAY_TOKEN"}
    named = set(re.findall(r"^#?([A-Z][A-Z_]+)=", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= known | {"VAR_DIR"} | BY_UNITS


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_environment_file_holds_no_secret(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        name, _, value = line.removeprefix("#").partition("=")
        if name.isupper() and name.endswith(("_KEY", "_TOKEN", "_PASSWORD")):
            assert value == "CHANGE-ME"
        for password in re.findall(r"://[^:@/\s]*:([^@/\s]+)@", line):
            assert password == "CHANGE-ME"


def test_the_addresses_in_the_files_are_taken_and_their_certificates_verified() -> None:
    given = read_dotenv(DEPLOY / "environment" / "evenkeel.env")
    assert database(given["DATABASE_URL"])["OPTIONS"].items() >= {
        "sslmode": "verify-full", "sslrootcert": "/etc/evenkeel/database-ca.crt",
    }.items()  # fmt: skip
    assert broker(given["REDIS_URL"]).startswith("rediss://")
    assert "ssl_cert_reqs=required" in broker(given["REDIS_URL"])
    assert mail(given["EMAIL_URL"], folder=Path("mail"))["EMAIL_USE_TLS"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    names = []
    for file in sorted((DEPLOY / "systemd").iterdir()):
        # As installed, except for the program, which is not there on this machine.
        text = re.sub(r"/srv/evenkeel/\.venv/bin/python", "/bin/sh", file.read_text(encoding="utf-8"))
        made = tmp_path / file.name.replace("@.", "@1.")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
        made.write_text(text, encoding="utf-8")
        names.append(str(made))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
