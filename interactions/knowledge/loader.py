"""Loads a knowledge release once, checks all of it, and hands out frozen values.

A release with any fault does not load at all: half a rule set would be silence where a warning is
due. Imports no Django.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from interactions.knowledge.checks import Fault, faults
from interactions.knowledge.dosing import Dosing, Washout
from interactions.knowledge.reading import KnowledgeError, line_of, read_mapping
from interactions.knowledge.release import (
    Combination,
    Condition,
    FactorText,
    Formulation,
    Product,
    Release,
    RuleText,
    Source,
    Substance,
)

__all__ = ["KnowledgeError", "current_release", "load_directory", "load_release", "versions"]

DATA: Final = Path(__file__).parent / "data"
_PRODUCT_PARTS: Final = {"formulations", "combinations", "ambiguous_names", "other_medicines", "products"}
T = TypeVar("T")


def versions() -> tuple[str, ...]:
    """The versions at hand, oldest first."""
    return tuple(sorted(path.name for path in DATA.iterdir() if path.is_dir() and path.name[0] != "."))


def current_release() -> Release:
    """The newest release, loaded at most once in a process."""
    return load_release()


@cache
def load_release(version: str | None = None) -> Release:
    """A release by version, the newest without one. KnowledgeError names what is wrong, and where."""
    known = versions()
    chosen = version or (known[-1] if known else "")
    if chosen not in known:
        raise KnowledgeError(f"there is no knowledge release {chosen!r}")
    return load_directory(DATA / chosen)


def load_directory(directory: Path) -> Release:
    """Reads and checks the release in one folder; the folder's name is its version."""
    release = _read(directory)
    found = faults(release)
    if found:
        raise KnowledgeError("\n".join(_say(directory, fault) for fault in found))
    return release


def content_hash(directory: Path) -> str:
    """SHA-256 over name, length and bytes of every data file, in name order."""
    digest = hashlib.sha256()
    for path in sorted(directory.glob("*.yaml")):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _read(directory: Path) -> Release:
    products = read_mapping(directory / "products.yaml")
    stray = sorted(products.keys() - _PRODUCT_PARTS) or sorted(_PRODUCT_PARTS - products.keys())
    if stray:
        raise KnowledgeError(f"products.yaml: its parts are {sorted(_PRODUCT_PARTS)}, see {stray[0]!r}")
    return Release(
        version=directory.name,
        content_hash=content_hash(directory),
        substances=_keyed(directory / "substances.yaml", Substance, "key"),
        combinations=_keyed(directory / "products.yaml", Combination, "key", "combinations", products),
        products=_keyed(directory / "products.yaml", Product, "rxcui", "products", products),
        formulations=_by_id(directory / "products.yaml", products["formulations"]),
        dosing=_one(directory / "dosing.yaml", Dosing),
        washout=_one(directory / "washout.yaml", Washout),
        sources=_keyed(directory / "sources.yaml", Source, "id"),
        rules=_keyed(directory / "rules.yaml", RuleText, "id"),
        factors=_keyed(directory / "factors.yaml", FactorText, "id"),
        conditions=_keyed(directory / "conditions.yaml", Condition, "code"),
        ambiguous_names=_valid(directory / "products.yaml", dict[str, tuple[str, ...]], products["ambiguous_names"]),
        other_medicines=_valid(directory / "products.yaml", frozenset[str], products["other_medicines"]),
    )


def _keyed(
    path: Path,
    record: type[T],
    key_field: str,
    part: str | None = None,
    whole: Mapping[str, Any] | None = None,
) -> Mapping[str, T]:
    """Records of a file that is a mapping from key to fields; the key becomes ``key_field``."""
    rows = (whole or read_mapping(path))[part] if part else read_mapping(path)
    prefix = (part,) if part else ()
    if not isinstance(rows, dict):
        raise KnowledgeError(f"{path.name}: {part} must be a mapping of keys")
    for key, fields in rows.items():
        if not isinstance(fields, dict) or key_field in fields:
            line = line_of(path, (*prefix, key))
            raise KnowledgeError(f"{path.name}, line {line}: {key} must be a mapping without {key_field!r}")
    keyed = {str(key): {**fields, key_field: str(key)} for key, fields in rows.items()}
    return MappingProxyType(_valid(path, dict[str, record], keyed, prefix))  # type: ignore[valid-type]


def _by_id(path: Path, rows: object) -> Mapping[str, Formulation]:
    listed = _valid(path, tuple[Formulation, ...], rows, ("formulations",))
    return MappingProxyType({formulation.id: formulation for formulation in listed})


def _one(path: Path, record: type[T]) -> T:
    return _valid(path, record, read_mapping(path))


def _valid(path: Path, shape: type[T], data: object, prefix: tuple[str, ...] = ()) -> T:
    try:
        return TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        keys = (*prefix, *first["loc"])
        place = ".".join(str(key) for key in keys)
        line = line_of(path, keys)
        raise KnowledgeError(f"{path.name}, line {line}: {place}: {first['msg']}") from error


def _say(directory: Path, fault: Fault) -> str:
    line = line_of(directory / fault.file, fault.keys)
    place = ".".join(str(key) for key in fault.keys)
    return f"{fault.file}, line {line}: {place}: {fault.problem}"
