"""Counters and hosts, without a database."""

import pytest

from monitoring.passkeys.rules import is_copied, is_relying_party


@pytest.mark.parametrize(
    ("kept", "sent", "copied"),
    [(0, 0, False), (0, 1, False), (1, 2, False), (1, 1, True), (5, 4, True), (5, 0, True), (0, 2**32 - 1, False)],
)
def test_a_counter_that_did_not_go_up_betrays_a_copy(kept: int, sent: int, copied: bool) -> None:
    assert is_copied(kept=kept, sent=sent) is copied


@pytest.mark.parametrize(
    ("host", "accepted"),
    [("localhost", True), ("evenkeel.clinic.example", True), ("127.0.0.1", False), ("[::1]", False), ("", False)],
)
def test_a_bare_address_has_no_passkeys(host: str, accepted: bool) -> None:
    assert is_relying_party(host) is accepted
