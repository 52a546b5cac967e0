"""What every sender gives back: a letter that is ready to leave, and the ways in which one can fail."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

# What waits until this message may be handed over; nothing, unless a sweep that sends several at once says so.
turn: ContextVar[Callable[[], None] | None] = ContextVar("turn", default=None)


def wait_for_the_turn() -> None:
    """Every sender calls this just before the carrier can take the message, with the line to it open."""
    if (waiting := turn.get()) is not None:
        waiting()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message written out. `post` hands it over without touching the database, and raises when it is not taken.

    `gone` collects the contact points that turned out not to exist any more.
    """

    post: Callable[[], None]
    gone: list[UUID] = field(default_factory=list)


class NotAcceptedError(Exception):
    """The carrier took the message and reported nothing sent."""


class NoAddressError(Exception):
    """The person cannot be reached by this channel: there is no address, or none that exists."""
