"""Reads a body as strict JSON: no NaN, no key twice, not too long and not too deep."""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from interactions.checking.strict_json import DocumentError, parse_json
from monitoring.rest.problems import Problem, fault

DEEPEST: Final = 20


class StrictJSONParser(BaseParser):
    """`application/json` in UTF-8, at most 256 kB and 20 levels deep; fractions become Decimal."""

    media_type = "application/json"

    def parse(self, stream: Any, *_given: Any, **_named: Any) -> Any:
        """The value that the body holds; a Problem for what is not strict JSON."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        try:
            body = stream.read(limit + 1)
            text = body.decode()
        except (OSError, UnicodeDecodeError):
            raise ParseError("The body is not text in UTF-8.") from None
        if len(body) > limit:
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body may have at most {limit} bytes.")
        try:
            value = parse_json(text)
        except DocumentError as error:
            raise not_json(error.path, error.problem) from None
        if deeper_than(value, DEEPEST):
            raise not_json("", f"is nested more than {DEEPEST} levels deep")
        return value


def not_json(path: str, problem: str) -> Problem:
    """The body is not the JSON that is read here: 400."""
    detail = "The body is not strict JSON."
    return Problem(HTTPStatus.BAD_REQUEST, detail, code="not-json", errors=[fault(path, problem)])


def deeper_than(value: Any, levels: int) -> bool:
    """Whether objects and lists are nested in more than `levels` levels."""
    here = [value]
    for _ in range(levels + 1):
        below = [each for each in here if isinstance(each, dict | list)]
        if not below:
            return False
        here = [inner for each in below for inner in (each.values() if isinstance(each, dict) else each)]
    return True
