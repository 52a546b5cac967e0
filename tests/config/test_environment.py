"""Reading settings: what is understood, and the sentence when it is not."""

from pathlib import Path

import pytest

from config.environment import BadSettingError, Environment, read_dotenv


def test_dotenv_understands_comments_quotes_and_export(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nA=1\nexport B = two words # why\nC='with # inside'\nD=\n")

    assert read_dotenv(file) == {"A": "1", "B": "two words", "C": "with # inside", "D": ""}


def test_a_line_of_dotenv_that_is_not_a_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nnonsense\n")

    with pytest.raises(BadSettingError, match=r"^Line 2 of \.env is not of the form NAME=value\.$"):
        Environment.load(tmp_path)


def test_the_environment_wins_over_dotenv_unless_it_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("EK_A=file\nEK_B=file\n")
    monkeypatch.setenv("EK_A", "process")
    monkeypatch.setenv("EK_B", "")

    env = Environment.load(tmp_path)

    assert (env.text("EK_A"), env.text("EK_B")) == ("process", "file")


@pytest.mark.parametrize("value", ["maybe", "2", "ja"])
def test_a_flag_is_yes_or_no(value: str) -> None:
    with pytest.raises(BadSettingError, match=r"^DEMO must be 1 or 0\.$"):
        Environment({"DEMO": value}).flag("DEMO", default=True)


@pytest.mark.parametrize("value", ["0", "65536", "8000x", "-1", "8e3", "٨٠٠٠", "99999999999"])
def test_a_number_outside_its_limits_is_named(value: str) -> None:
    with pytest.raises(BadSettingError, match=r"^PORT must be a whole number from 1 to 65535\.$"):
        Environment({"PORT": value}).number("PORT", 8000, low=1, high=65535)


@pytest.mark.parametrize("value", ["Mars/Olympus", "../../etc/passwd", "Europe"])
def test_a_time_zone_must_exist(value: str) -> None:
    with pytest.raises(BadSettingError, match=r"^TIME_ZONE must be the name of a time zone"):
        Environment({"TIME_ZONE": value}).zone("TIME_ZONE", "Europe/London")


def test_a_secret_that_was_never_made_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(BadSettingError, match=r"run 'make setup' once"):
        Environment({}).secret("SECRET_KEY", tmp_path / "secret_key")


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x" * 31)

    with pytest.raises(BadSettingError, match=r"at least 32 characters"):
        Environment({}).secret("SECRET_KEY", tmp_path / "secret_key")


def test_a_relative_folder_is_taken_from_the_checkout(tmp_path: Path) -> None:
    assert Environment({"VAR_DIR": "data"}).folder("VAR_DIR", tmp_path / "var") == tmp_path / "data"
