"""Screens regimens given as JSON, without storing anything and without a database.

Input is one object, an array of objects or JSON Lines, from a file or standard input. Malformed input ends
with exit code 2 and one line that names the place; a bad line of JSON Lines is answered in its place, and the
rest go on.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from interactions.checking import vocabulary
from interactions.checking.answering import as_json, as_text
from interactions.checking.documents import read_case, screen_case
from interactions.checking.strict_json import DocumentError, Piece, pieces_of
from monitoring.checkins.rules.documents import judge_check_in

MALFORMED = 2
LINE_SUFFIXES = {".jsonl", ".ndjson"}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="a file, or - for standard input")
        parser.add_argument("--format", choices=["json", "text"], help="json for answers, text for words, unless given")
        parser.add_argument("--vocabulary", action="store_true", help="list the accepted words for conditions")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["vocabulary"]:
            self.stdout.write(_vocabulary(options["format"] or "text"))
            return
        form = options["format"] or "json"
        try:
            text, named_lines = _read(options["file"])
            shape, pieces = pieces_of(text, lines=named_lines)
        except DocumentError as error:
            raise CommandError(str(error), returncode=MALFORMED) from None
        answers, faults = [], []
        for piece in pieces:
            try:
                answers.append(screen(piece, timezone.localdate(), form))
            except DocumentError as error:
                faults.append(str(error))
                if shape == "lines":
                    answers.append(_fault(piece, error, form))
        self._write(answers, as_array=shape == "array" and form == "json")
        if faults and shape != "lines":
            raise CommandError("; ".join(faults), returncode=MALFORMED)

    def _write(self, answers: list[str], *, as_array: bool) -> None:
        if as_array:
            self.stdout.write("[" + ",\n ".join(answers) + "]")
        else:
            self.stdout.write("\n".join(answers), ending="\n" if answers else "")


def _read(file: str) -> tuple[str, bool]:
    """The text of the input, and whether its name says that it is JSON Lines."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise DocumentError(file, error.strerror or "cannot be read") from None
    except UnicodeDecodeError as error:
        raise DocumentError(f"byte {error.start}", "is not UTF-8") from None
    return text, Path(file).suffix.lower() in LINE_SUFFIXES


def screen(piece: Piece, today: date, form: str) -> str:
    """The answer to one document, as JSON on one line or as text."""
    if piece.error is not None:
        raise piece.error
    case = read_case(piece.value, today=today, path=piece.path)
    screening, check_in = screen_case(case, judge_check_in)
    if form == "text":
        return as_text(case, screening, check_in)
    return json.dumps(as_json(case, screening, check_in), ensure_ascii=False)


def _fault(piece: Piece, error: DocumentError, form: str) -> str:
    if form == "text":
        return f"line {piece.line}: {error}"
    return json.dumps({"error": str(error), "line": piece.line}, ensure_ascii=False)


def _vocabulary(form: str) -> str:
    words: Mapping[str, tuple[str, ...]] = vocabulary()
    if form == "json":
        return json.dumps({code: list(said) for code, said in words.items()}, ensure_ascii=False, indent=1)
    return "\n".join(_vocabulary_lines(words))


def _vocabulary_lines(words: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield "Accepted words for conditions, by code. Case and spelling variants (haem/hem, oe/e) are folded."
    for code, said in words.items():
        yield f"{code}: {', '.join(said)}"
