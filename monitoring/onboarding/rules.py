"""What an invitation on paper still opens, and how a start list counts. Pure.

The figures are judgements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

# A sheet that is handed over at a visit is read within a fortnight or never.
INVITATION_LIVES: Final = timedelta(days=14)
BIRTH_DATE_TRIES: Final = 5
# Whoever has been here for a month knows the way; the list stays at its own address.
SHOWN_FOR: Final = timedelta(days=30)


class InvitationStanding(StrEnum):
    """What an invitation opens now, and why it opens nothing."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    TRIED_TOO_OFTEN = "tried too often"
    CLOSED_ACCOUNT = "closed account"


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What is known of an invitation."""

    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    wrong_dates: int
    has_account: bool


def standing_of(invitation: InvitationFacts, now: datetime) -> InvitationStanding:
    """What this invitation opens at `now`."""
    if invitation.used_at is not None:
        return InvitationStanding.USED
    if invitation.revoked_at is not None:
        return InvitationStanding.REVOKED
    if now >= invitation.expires_at:
        return InvitationStanding.EXPIRED
    if invitation.wrong_dates >= BIRTH_DATE_TRIES:
        return InvitationStanding.TRIED_TOO_OFTEN
    return InvitationStanding.OPEN if invitation.has_account else InvitationStanding.CLOSED_ACCOUNT


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a start list: what to do, why, where, and whether what is kept shows that it was done."""

    title: str
    why: str
    url: str
    action: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class StartList:
    """The steps in their order; `is_put_away` when whoever it is for has closed it."""

    steps: Sequence[Step]
    is_put_away: bool

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        """The first step that is not done; None when all are."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def is_shown(self) -> bool:
        """Whether pages remind of it."""
        return not self.is_put_away and self.next_step is not None
