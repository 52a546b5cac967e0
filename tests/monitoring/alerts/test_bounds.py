"""A clinic’s own policy is never slower, narrower or quieter than the bound of its level."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.alerts.rules import (
    LIMITS,
    POLICIES,
    Level,
    Policy,
    Reach,
    Rung,
    first_telling,
    longest_wait,
    moved_to,
    next_telling,
    policy_faults,
    policy_words,
    read_policy,
)

START = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TICK = timedelta(seconds=10)
ANN = "6b1c1f0e-0000-4000-8000-000000000001"
KNOWN = frozenset({ANN})
EMERGENCY = POLICIES[Level.EMERGENCY]

levels = st.sampled_from(list(Level))


def ladder(*rungs: tuple[str, int]) -> tuple[Rung, ...]:
    return tuple(
        Rung(Reach(reach), timedelta(minutes=minutes), (ANN,) if reach == "named" else ()) for reach, minutes in rungs
    )


def emergency(*rungs: tuple[str, int]) -> Policy:
    return replace(EMERGENCY, ladder=ladder(*rungs))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies near their bound: about half of them may be put in force."""
    level = draw(levels)
    limit = LIMITS[level]
    rungs = []
    for number in range(draw(st.integers(1, 6))):
        most = limit.rung(number).wait // timedelta(minutes=1)
        minutes = draw(st.integers(5, most) | st.integers(1, 2 * most))
        early = [Reach.TEAM, Reach.CLINIC] if number == 0 else list(Reach)
        rungs.append((draw(st.sampled_from(early)).value, minutes))
    return replace(limit, ladder=ladder(*rungs))


def tellings(policy: Policy, until: timedelta, late: timedelta) -> list[tuple[timedelta, int]]:
    """When the sweep tells whom, each time `late` after it was due: the span since the start, and the rung."""
    telling = first_telling(policy, START)
    told = [(timedelta(0), 0)]
    while telling.next_at - START <= until:
        at = telling.next_at + late
        telling = next_telling(policy, telling.rung, telling.next_at, at)
        told.append((at - START, telling.rung))
    return told


@given(policies(), st.timedeltas(timedelta(0), timedelta(seconds=60)))
def test_what_may_be_put_in_force_is_never_slower_or_narrower_than_its_bound(policy: Policy, late: timedelta) -> None:
    if policy_faults(policy, known=KNOWN):
        return
    limit = LIMITS[policy.level]
    week = limit.starts(len(limit.ladder)) + 3 * limit.repeat_interval
    told = tellings(policy, week, late)
    for number, (at, rung) in enumerate(told):
        assert timedelta(0) <= at - policy.starts(number) <= timedelta(seconds=60)
        assert rung == number
    for number in range(len(limit.ladder) + 3):
        by = limit.starts(number) + timedelta(seconds=60)
        reached = [rung for at, rung in told if at <= by]
        assert len(reached) > number
        assert policy.audience(reached[-1]).includes(limit.audience(number))
    gaps = [after - before for (before, _), (after, _) in pairwise(told)]
    assert max(gaps) <= longest_wait(policy.level) + timedelta(seconds=60)


@given(policies())
def test_each_rung_tells_everybody_of_the_rungs_before(policy: Policy) -> None:
    for number in range(1, 8):
        assert policy.audience(number).includes(policy.audience(number - 1))


@given(policies(), policies(), st.integers(0, 9))
def test_a_new_policy_takes_no_alert_back_from_the_whole_clinic(one: Policy, other: Policy, rung: int) -> None:
    other = replace(other, ladder=(*other.ladder, Rung(Reach.CLINIC, timedelta(minutes=15))))
    number = moved_to(other, rung=rung, told_under=one)
    assert number >= min(rung, len(other.ladder) - 1)
    assert other.audience(number).clinic >= one.audience(rung).clinic


@pytest.mark.parametrize("level", list(Level))
def test_the_built_in_policies_and_the_bounds_keep_the_bounds(level: Level) -> None:
    assert policy_faults(POLICIES[level], known=frozenset()) == []
    assert policy_faults(LIMITS[level], known=frozenset()) == []


@pytest.mark.parametrize(
    "rungs",
    [
        [("team", 5), ("clinic", 5), ("clinic", 5)],
        [("clinic", 10)],
        [("team", 2), ("named", 3), ("clinic", 10)],
        [("team", 5), ("named", 5), ("clinic", 10), ("admins", 10)],
    ],
)
def test_an_emergency_can_be_made_faster(rungs: list[tuple[str, int]]) -> None:
    assert policy_faults(emergency(*rungs), known=KNOWN) == []


@pytest.mark.parametrize(
    ("rungs", "field", "rung"),
    [
        ([], "reach", 0),
        ([("team", 10)], "reach", 0),  # the whole clinic is never told
        ([("team", 11), ("clinic", 9), ("clinic", 15)], "minutes", 0),
        ([("team", 10), ("clinic", 15)], "minutes", 1),  # the third telling comes too late
        ([("team", 10), ("clinic", 10), ("clinic", 16)], "minutes", 2),
        ([("team", 10), ("named", 10), ("clinic", 15)], "reach", 1),  # the clinic is told too late
        ([("named", 5), ("clinic", 5), ("clinic", 15)], "reach", 0),
        ([("admins", 5), ("clinic", 5), ("clinic", 15)], "reach", 0),
        ([("team", 0), ("clinic", 10)], "minutes", 0),
        ([("team", -5), ("clinic", 10)], "minutes", 0),
        ([("team", 10), ("clinic", 4)], "minutes", 1),  # for ever, and too often to be opened
        ([("team", 1)] * 6 + [("clinic", 5)], "reach", 6),
    ],
)
def test_an_emergency_is_never_made_slower_or_narrower(rungs: list[tuple[str, int]], field: str, rung: int) -> None:
    faults = policy_faults(emergency(*rungs), known=KNOWN)
    assert (field, rung) in [(fault.field, fault.rung) for fault in faults]


def test_only_active_clinicians_of_the_clinic_can_be_named() -> None:
    named = emergency(("team", 5), ("named", 5), ("clinic", 10))
    assert [fault.field for fault in policy_faults(named, known=frozenset())] == ["people"]
    nobody = replace(named, ladder=(named.ladder[0], replace(named.ladder[1], people=()), named.ladder[2]))
    assert [fault.field for fault in policy_faults(nobody, known=KNOWN)] == ["people"]


@pytest.mark.parametrize(
    ("level", "take", "snooze", "faults"),
    [
        (Level.EMERGENCY, 31, None, ["take"]),
        (Level.EMERGENCY, 4, None, ["take"]),
        (Level.EMERGENCY, 20, 60, ["snooze"]),
        (Level.URGENT, 480, 480, []),
        (Level.URGENT, 481, 481, ["take", "snooze"]),
        (Level.URGENT, 240, None, []),
        (Level.WARNING, 240, 59, ["snooze"]),
    ],
)
def test_how_far_a_take_and_a_snooze_may_be_moved(
    level: Level, take: int, snooze: int | None, faults: list[str]
) -> None:
    plain = [{"reach": rung.reach, "minutes": rung.wait // timedelta(minutes=1)} for rung in POLICIES[level].ladder]
    policy = read_policy(level, plain, take_minutes=take, snooze_minutes=snooze)
    assert [fault.field for fault in policy_faults(policy, known=KNOWN)] == faults


def test_a_policy_in_words() -> None:
    policy = emergency(("team", 5), ("named", 5), ("clinic", 10), ("admins", 15))
    assert policy_words(policy, {ANN: "Dr Ann Lee"}) == [
        "Told at once: the care team, or who covers them.",
        "After 5 min without an answer: the same people and Dr Ann Lee.",
        "After 10 min without an answer: every clinician of the clinic.",
        "After 20 min without an answer: the same people and the clinic’s admins, who can ring somebody.",
        "Then the same people every 15 min, until somebody answers.",
        "Taken and not closed, it comes back after 30 min.",
        "It cannot be snoozed.",
    ]
    assert "somebody who has left" in policy_words(policy, {})[1]
