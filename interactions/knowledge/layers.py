"""One release out of its folder and those it follows: records merged by id, each remembered where it stands.

An overlay's record replaces its predecessor's whole, never field by field: a pharmacist who reviews the
file sees all of what will hold.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from interactions.knowledge.explaining import About
from interactions.knowledge.files import contents, data_files, place_of, refuse_strays
from interactions.knowledge.parts import ABOUT_FILE, PARTS, Part
from interactions.knowledge.reading import KnowledgeError, line_of, read_mapping


@dataclass(frozen=True, slots=True)
class Held:
    """A record as written, the release and the file that hold it, and the keys that lead to it in that file."""

    value: Any
    folder: Path
    file: str
    keys: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """The merged records of a release by part and id, and where to point when one is wrong."""

    folder: Path
    about: About | None
    content_hash: str
    records: Mapping[str, Mapping[str, Held]]
    retired: Mapping[str, Held]

    def say(self, part: str, keys: Sequence[str | int], problem: str) -> str:
        """ "2026.11.2/rules.yaml, line 12: R01.code: …"; the folder is the one that holds the record."""
        folder, file, path = self._place(part, keys)
        dotted = ".".join(str(key) for key in keys) or part
        line = line_of(folder / file, path) if (folder / file).is_file() else 1
        return f"{folder.name}/{file}, line {line}: {dotted}: {problem}"

    def _place(self, part: str, keys: Sequence[str | int]) -> tuple[Path, str, tuple[str | int, ...]]:
        known = {**self.retired, **self.records["rules"]} if part == "rules" else self.records.get(part, {})
        key = str(keys[0]) if keys else ""
        if key in known:
            held = known[key]
            return held.folder, held.file, (*held.keys, *keys[1:])
        if self.about is not None and key in self.about.withdrawn.get(part, ()):
            return self.folder, ABOUT_FILE, ("withdrawn", part)
        return self.folder, place_of(self.folder, PARTS[part]), PARTS[part].place


def read_layers(folder: Path, *, above: tuple[str, ...] = ()) -> Layers:
    """Reads a folder over those it follows, which stand beside it. KnowledgeError says what cannot be merged."""
    if folder.name in above:
        raise KnowledgeError(f"{above[-1]}/{ABOUT_FILE}: the chain of releases comes back to {folder.name}")
    about = _read_about(folder)
    if about is None or about.follows is None:
        return Layers(folder, about, content_hash(folder), _first(folder), {})
    if not (folder.parent / about.follows).is_dir():
        raise _fault(folder, ABOUT_FILE, ("follows",), f"there is no release {about.follows!r} to follow")
    before = read_layers(folder.parent / about.follows, above=(*above, folder.name))
    return _overlay(folder, about, before)


def content_hash(folder: Path, before: str = "") -> str:
    """SHA-256 over name, length and bytes of every data file, in name order; after the predecessor's, if any."""
    digest = hashlib.sha256(f"follows\0{before}\0".encode() if before else b"")
    for name in data_files(folder):
        content = (folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _read_about(folder: Path) -> About | None:
    path = folder / ABOUT_FILE
    if not path.exists():
        return None
    try:
        about = TypeAdapter(About).validate_python(read_mapping(folder, ABOUT_FILE))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _fault(folder, ABOUT_FILE, first["loc"], first["msg"]) from error
    for part in about.withdrawn:
        if part not in PARTS:
            raise _fault(folder, ABOUT_FILE, ("withdrawn", part), f"{part!r} is no part of a release")
    return about


def _first(folder: Path) -> dict[str, dict[str, Held]]:
    """The records of a release that follows none: every part that the first one had must be there."""
    refuse_strays(folder)
    records: dict[str, dict[str, Held]] = {}
    for part in PARTS.values():
        if part.since_first or contents(folder, part):
            records[part.name] = dict(_held(folder, part, needed=True))
    return records


def _overlay(folder: Path, about: About, before: Layers) -> Layers:
    refuse_strays(folder)
    merged: dict[str, dict[str, Held]] = {}
    for part in PARTS.values():
        own = dict(_held(folder, part)) if contents(folder, part) else {}
        merged[part.name] = _merged(folder, part, about, before, own)
    gone = {key: before.records["rules"][key] for key in about.withdrawn.get("rules", ())}
    retired = {key: held for key, held in {**before.retired, **gone}.items() if key not in merged["rules"]}
    return Layers(folder, about, content_hash(folder, before.content_hash), merged, retired)


def _merged(folder: Path, part: Part, about: About, before: Layers, own: Mapping[str, Held]) -> dict[str, Held]:
    """A part's records with the overlay's own; a replaced record keeps its place, a new one comes last."""
    records = dict(before.records.get(part.name, {}))
    for key in about.withdrawn.get(part.name, ()):
        if key not in records or key in own:
            why = "is written anew here" if key in own else f"is not in {before.folder.name}"
            raise _fault(folder, ABOUT_FILE, ("withdrawn", part.name), f"{key!r} {why}: it cannot be withdrawn")
        del records[key]
    for key, held in own.items():
        if key in records and records[key].value == held.value:
            problem = f"{key} is the same as in {before.folder.name}: leave it out"
            raise _fault(folder, held.file, held.keys, problem)
        records[key] = held
    return records


def _held(folder: Path, part: Part, *, needed: bool = False) -> Iterator[tuple[str, Held]]:
    """The part's own records of a release, file by file; an id that stands in two places is a fault of both."""
    seen: dict[str, Held] = {}
    for file in contents(folder, part) or (part.file,):
        for place, row in _rows(folder, part, file, needed=needed):
            keys = (*part.place, place)
            if part.key_field is not None:
                _refuse_row(folder, part, file, keys, row)
            key = part.row_id(row) if part.row_id else str(place)
            if key in seen:
                before = seen[key]
                also = f" ({before.file}, line {line_of(folder / before.file, before.keys)})"
                raise _fault(folder, file, keys, f"{key} is written twice{also}")
            seen[key] = Held(row, folder, file, keys)
    yield from seen.items()


def _rows(folder: Path, part: Part, file: str, *, needed: bool) -> Iterator[tuple[str | int, Any]]:
    whole = read_mapping(folder, file)
    if part.section is not None:
        _refuse_sections(folder, file, whole, needed=needed)
    rows = whole if part.section is None else whole.get(part.section, {} if part.row_id is None else [])
    if not isinstance(rows, dict if part.row_id is None else list):
        raise _fault(folder, file, part.place, f"must be a {'mapping' if part.row_id is None else 'list'}")
    yield from rows.items() if isinstance(rows, dict) else enumerate(rows)


def _refuse_row(folder: Path, part: Part, file: str, keys: tuple[str | int, ...], row: object) -> None:
    if not isinstance(row, dict):
        raise _fault(folder, file, keys, "must be a mapping")
    if part.row_id is None and part.key_field in row:
        raise _fault(folder, file, keys, f"must be a mapping without {part.key_field!r}")


def _refuse_sections(folder: Path, file: str, whole: Mapping[str, Any], *, needed: bool) -> None:
    sections = {part.section for part in PARTS.values() if part.file == file}
    for stray in whole.keys() - sections:
        raise _fault(folder, file, (stray,), f"is no section of it; they are {sorted(filter(None, sections))}")
    missing = sorted(str(section) for section in sections - whole.keys())
    if needed and missing:
        raise KnowledgeError(f"{folder.name}/{file}, line 1: {missing[0]} is missing")


def _fault(folder: Path, file: str, keys: Sequence[str | int], problem: str) -> KnowledgeError:
    dotted = ".".join(str(key) for key in keys) or file.removesuffix(".yaml")
    return KnowledgeError(f"{folder.name}/{file}, line {line_of(folder / file, keys)}: {dotted}: {problem}")
