"""A thousand kinds of evidence: none makes the gate rise over a sign of harm, and a worse report never frees it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.titration.rules import Evidence, Hold, Policy, decide
from monitoring.titration.rules import Report as AnyReport

# A check-in that says no dose was missed; what leaves that out is tried by itself.
Report = partial(AnyReport, doses=())
TODAY = date(2026, 6, 15)
NIGHT = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)

reports = st.lists(
    st.builds(
        Report,
        local_date=st.integers(0, 10).map(lambda days: TODAY - timedelta(days=days)),
        level=st.one_of(st.none(), st.integers(0, 4)),
        since_change=st.booleans(),
        doses=st.one_of(st.none(), st.sampled_from([(), ("missed_1",), ("missed_3plus_or_ran_out",), ("extra_dose",)])),
    ),
    max_size=6,
).map(tuple)
evidence = st.builds(
    Evidence,
    today=st.just(TODAY),
    due_on=st.integers(0, 4).map(lambda days: TODAY - timedelta(days=days)),
    prescription_active=st.booleans(),
    current_daily=st.one_of(st.none(), st.sampled_from([Decimal(15), Decimal(30)])),
    expected_daily=st.sampled_from([Decimal(15), Decimal(30)]),
    next_daily=st.sampled_from([Decimal(10), Decimal(30), Decimal(60), Decimal(80)]),
    highest_signed_daily=st.just(Decimal(60)),
    as_signed=st.booleans(),
    changed_outside=st.booleans(),
    last_change_on=st.one_of(st.none(), st.integers(0, 9).map(lambda days: TODAY - timedelta(days=days))),
    min_gap_days=st.integers(0, 7),
    reports=reports,
    missed_since_change=st.integers(0, 5),
    open_alerts=st.lists(st.tuples(st.just("symptoms reported"), st.integers(1, 4)), max_size=3).map(tuple),
    unanswered_flags=st.sampled_from([(), ("PAIR_CNS",)]),
    new_blocking_findings=st.sampled_from([(), ("RENAL",)]),
    regimen_check_failed=st.booleans(),
    unresolved_medicines=st.integers(0, 2),
    paused=st.booleans(),
    gaps=st.sampled_from([(), ((NIGHT, NIGHT),)]),
    catching_up=st.booleans(),
)


@pytest.mark.slow
@settings(max_examples=1_000)
@given(evidence)
def test_no_rise_is_ever_made_over_an_alert_a_bad_report_or_the_signed_dose(seen: Evidence) -> None:
    if isinstance(decide(seen, Policy()), Hold):
        return
    assert seen.next_daily <= seen.highest_signed_daily
    assert all(level < 2 for _, level in seen.open_alerts)
    assert seen.as_signed
    assert not seen.changed_outside
    assert not seen.paused
    assert not seen.gaps
    assert not seen.catching_up
    assert not any(
        r.since_change and set(r.doses or ()) & {"missed_3plus_or_ran_out", "extra_dose"} for r in seen.reports
    )
    assert seen.current_daily == seen.expected_daily is not None
    assert any((seen.today - report.local_date).days <= 2 and report.since_change for report in seen.reports)
    assert all(
        report.level is not None and report.level < 2
        for report in seen.reports
        if (seen.today - report.local_date).days <= 2
    )
    assert seen.last_change_on is None or (seen.today - seen.last_change_on).days >= seen.min_gap_days
    if seen.rising:
        assert not seen.unanswered_flags
        assert not seen.new_blocking_findings
        assert not seen.regimen_check_failed


@given(evidence, st.integers(2, 4))
def test_a_worse_report_never_turns_a_hold_into_an_advance(seen: Evidence, level: int) -> None:
    worse = replace(seen, reports=(*seen.reports, Report(seen.today, level)))
    if isinstance(decide(seen, Policy()), Hold):
        assert isinstance(decide(worse, Policy()), Hold)
    assert isinstance(decide(worse, Policy()), Hold)
