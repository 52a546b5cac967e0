"""Loads a knowledge release once, checks all of it, and hands out frozen values.

A release with any fault does not load at all: half a rule set would be silence where a warning is
due. Imports no Django.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from interactions.knowledge.checks import faults
from interactions.knowledge.dosing import Dosing, Washout
from interactions.knowledge.explaining import About
from interactions.knowledge.layers import Layers, content_hash, read_layers
from interactions.knowledge.parts import PARTS
from interactions.knowledge.reading import KnowledgeError
from interactions.knowledge.release import Release, RuleText, version_key

__all__ = [
    "KnowledgeError",
    "content_hash",
    "current_release",
    "load_directory",
    "load_release",
    "put_in_force",
    "version_in_force",
    "versions",
]

DATA: Final = Path(__file__).parent / "data"
SETTING: Final = "KNOWLEDGE_RELEASE"
_VERSION: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")
# The first release was published before releases described themselves, and its files stay as they are.
_FIRST: Final = About(published=date(2026, 11, 22), notes=("The first release: the pair and what stands beside it.",))


def versions() -> tuple[str, ...]:
    """The versions at hand, oldest first: 2026.11.2 comes before 2026.11.10."""
    names = [path.name for path in DATA.iterdir() if path.is_dir() and _VERSION.fullmatch(path.name)]
    return tuple(sorted(names, key=version_key))


@cache
def version_in_force() -> str:
    """The version every screening is made with: that of the environment, read once, or the newest at hand.

    Raises KnowledgeError when the one asked for is not at hand.
    """
    return _at_hand(os.environ.get(SETTING, "").strip())


def put_in_force(version: str) -> str:
    """Decides for this process, before its first screening, which release is in force; empty means the newest.

    Called by the settings, which know of values beside the environment's. Raises KnowledgeError when there is
    no such release.
    """
    chosen = _at_hand(version)
    os.environ[SETTING] = chosen  # so that a process started from this one agrees with it
    version_in_force.cache_clear()
    current_release.cache_clear()
    return chosen


@cache
def current_release() -> Release:
    """The release in force, loaded at most once in a process."""
    return load_release(version_in_force())


def load_release(version: str | None = None) -> Release:
    """A release by version, the one in force without one. KnowledgeError names what is wrong, and where."""
    return _load(_at_hand(version) if version else version_in_force())


@cache
def _load(version: str) -> Release:
    return load_directory(DATA / version)


def _at_hand(version: str) -> str:
    known = versions()
    chosen = version or (known[-1] if known else "")
    if chosen not in known:
        raise KnowledgeError(f"there is no knowledge release {chosen!r}; at hand are {', '.join(known) or 'none'}")
    return chosen


def load_directory(directory: Path) -> Release:
    """Reads and checks the release in one folder; its name is the version, and what it follows stands beside it."""
    layers = read_layers(directory)
    release = _built(layers)
    found = faults(release)
    if found:
        raise KnowledgeError("\n".join(layers.say(fault.part, fault.keys, fault.problem) for fault in found))
    return release


def _built(layers: Layers) -> Release:
    about = layers.about or _FIRST
    part = {name: _typed(layers, name) for name in PARTS if name != "washout"}
    dosing = {name: tuple(part.pop(name).values()) for name in ("limits", "schedules", "renal_bands")}
    notes = tuple(part.pop("notes").values())
    rules = {**part.pop("rules"), **_retired(layers)}
    return Release(
        version=layers.folder.name,
        content_hash=layers.content_hash,
        published=about.published,
        notes=about.notes,
        follows=about.follows,
        dosing=Dosing(**dosing, notes=notes),
        washout=_washout(layers),
        rules=MappingProxyType(rules),
        other_medicines=frozenset(part.pop("other_medicines").values()),
        **part,
    )


def _typed(layers: Layers, name: str) -> Mapping[str, Any]:
    """The records of a part as frozen values, keyed and in the order of the files."""
    part = PARTS[name]
    held = layers.records.get(name, {})
    named = part.key_field is not None and part.row_id is None
    rows = {key: {**each.value, part.key_field: key} if named else each.value for key, each in held.items()}
    try:
        return MappingProxyType(_adapter(name).validate_python(rows))
    except ValidationError as error:
        raise _malformed(layers, name, error) from error


@cache
def _adapter(part: str) -> TypeAdapter[Any]:
    """Built once for all releases: building takes longer than reading with it."""
    return TypeAdapter(dict[str, PARTS[part].shape])  # type: ignore[misc, arg-type]


def _washout(layers: Layers) -> Washout:
    try:
        return TypeAdapter(Washout).validate_python(
            {key: each.value for key, each in layers.records["washout"].items()}
        )
    except ValidationError as error:
        raise _malformed(layers, "washout", error) from error


def _retired(layers: Layers) -> dict[str, RuleText]:
    """Texts of withdrawn rules: code that shares their numbers still reads them, but no card is made of them."""
    found = {key: {**held.value, "id": key} for key, held in layers.retired.items()}
    texts = TypeAdapter(dict[str, RuleText]).validate_python(found)
    return {key: replace(text, withdrawn=True) for key, text in texts.items()}


def _malformed(layers: Layers, part: str, error: ValidationError) -> KnowledgeError:
    first = error.errors(include_url=False, include_input=False)[0]
    return KnowledgeError(layers.say(part, first["loc"], first["msg"]))
