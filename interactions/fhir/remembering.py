"""Reads the same piece of a record once: the same products and instructions stand on the lists of many patients."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol, TypeVar

import orjson

from interactions.fhir.nodes import FaultError, Node
from interactions.knowledge.loader import current_release

MOST_KEPT: Final = 4_096
_LONGEST_KEPT: Final = 2_000

T_co = TypeVar("T_co", covariant=True)


class Reader(Protocol[T_co]):
    """Reads an object, with texts that stand elsewhere in the record."""

    def __call__(self, node: Node, /, *texts: str) -> T_co:
        """The value that stands there. FaultError with its path for what cannot be read."""
        ...


def remembered(read: Callable[..., T_co]) -> Reader[T_co]:
    """The same reader, which keeps what it read by the JSON of the object, for each release of the knowledge.

    What is read may not hold the path of the object. A fault does, so what is at fault is read again at its place.
    """

    @lru_cache(maxsize=MOST_KEPT)
    def kept(text: bytes, texts: tuple[str, ...], _release: tuple[str, str]) -> tuple[T_co] | None:
        try:
            return (read(Node(orjson.loads(text), ""), *texts),)
        except FaultError:
            return None

    def reader(node: Node, /, *texts: str) -> T_co:
        try:
            text = orjson.dumps(node.value)
        except TypeError:  # exact decimals, as the import of whole records has them
            return read(node, *texts)
        if len(text) + sum(map(len, texts)) > _LONGEST_KEPT:
            return read(node, *texts)
        found = kept(text, texts, release_in_force())
        return read(node, *texts) if found is None else found[0]

    return reader


def release_in_force() -> tuple[str, str]:
    """What tells readings made by one release from those of another."""
    release = current_release()
    return release.version, release.content_hash
