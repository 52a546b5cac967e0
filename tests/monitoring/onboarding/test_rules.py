"""What an invitation opens, by what is known of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitoring.onboarding.rules import InvitationFacts, InvitationStanding, StartList, Step, standing_of

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
OPEN = InvitationFacts(NOW + timedelta(seconds=1), None, None, 4, has_account=True)


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({}, InvitationStanding.OPEN),
        ({"expires_at": NOW}, InvitationStanding.EXPIRED),
        ({"used_at": NOW}, InvitationStanding.USED),
        ({"revoked_at": NOW}, InvitationStanding.REVOKED),
        ({"wrong_dates": 5}, InvitationStanding.TRIED_TOO_OFTEN),
        ({"has_account": False}, InvitationStanding.CLOSED_ACCOUNT),
    ],
)
def test_what_an_invitation_opens(change: dict[str, Any], standing: InvitationStanding) -> None:
    assert standing_of(replace(OPEN, **change), NOW) is standing


def step(*, is_done: bool) -> Step:
    return Step("Do it", "It helps.", "/x/", "Do", is_done)


def test_a_list_is_shown_until_it_is_done_or_put_away() -> None:
    begun = StartList([step(is_done=True), step(is_done=False)], is_put_away=False)
    assert (begun.done, begun.is_shown, begun.next_step) == (1, True, begun.steps[1])
    assert not StartList(begun.steps, is_put_away=True).is_shown
    assert not StartList([step(is_done=True)], is_put_away=False).is_shown
