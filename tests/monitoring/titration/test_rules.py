"""The gate: it advances on clear and fresh evidence alone, and everything else holds."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from monitoring.titration.rules import (
    Advance,
    DosesTold,
    Evidence,
    Hold,
    HoldReason,
    Policy,
    decide,
    never_released,
    not_yet_released,
    record_of,
)
from monitoring.titration.rules import Report as AnyReport

# A check-in that says no dose was missed; what leaves that out is tried by itself.
Report = partial(AnyReport, doses=())
TODAY = date(2026, 6, 15)
CLEAR = Evidence(
    today=TODAY,
    due_on=TODAY,
    prescription_active=True,
    current_daily=Decimal(15),
    expected_daily=Decimal(15),
    next_daily=Decimal(30),
    highest_signed_daily=Decimal(60),
    last_change_on=TODAY - timedelta(days=3),
    min_gap_days=3,
    reports=(Report(TODAY - timedelta(days=1), 0), Report(TODAY - timedelta(days=2), 1)),
)


NIGHT = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)


def said(days_ago: int, *doses: str) -> AnyReport:
    """A clear check-in that says this of missed and extra doses."""
    return AnyReport(TODAY - timedelta(days=days_ago), 0, doses=doses)


def codes(decision: Advance | Hold) -> set[HoldReason]:
    return {reason.code for reason in decision.reasons} if isinstance(decision, Hold) else set()


def test_clear_and_fresh_evidence_advances() -> None:
    assert decide(CLEAR, Policy()) == Advance()


def test_one_dose_forgotten_once_and_told_twice_is_one_day() -> None:
    told = {"doses_told": (DosesTold(TODAY - timedelta(days=1), missed=1),), "reports": (said(1, "missed_1"),)}
    assert decide(replace(CLEAR, **told), Policy()) == Advance()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"prescription_active": False}, HoldReason.NOT_ACTIVE),
        ({"next_daily": Decimal(61)}, HoldReason.ABOVE_SIGNED),
        ({"current_daily": Decimal(20)}, HoldReason.DOSE_MOVED),
        ({"current_daily": None}, HoldReason.DOSE_MOVED),
        ({"due_on": TODAY - timedelta(days=2)}, HoldReason.LATE),
        ({"last_change_on": TODAY - timedelta(days=2)}, HoldReason.GAP),
        ({"reports": ()}, HoldReason.NO_REPORT),
        ({"reports": (Report(TODAY - timedelta(days=1), 0, since_change=False),)}, HoldReason.NO_REPORT),
        ({"current_daily": None, "expected_daily": None}, HoldReason.DOSE_MOVED),
        ({"changed_outside": True}, HoldReason.DOSE_MOVED),
        ({"doses_told": (DosesTold(TODAY, missed=3),)}, HoldReason.MISSED_DOSES),
        (
            {"doses_told": (DosesTold(TODAY, missed=1), DosesTold(TODAY - timedelta(days=1), missed=1))},
            HoldReason.MISSED_DOSES,
        ),
        ({"doses_told": (DosesTold(TODAY, missed=1),), "reports": (said(1, "missed_1"),)}, HoldReason.MISSED_DOSES),
        ({"doses_told": (DosesTold(TODAY, extra=True),)}, HoldReason.EXTRA_DOSE),
        ({"as_signed": False}, HoldReason.ABOVE_SIGNED),
        ({"reports": (Report(TODAY - timedelta(days=3), 0),)}, HoldReason.STALE_REPORT),
        ({"reports": (Report(TODAY, None),)}, HoldReason.UNJUDGED),
        ({"reports": (Report(TODAY, 2),)}, HoldReason.SYMPTOMS),
        ({"reports": (Report(TODAY, 0), Report(TODAY - timedelta(days=2), 4))}, HoldReason.SYMPTOMS),
        ({"missed_since_change": 3}, HoldReason.MISSED_CHECK_INS),
        ({"open_alerts": (("symptoms reported", 2),)}, HoldReason.OPEN_ALERT),
        ({"unanswered_flags": ("PAIR_CNS",)}, HoldReason.UNANSWERED_FLAG),
        ({"new_blocking_findings": ("RENAL",)}, HoldReason.NEW_FLAG),
        ({"regimen_check_failed": True}, HoldReason.CHECK_FAILED),
        ({"unresolved_medicines": 1}, HoldReason.CHECK_FAILED),
        ({"paused": True}, HoldReason.PAUSED),
        ({"gaps": ((NIGHT, NIGHT + timedelta(hours=2)),)}, HoldReason.OUTAGE),
        ({"catching_up": True}, HoldReason.CATCHING_UP),
        ({"reports": (said(1, "missed_3plus_or_ran_out"),)}, HoldReason.MISSED_DOSES),
        ({"reports": (said(1, "missed_1"), said(2, "missed_1"))}, HoldReason.MISSED_DOSES),
        ({"reports": (said(1), said(9, "missed_3plus_or_ran_out"))}, HoldReason.MISSED_DOSES),
        ({"reports": (said(1, "extra_dose"),)}, HoldReason.EXTRA_DOSE),
        ({"reports": (AnyReport(TODAY, 0),)}, HoldReason.DOSES_UNKNOWN),
    ],
)
def test_each_gap_in_the_evidence_holds_and_says_why(change: dict[str, object], expected: HoldReason) -> None:
    assert expected in codes(decide(replace(CLEAR, **change), Policy()))  # type: ignore[arg-type]


def test_a_good_report_before_the_last_change_says_nothing_of_the_present_dose() -> None:
    before = replace(CLEAR, reports=(Report(TODAY - timedelta(days=1), 0, since_change=False),))
    assert codes(decide(before, Policy())) == {HoldReason.NO_REPORT}


def test_a_bad_report_counts_even_from_before_the_last_change() -> None:
    before = replace(CLEAR, reports=(*CLEAR.reports, Report(TODAY - timedelta(days=2), 3, since_change=False)))
    assert codes(decide(before, Policy())) == {HoldReason.SYMPTOMS}


@pytest.mark.parametrize(
    ("reports", "held"),
    [
        ((said(1, "missed_1"), said(2)), set()),  # a dose forgotten once
        ((said(1, "missed_1"), said(1, "missed_1")), set()),  # the same day told twice
        ((said(0), replace(said(5, "missed_3plus_or_ran_out"), since_change=False)), set()),  # of the dose before
        ((said(0), AnyReport(TODAY - timedelta(days=5), 0)), set()),  # one day left open is not three
        ((said(0), *(AnyReport(TODAY - timedelta(days=d), 0) for d in (3, 4, 5))), {HoldReason.DOSES_UNKNOWN}),
        ((said(4), AnyReport(TODAY, 0)), {HoldReason.DOSES_UNKNOWN}),  # the fresh one does not say
    ],
)
def test_what_was_not_said_of_doses_is_no_zero_and_once_is_not_often(
    reports: tuple[AnyReport, ...], held: set[HoldReason]
) -> None:
    assert codes(decide(replace(CLEAR, reports=reports), Policy())) == held


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"paused": True}, HoldReason.PAUSED),
        ({"open_alerts": (("symptoms reported", 3),)}, HoldReason.OPEN_ALERT),
        ({"last_change_on": TODAY - timedelta(days=2)}, HoldReason.GAP),
    ],
)
def test_no_reason_releases_a_rise_over_an_urgent_alert_too_soon_or_in_a_pause(
    change: dict[str, object], code: HoldReason
) -> None:
    seen = replace(CLEAR, **change)  # type: ignore[arg-type]
    assert [reason.code for reason in not_yet_released(seen)] == [code]
    down = not_yet_released(replace(seen, next_daily=Decimal(10)))
    assert [reason.code for reason in down] == ([code] if code is HoldReason.PAUSED else [])


def test_a_check_level_alert_or_an_outage_leaves_the_release_to_the_clinician() -> None:
    seen = replace(CLEAR, open_alerts=(("check-in missed", 2),), gaps=((NIGHT, NIGHT),), catching_up=True, reports=())
    assert isinstance(decide(seen, Policy()), Hold)
    assert not_yet_released(seen) == never_released(seen) == ()


@pytest.mark.parametrize(("age", "held"), [(2, False), (3, True)])
def test_a_check_in_speaks_for_two_days(age: int, held: bool) -> None:
    seen = replace(CLEAR, reports=(Report(TODAY - timedelta(days=age), 0),))
    assert codes(decide(seen, Policy())) == ({HoldReason.STALE_REPORT} if held else set())


@pytest.mark.parametrize(("late", "held"), [(0, False), (1, False), (2, True)])
def test_a_step_may_be_settled_on_its_day_or_the_next(late: int, held: bool) -> None:
    seen = replace(CLEAR, due_on=TODAY - timedelta(days=late))
    assert codes(decide(seen, Policy())) == ({HoldReason.LATE} if held else set())


@pytest.mark.parametrize(("level", "held"), [(0, False), (1, False), (2, True), (3, True), (4, True)])
def test_a_check_in_is_clear_up_to_info(level: int, held: bool) -> None:
    seen = replace(CLEAR, reports=(Report(TODAY, level),))
    assert codes(decide(seen, Policy())) == ({HoldReason.SYMPTOMS} if held else set())


def test_the_worst_reason_comes_first() -> None:
    bad = replace(
        CLEAR, due_on=TODAY - timedelta(days=5), reports=(),
        open_alerts=(("check-in missed", 2), ("symptoms reported", 4)),
        regimen_check_failed=True,
    )  # fmt: skip
    decision = decide(bad, Policy(confirm_each=True))
    assert isinstance(decision, Hold)
    assert [reason.code for reason in decision.reasons] == [
        HoldReason.OPEN_ALERT, HoldReason.OPEN_ALERT, HoldReason.CHECK_FAILED, HoldReason.NO_REPORT, HoldReason.LATE,
        HoldReason.CONFIRM,
    ]  # fmt: skip
    assert "symptoms reported" in decision.reasons[0].text
    assert not decision.only_waits_for_confirmation


@pytest.mark.parametrize(
    ("change", "released"),
    [
        ({}, True),
        ({"open_alerts": (("symptoms reported", 3),)}, True),
        ({"due_on": TODAY - timedelta(days=9)}, True),
        ({"reports": ()}, True),
        ({"prescription_active": False}, False),
        ({"current_daily": Decimal(20)}, False),
        ({"current_daily": None}, False),
        ({"changed_outside": True}, False),
        ({"as_signed": False}, False),
        ({"next_daily": Decimal(61)}, False),
    ],
)
def test_a_release_reaches_as_far_as_the_signature(change: dict[str, object], released: bool) -> None:
    assert (never_released(replace(CLEAR, **change)) == ()) is released  # type: ignore[arg-type]


def test_the_evidence_is_kept_as_plain_values() -> None:
    kept = record_of(replace(CLEAR, open_alerts=(("check-in missed", 1),)))
    assert json.loads(json.dumps(kept)) == kept
    assert kept["next_daily"] == "30"
    assert kept["due_on"] == "2026-06-15"
    assert kept["reports"][0] == {"local_date": "2026-06-14", "level": 0, "since_change": True, "doses": []}
    assert kept["open_alerts"] == [["check-in missed", 1]]


def test_an_info_alert_does_not_hold() -> None:
    assert decide(replace(CLEAR, open_alerts=(("check-in missed", 1),)), Policy()) == Advance()


def test_interaction_flags_never_hold_a_taper() -> None:
    down = replace(CLEAR, next_daily=Decimal(10), unanswered_flags=("PAIR_CNS",), new_blocking_findings=("RENAL",))
    assert decide(down, Policy()) == Advance()


def test_a_plan_that_asks_for_confirmation_holds_for_that_alone() -> None:
    decision = decide(CLEAR, Policy(confirm_each=True))
    assert isinstance(decision, Hold)
    assert decision.only_waits_for_confirmation
