"""`Idempotency-Key`: a program that heard no answer sends again, and what it sent is done once."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid5

from drf_spectacular.utils import OpenApiParameter

from monitoring.rest.problems import Problem, fault, invalid

KEY_HEADER: Final = "Idempotency-Key"
LONGEST_KEY: Final = 255
KEY: Final = OpenApiParameter(
    KEY_HEADER, str, OpenApiParameter.HEADER,
    description="The same key with the same content gives the first answer again; with other content it is refused.",
)  # fmt: skip


def key_within(headers: Mapping[str, str], room: UUID) -> UUID | None:
    """The key that was sent, as one of this room: the same text in another is another key. None without the header.

    A header that is empty, too long or not plain text is a 422.
    """
    given = headers.get(KEY_HEADER)
    if given is None:
        return None
    text = given.strip().strip('"')
    if not text or len(text) > LONGEST_KEY or not (text.isascii() and text.isprintable()):
        raise invalid([fault(KEY_HEADER, f"Must be 1 to {LONGEST_KEY} printable ASCII characters.")])
    return uuid5(room, text)


def key_reused(what: str) -> Problem:
    """The key came before, with other content: 422. `what` names the content."""
    told = f"This key was used for {what}. Nothing was saved."
    return invalid([fault(KEY_HEADER, told)], code="key-reused", detail=told)
