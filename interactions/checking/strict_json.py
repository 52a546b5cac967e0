"""Reads JSON strictly: no key twice, no NaN, no number that could not be one; says where it stopped."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

Shape = Literal["object", "array", "lines"]

_MOST_DIGITS: Final = 20
_DEEPEST: Final = 40
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class DocumentError(ValueError):
    """An input that cannot be used: ``path`` names the place, ``problem`` says what is wrong there."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}" if path else problem)


class _Object(dict[str, Any]):
    """A JSON object that remembers the first key that was written twice."""

    twice: str | None = None


def parse_json(text: str) -> Any:
    """The value a text holds, fractions as Decimal. DocumentError names the line and column, or the path."""
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole, parse_float=_fraction
        )
    except json.JSONDecodeError as error:
        raise DocumentError(f"line {error.lineno}, column {error.colno}", error.msg) from None
    except RecursionError:
        raise DocumentError("", "the input is nested too deeply") from None
    _refuse(value, "", 0)
    return value


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        found.twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return found


@dataclass(frozen=True, slots=True)
class _NoNumber:
    """Stands where a number could not be read, until its path is known."""

    problem: str


def _constant(word: str) -> _NoNumber:
    return _NoNumber(f"{word} is not a number")


def _whole(digits: str) -> int | _NoNumber:
    if len(digits) > _MOST_DIGITS:
        return _NoNumber(f"a number of {len(digits)} digits is not read")
    return int(digits)


def _fraction(digits: str) -> Decimal | _NoNumber:
    if len(digits) > 2 * _MOST_DIGITS:
        return _NoNumber(f"a number of {len(digits)} characters is not read")
    return Decimal(digits)


def _refuse(value: Any, path: str, depth: int) -> None:
    """DocumentError for the first thing of a value that strict reading does not take, with its path."""
    if isinstance(value, _NoNumber):
        raise DocumentError(path or "the document", value.problem)
    if depth > _DEEPEST:
        raise DocumentError(path, "is nested too deeply")
    if isinstance(value, _Object):
        if value.twice is not None:
            raise DocumentError(join(path, value.twice), "is written twice")
        for key, inner in value.items():
            _refuse(key, path, depth)
            _refuse(inner, join(path, key), depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _refuse(inner, f"{path}[{place}]", depth + 1)
    elif isinstance(value, str) and _LONE_SURROGATE.search(value):
        raise DocumentError(path, "is not valid text")


def join(path: str, key: str) -> str:
    """The path of a key below another path; a long or odd key is cut short, so that a message stays a line."""
    said = key if len(key) <= 40 and key.isprintable() else repr(key[:40])
    return f"{path}.{said}" if path else said


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of an input: its value, or what is wrong with it. ``line`` is set in JSON Lines."""

    value: Any = None
    error: DocumentError | None = None
    line: int | None = None
    path: str = ""


def pieces_of(text: str, *, lines: bool = False) -> tuple[Shape, list[Piece]]:
    """The documents of an input, and its shape: one object, an array, or JSON Lines.

    ``lines`` is True when something else (a file name) says that it is JSON Lines. A text that parses whole
    is taken whole; otherwise it is JSON Lines when an unindented line on its own is an object. Raises
    DocumentError for anything else.
    """
    if not text.strip():
        raise DocumentError("line 1", "the input is empty")
    if lines:
        return "lines", list(_line_pieces(text))
    try:
        value = parse_json(text)
    except DocumentError:
        if _looks_like_lines(text):
            return "lines", list(_line_pieces(text))
        raise
    if isinstance(value, list):
        return "array", [Piece(each, path=f"[{place}]") for place, each in enumerate(value)]
    return "object", [Piece(value)]


def _line_pieces(text: str) -> Iterator[Piece]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield Piece(parse_json(line), line=number)
            except DocumentError as error:
                place = re.sub(r"^line 1, ", "", error.path)
                yield Piece(error=DocumentError(place, error.problem), line=number)


def _looks_like_lines(text: str) -> bool:
    written = [line for line in text.split("\n") if line.strip()]
    return len(written) > 1 and any(line.startswith("{") and _is_object(line) for line in written)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
