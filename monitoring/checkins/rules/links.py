"""A link that opens one check-in: how long it lives, and what it still opens. Pure.

The figures are judgements, but for the 72 hours, which keep a right to write a form from growing old in a mailbox.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LONGEST: Final = timedelta(hours=72)
# So long the page that says what to do can be opened again, by whoever lost it on the way to the telephone.
RECEIPT_SHOWN: Final = timedelta(hours=1)
# A link whose form was before somebody's eyes so lately is not replaced by a reminder: they may be at it.
IN_HAND: Final = timedelta(hours=1)
# Whoever has the form before them when the link ends can finish it for so long: a danger ticked at that moment would be
# thrown away, while the same form, signed in, is taken late. Longer than a form takes, and no second day.
FINISHED_WITHIN: Final = timedelta(hours=1)
# New links for one check-in, however often they are asked for.
NEW_IN_AN_HOUR: Final = 3
# Whoever asked for a link and heard nothing for so long is not waiting any more.
ANSWERED_WITHIN: Final = timedelta(hours=1)


class LinkStanding(StrEnum):
    """What a link opens now: the form, the receipt of what it brought, or nothing, and why."""

    OPEN = "open"
    RECEIPT = "receipt"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ANSWERED = "answered"  # the check-in was settled another way, and nothing was begun by the link
    CLOSED_ACCOUNT = "closed account"


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What is known of a link. `is_answered`: its check-in has a report; `begun`: something was answered by it.

    `was_opened`: its form was before somebody, which no link can come to be that has ended.
    """

    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    was_opened: bool
    is_answered: bool
    begun: bool
    has_account: bool


def expiry_of(closes_at: datetime, now: datetime) -> datetime:
    """When a link issued at `now` ends: with the check-in's window, after 72 hours at the latest."""
    return min(closes_at, now + LONGEST)


def last_use_of(issued_at: datetime, expires_at: datetime, *, was_opened: bool) -> datetime:
    """Until when the form of a link is taken: to its end, and an hour on where it was opened by then.

    Never beyond 72 hours from its issue.
    """
    return min(expires_at + FINISHED_WITHIN, issued_at + LONGEST) if was_opened else expires_at


def standing_of_link(link: LinkFacts, now: datetime) -> LinkStanding:
    """What this link opens at `now`. A form that was begun by it can be finished though the clinic rang meanwhile.

    One that was opened in time can be finished though its window, and with it the check-in, was closed meanwhile.
    """
    if link.used_at is not None:
        return LinkStanding.RECEIPT if now < link.used_at + RECEIPT_SHOWN else LinkStanding.USED
    if link.revoked_at is not None:
        return LinkStanding.REVOKED
    if now >= last_use_of(link.issued_at, link.expires_at, was_opened=link.was_opened):
        return LinkStanding.EXPIRED
    if not link.has_account:
        return LinkStanding.CLOSED_ACCOUNT
    return LinkStanding.ANSWERED if link.is_answered and not link.begun else LinkStanding.OPEN


def is_in_hand(*, opened_at: datetime | None, begun: bool, now: datetime) -> bool:
    """Whether somebody may be filling in the form of a link just now, or has left it half done."""
    return begun or (opened_at is not None and opened_at > now - IN_HAND)
