"""The units of `deploy/systemd` as systemd reads them: what they start, with which values, and how they end it."""

import re
import shlex
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.environment import read_dotenv
from config.launch.places import ROOT

DEPLOY: Final = ROOT / "deploy"
VALUE: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Unit:
    """A service. `command` still holds `${NAME}` for each value of its environment files."""

    name: str
    command: tuple[str, ...]
    environment_files: tuple[str, ...]
    folder: str
    settings: dict[str, tuple[str, ...]]

    def one(self, name: str, default: str = "") -> str:
        """The last value of a setting, which is the one that counts."""
        return self.settings.get(name, (default,))[-1]

    @property
    def stop_seconds(self) -> float:
        """How long it may take to end after SIGTERM."""
        return float(self.one("TimeoutStopSec"))

    def words(self, values: dict[str, str]) -> list[str]:
        """Its command with the values filled in, each one word; KeyError for one that is given nowhere."""
        return [VALUE.sub(lambda found: values[found[1]], word) for word in self.command]


def read_unit(name: str, instance: str = "") -> Unit:
    """The service of this name in `deploy/systemd`; of a template, with the name of its instance."""
    file = DEPLOY / "systemd" / f"evenkeel-{name}{'@' if instance else ''}.service"
    settings: dict[str, list[str]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        key, equals, value = line.replace("%i", instance).partition("=")
        if equals and not line.startswith(("#", ";")):
            settings[key.strip()].append(value.strip())
    return Unit(
        name=f"{name}-{instance}" if instance else name,
        command=tuple(shlex.split(settings["ExecStart"][-1])),
        environment_files=tuple(settings["EnvironmentFile"]),
        folder=settings["WorkingDirectory"][-1],
        settings={key: tuple(given) for key, given in settings.items()},
    )


def units() -> list[Unit]:
    """Every service of one machine; a worker for each of its environment files."""
    numbers = sorted(file.stem.partition("-")[2] for file in (DEPLOY / "environment").glob("worker-*.env"))
    return [read_unit("web"), *(read_unit("worker", number) for number in numbers), read_unit("beat")]


def values_of(unit: Unit) -> dict[str, str]:
    """What the environment files of a unit give, the later over the earlier."""
    return {
        name: value
        for file in unit.environment_files
        for name, value in read_dotenv(DEPLOY / "environment" / Path(file).name).items()
    }
