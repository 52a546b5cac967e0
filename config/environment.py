"""Reading settings from the environment and from `.env`, with errors that a person can act on.

Only the standard library is used here, because the launcher reads the same values before anything is installed.
"""

import os
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


class BadSettingError(ValueError):
    """A setting that is missing or malformed; the text is one sentence that names it."""


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the `NAME=value` lines of a file, none when it is absent; comments, quotes, `export` are understood."""
    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise BadSettingError(f"Line {number} of {path.name} is not of the form NAME=value.")
        values[name] = _unquote(value.strip())
    return values


def _unquote(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].strip()


@dataclass(frozen=True)
class Environment:
    """Typed reads of named values; an empty value counts as not given."""

    values: Mapping[str, str]
    error: type[Exception] = BadSettingError

    @classmethod
    def load(cls, root: Path, *, error: type[Exception] = BadSettingError) -> "Environment":
        """The process environment, with the values of `.env` under it."""
        try:
            below = read_dotenv(root / ".env")
        except (BadSettingError, UnicodeDecodeError, OSError) as problem:
            reason = str(problem) if isinstance(problem, BadSettingError) else "The file .env cannot be read as text."
            raise error(reason) from None
        return cls({**below, **{name: value for name, value in os.environ.items() if value}}, error)

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding space."""
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """Yes or no."""
        value = self.text(name).lower()
        if not value:
            return default
        if value not in TRUE | FALSE:
            raise self.error(f"{name} must be 1 or 0.")
        return value in TRUE

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number between two limits, both included."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and low <= int(value) <= high):
            raise self.error(f"{name} must be a whole number from {low} to {high}.")
        return int(value)

    def listed(self, name: str, default: str = "") -> list[str]:
        """Values separated by commas."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def folder(self, name: str, default: Path) -> Path:
        """A folder; a relative one is taken from where the default's parent is."""
        given = self.text(name)
        return (default.parent / Path(given).expanduser()).resolve() if given else default

    def zone(self, name: str, default: str) -> str:
        """The name of a time zone."""
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise self.error(f"{name} must be the name of a time zone such as Europe/London.") from None
        return value

    def secret(self, name: str, file: Path) -> str:
        """A secret of 32 characters or more, given directly or kept in a file that `make setup` writes."""
        value = self.text(name)
        if not value:
            try:
                value = file.read_text(encoding="utf-8").strip()
            except FileNotFoundError:
                raise self.error(f"{name} is not set and {file} is missing: run 'make setup' once.") from None
            except (OSError, UnicodeDecodeError):
                raise self.error(f"{name} is not set and {file} cannot be read.") from None
        if len(value) < 32:
            raise self.error(f"{name} must be at least 32 characters long.")
        return value
