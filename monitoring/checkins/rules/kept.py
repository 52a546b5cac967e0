"""A check-in that a phone kept while it had no network: when it was given, by our clock. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.checkins.rules.phone import LONGEST_AGO


@dataclass(frozen=True, slots=True)
class Kept:
    """What the phone's clock said when the answers were given, and what it says as it sends them.

    Only the time between the two is used: a clock that is an hour, a day or a year off is off in both.
    """

    taken_at: datetime
    phone_now: datetime

    def given_at(self, *, now: datetime) -> datetime | None:
        """When the answers were given, never after `now`; None when the clock was set in between, or a week passed.

        Longer ago than a week is a memory, or a phone whose clock began anew: who cannot say when is asked again.
        """
        waited = self.phone_now - self.taken_at
        return now - waited if timedelta(0) <= waited <= LONGEST_AGO else None
