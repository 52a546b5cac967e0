"""Reads a request's body as strict JSON, and quickly: a clinician waits for the answer."""

import re
from http import HTTPStatus
from typing import Any, Final

import orjson
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from interactions.cds_hooks.door.faults import HookFaultError, fault
from interactions.checking.strict_json import DocumentError, parse_json

# Twenty orders with their prefetch are some 60 kB; a long record with narratives stays below a megabyte.
LARGEST_BODY: Final = 2 * 1024 * 1024
MEDIA_TYPES: Final = frozenset({"application/json", "application/fhir+json"})
_SPACED_KEY: Final = re.compile(rb'"[ \t\r\n]+:')


def read_body(request: HttpRequest) -> Any:
    """The value that the body holds. HookFaultError: 400, 411, 413 or 415."""
    _check_headers(request)
    try:
        raw = request.read(LARGEST_BODY + 1)
    except (UnreadablePostError, OSError):
        raise fault(HTTPStatus.BAD_REQUEST, "The body broke off.") from None
    if len(raw) > LARGEST_BODY:
        raise _too_large()
    return parse_strictly(raw)


def _check_headers(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8")
    encoding = request.headers.get("Content-Encoding", "identity")
    is_plain = charset.lower() in {"utf-8", "utf8"} and encoding.lower() == "identity"
    if request.content_type not in MEDIA_TYPES or not is_plain:
        text = "Send the body as application/json in UTF-8, not compressed."
        raise fault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():
        raise fault(HTTPStatus.LENGTH_REQUIRED, "Send Content-Length; a body in chunks is not read.")
    if int(length) > LARGEST_BODY:
        raise _too_large()


def _too_large() -> HookFaultError:
    return fault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body may have at most {LARGEST_BODY} bytes.")


def parse_strictly(raw: bytes) -> Any:
    """The value of a JSON text; HookFaultError (400) for what is not JSON, or names a key twice in one object.

    orjson keeps the last of two equal keys in silence. Writing the value again shows that one is gone: `":` ends
    each key of a text, and what a string holds besides is the same in both. Only where that count could be led
    astray (a blank before the colon, an escape by number) or differs is the text read by the slow, exact reader.
    """
    try:
        value = orjson.loads(raw)
        written = orjson.dumps(value)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise HookFaultError(
            HTTPStatus.BAD_REQUEST, [("", f"The body is not JSON: {error.msg} at {where}.")], noted="not JSON"
        ) from None
    except (TypeError, ValueError):  # deeper than orjson writes: 254 levels
        raise fault(HTTPStatus.BAD_REQUEST, "The body is nested too deeply.", noted="nested too deeply") from None
    is_sure = b"\\u" not in raw and not _SPACED_KEY.search(raw)
    if not is_sure or raw.count(b'":') != written.count(b'":'):
        _read_exactly(raw)
    return value


def _read_exactly(raw: bytes) -> None:
    try:
        parse_json(raw.decode())
    except DocumentError as error:
        raise HookFaultError(HTTPStatus.BAD_REQUEST, [(error.path, error.problem)], noted="not strict JSON") from None
