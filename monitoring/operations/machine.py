"""What the machine itself tells of time, and what it remembers outside the database."""

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
MEMORY: Final = "last_tick.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock that nobody can set, and the run of the machine since which it counts."""

    machine: str
    uptime: timedelta


@dataclass(frozen=True, slots=True)
class Memory:
    """How many ticks this machine has seen written into which database."""

    database: UUID
    ticks: int


def reading() -> Reading:
    """The uptime of this machine, sleep included; without Linux, that of this process."""
    machine = boot_id()
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    seconds = time.clock_gettime(clock) if clock is not None and BOOT_ID.exists() else time.monotonic()
    return Reading(machine, timedelta(seconds=seconds))


@cache
def boot_id() -> str:
    """What names this run of the machine: the kernel's own word for it, else one of this process."""
    with suppress(OSError):
        return BOOT_ID.read_text(encoding="ascii").strip()[:64]
    return str(uuid4())


def remembered(folder: Path) -> Memory | None:
    """What was last kept in `folder`; None when there is nothing that can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((folder / MEMORY).read_text(encoding="ascii"))
        return Memory(UUID(str(kept["database"])), int(kept["ticks"]))
    return None


def remember(folder: Path, memory: Memory) -> None:
    """Keep it in `folder`, whole or not at all; a folder that takes no file is no reason to stop watching."""
    beside = folder / f"{MEMORY}.{os.getpid()}"
    with suppress(OSError):
        beside.write_text(json.dumps({"database": str(memory.database), "ticks": memory.ticks}), encoding="ascii")
        beside.replace(folder / MEMORY)
