"""What the API answers when something is wrong: problem details (RFC 9457) with a path for each fault."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from rest_framework.exceptions import APIException

CONTENT_TYPE: Final = "application/problem+json"
ROOT: Final = "/api/v1/"
_URN: Final = "urn:evenkeel:problem:"

_DETAILS: Final = {
    HTTPStatus.BAD_REQUEST: "The request could not be read.",
    HTTPStatus.UNAUTHORIZED: "Sign in, or send a valid token.",
    HTTPStatus.FORBIDDEN: "This is not open to your role.",
    HTTPStatus.NOT_FOUND: "There is nothing here that you may see.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on our side. Nothing was saved.",
}


class Problem(APIException):
    """An answer that is a problem. `code` ends its `type`; `more` are further members of the body.

    `errors` hold a `path` into what was sent, like `dose.amounts[1]`, and a `message`.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str = "",
        *,
        code: str = "",
        title: str = "",
        errors: Iterable[Mapping[str, Any]] = (),
        **more: Any,
    ) -> None:
        super().__init__(detail or _DETAILS.get(status, status.description))
        self.status = status
        self.status_code = status.value
        self.type = f"{_URN}{code}" if code else "about:blank"
        self.title = title or status.phrase
        self.errors = [dict(each) for each in errors]
        self.more = more

    def body(self, instance: str) -> dict[str, Any]:
        """The members of the problem document."""
        # The answer for what is not yours must not differ from that for what is missing: not even by the address.
        here = ROOT if self.status == HTTPStatus.NOT_FOUND else instance
        return {
            "type": self.type, "title": self.title, "status": self.status_code, "detail": str(self.detail),
            "instance": here, **self.more, "errors": self.errors,
        }  # fmt: skip


def fault(path: str, message: str, **more: Any) -> dict[str, Any]:
    """One entry of a problem's `errors`."""
    return {"path": path, "message": message, **more}


def invalid(errors: Iterable[Mapping[str, Any]], *, detail: str = "", code: str = "invalid", **more: Any) -> Problem:
    """What was sent was read and cannot be accepted: 422."""
    detail = detail or "What was sent cannot be accepted. Each fault is named by its path."
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, detail, code=code, title="Not acceptable as sent", errors=errors, **more
    )


def conflict(detail: str, *, code: str = "conflict", **more: Any) -> Problem:
    """Somebody or something was first: 409."""
    return Problem(HTTPStatus.CONFLICT, detail, code=code, title="Changed meanwhile", **more)


def flatten(detail: Any, path: str = "") -> list[dict[str, Any]]:
    """A serializer's nested errors as a flat list of paths and messages."""
    if isinstance(detail, Mapping):
        return [each for key, inner in detail.items() for each in flatten(inner, _join(path, key))]
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        nested = any(isinstance(inner, Mapping | list) for inner in detail)
        return [
            each
            for place, inner in enumerate(detail)
            for each in flatten(inner, f"{path}[{place}]" if nested else path)
        ]
    return [fault(path, str(detail))]


def _join(path: str, key: object) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    if key in {"non_field_errors", "__all__"}:
        return path
    # A field that nobody asked for may have any name: it is cut short, so that a path stays a path.
    name = str(key) if len(str(key)) <= 60 and str(key).isprintable() else repr(str(key)[:60])
    return f"{path}.{name}" if path else name
