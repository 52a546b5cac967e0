"""A step that came due while nobody watched waits for a person; doses missed or doubled hold it as well."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from monitoring.operations.models import SchedulerGap
from monitoring.people.models import Patient, User
from monitoring.titration.actions import release_step, settle_step
from monitoring.titration.models import StepState, TitrationPlan
from monitoring.titration.queries import decisions_of
from monitoring.titration.rules import GATE_VERSION
from monitoring.titration.rules.reading import NOT_LOOKED_AT, evidence_lines
from tests.monitoring.titration.conftest import JOB, REASON, Morning, Report, at, first, held_for

pytestmark = pytest.mark.django_db


def gap(start: datetime, end: datetime, *, settled: bool = True) -> SchedulerGap:
    """A time in which no sweep ran; its backlog is worked off unless told otherwise."""
    made: SchedulerGap = SchedulerGap.objects.create(
        from_at=start, to_at=end, cause="outage", noted_at=end, settled_at=end if settled else None
    )
    return made


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        (timedelta(hours=2), timedelta(hours=1), {"outage"}),  # it came due in the gap
        (timedelta(hours=-1), timedelta(hours=2), {"outage"}),  # it was due, and nobody settled it
        (timedelta(hours=9), timedelta(hours=-3), set()),  # a gap that was over before
    ],
)
def test_a_step_that_came_due_in_a_gap_is_held_for_review(
    rising: TitrationPlan, report: Report, patient: Patient, before: timedelta, after: timedelta, held: set[str]
) -> None:
    step = first(rising)
    report(step.due_on - timedelta(days=1))
    gap(step.due_at - before, step.due_at + after)
    settle_step(step_id=step.pk, now=step.due_at + timedelta(hours=3), job=JOB)
    assert held_for(step) == held


def test_a_clinician_who_looked_at_the_gap_releases_the_step(
    rising: TitrationPlan, report: Report, clinician: User
) -> None:
    step = first(rising)
    report(step.due_on - timedelta(days=1))
    gap(step.due_at - timedelta(hours=2), step.due_at + timedelta(hours=1))
    settle_step(step_id=step.pk, now=step.due_at + timedelta(hours=2), job=JOB)
    release_step(step=first(rising), reason=REASON, by=clinician, now=step.due_at + timedelta(hours=3))
    assert first(rising).state == StepState.ADVANCED
    assert [each.what for each in decisions_of(rising)] == ["release", "hold"]


def test_while_the_backlog_of_a_gap_is_worked_off_no_step_goes_on(
    rising: TitrationPlan, report: Report, morning: Morning
) -> None:
    step = first(rising)
    report(step.due_on - timedelta(days=1))
    gap(step.due_at - timedelta(hours=2), step.due_at - timedelta(minutes=10), settled=False)
    morning(step)
    assert held_for(step) == {"catching_up"}


def ran_out(report: Report, plan: TitrationPlan) -> None:
    report(first(plan).due_on - timedelta(days=1), q10_doses_other=["missed_3plus_or_ran_out"])


def forgot_twice(report: Report, plan: TitrationPlan) -> None:
    for days in (2, 1):
        report(first(plan).due_on - timedelta(days=days), q10_doses_other=["missed_1"])


def took_one_more(report: Report, plan: TitrationPlan) -> None:
    report(first(plan).due_on - timedelta(days=1), q10_doses_other=["extra_dose"])


def did_not_say(report: Report, plan: TitrationPlan) -> None:
    report(first(plan).due_on - timedelta(days=1), q10_doses_other=[])


def forgot_once(report: Report, plan: TitrationPlan) -> None:
    report(first(plan).due_on - timedelta(days=2), q10_doses_other=["missed_1"])
    report(first(plan).due_on - timedelta(days=1))


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (ran_out, "missed_doses"),
        (forgot_twice, "missed_doses"),
        (took_one_more, "extra_dose"),
        (did_not_say, "doses_unknown"),
        (forgot_once, ""),
    ],
)
def test_what_check_ins_say_of_doses_counts_and_silence_is_not_none(
    happens: Callable[[Report, TitrationPlan], None], code: str, rising: TitrationPlan, report: Report, morning: Morning
) -> None:
    happens(report, rising)
    morning(first(rising))
    assert (code in held_for(first(rising))) == bool(code)


def test_a_held_and_released_step_keeps_both_decisions_with_what_was_seen(
    rising: TitrationPlan, morning: Morning, report: Report, clinician: User, patient: Patient
) -> None:
    morning(first(rising))
    report(first(rising).due_on, hour=9)
    release_step(step=first(rising), reason=REASON, by=clinician, now=at(patient, first(rising).due_on, 12))
    release, hold = decisions_of(rising)
    assert (hold.who, [each["code"] for each in hold.reasons]) == ("", ["no_report"])
    assert (release.who, release.reason, release.step) == (clinician.name, REASON, 1)
    assert dict(evidence_lines(hold.saw))["Check-ins since then"] == "none"
    seen = dict(evidence_lines(release.saw))
    assert seen["Check-ins since then"] == "1, the last on 18\u00a0Jun\u00a02026; worst level none"
    assert seen["Dose then"] == "30\u00a0mg a day"
    assert seen["Doses missed or extra"] == "none"
    assert (hold.gate, release.gate) == (GATE_VERSION, GATE_VERSION)


def test_a_decision_of_an_older_gate_stays_readable(rising: TitrationPlan, now: datetime, clinician: User) -> None:
    """Steps settled before decisions had rows kept only the last one, and that gate looked at less."""
    saw = {
        "today": "2026-06-18", "last_change_on": "2026-05-01", "min_gap_days": 3, "current_daily": "30",
        "next_daily": "35", "missed_since_change": 0, "open_alerts": [["symptoms reported", 3]],
        "reports": [{"local_date": "2026-06-17", "level": None, "since_change": True}],
        "unanswered_flags": ["PAIR_CNS"], "unresolved_medicines": 0, "regimen_check_failed": False,
    }  # fmt: skip
    kept = {"decision": "hold", "gate": "1", "reasons": [{"code": "late", "text": "Late."}], "saw": saw}
    rising.steps.filter(number=1).update(
        state="advanced", settled_at=now, decision=kept | {"released": True, "saw_at_release": saw},
        released_at=now, released_by=clinician, released_reason=REASON,
    )  # fmt: skip
    assert {(each.what, each.gate, each.who) for each in decisions_of(rising)} == {
        ("hold", "1", ""),
        ("release", "1", clinician.name),
    }
    lines = dict(evidence_lines(saw))
    assert lines["Doses missed or extra"] == lines["Monitoring since it was due"] == NOT_LOOKED_AT
    assert "one could not be judged" in lines["Check-ins since then"]
    assert (lines["Open alerts"], lines["Interactions"]) == ("symptoms reported (Urgent)", "PAIR_CNS unanswered")
    assert evidence_lines({}) == ()
