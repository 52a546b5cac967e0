"""A replay judges as submitting did, counts every patient once whatever happens, and leaves nothing out."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.backtests.actions import advance_replay, ask_replay, cancel_replay, give_up_replay, propose, working
from monitoring.backtests.models import BacktestPatient, BacktestRun, Proposal, ProposalState, RunState
from monitoring.backtests.queries import lines_for, patients_changed, results_of, runs_to_work_on
from monitoring.backtests.queries.replaying import pasts_of
from monitoring.backtests.queries.sides import sides_of
from monitoring.backtests.rules import judge_again, replay
from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import CheckIn, ScheduleSource, SymptomReport
from monitoring.checkins.rules import CadenceRule, Level
from monitoring.people.actions import register_patient
from monitoring.people.models import CareTeamMembership, Clinic, Patient, User
from tests.monitoring.backtests.conftest import JOB, Reporting, finished, in_force

pytestmark = pytest.mark.django_db


def always() -> bool:
    return True


def test_replaying_gives_every_report_the_verdict_that_submitting_stored(
    milder: Proposal, patient: Patient, reports: list[SymptomReport], clinician: User, now: datetime
) -> None:
    run = ask_replay(proposal=milder, by=clinician, now=now)
    past = pasts_of([Patient.objects.get(pk=patient.pk)], run, CadenceRule())[0]
    sides = sides_of(run)
    again = {one.key: judge_again(one, past.reports, sides.now) for one in past.reports}
    assert len(again) == len(reports) == 10
    for stored in reports:
        verdict = again[str(stored.check_in_id)]
        assert (int(verdict.level), list(verdict.reasons), verdict.version) == (
            stored.level, stored.reasons, stored.threshold_version,
        )  # fmt: skip
    assert {Level(stored.level or 0) for stored in reports} >= {Level.WARNING, Level.URGENT, Level.NONE}


def test_the_clinics_own_version_judges_what_comes_in_and_replays_to_the_same(
    milder: Proposal, patient: Patient, report: Reporting, clinician: User, colleague: User, clinic: Clinic,
    now: datetime,
) -> None:  # fmt: skip
    version = in_force(milder, clinician, colleague, now)
    later = now + timedelta(hours=1)
    Patient.objects.filter(pk=patient.pk).update(birth_date=date(1990, 1, 1), egfr=90)
    stored = report(patient, later, q5_thinking=1)
    assert (stored.level, stored.threshold_version) == (Level.INFO, f"2026.11+clinic-{version.number}")
    back = propose(
        clinic=clinic, thresholds={}, cadence={}, reason="As released again.", by=clinician, now=later
    )  # fmt: skip
    run = finished(back, clinician, later + timedelta(minutes=1))
    results = results_of(run)
    assert (results.tally.reports, results.tally.differs) == (1, 0)
    assert (results.gained, results.lost) == (1, 0)


def test_gained_lost_worse_and_milder_alerts_and_whose_they_are(
    milder: Proposal, patient: Patient, reports: list[SymptomReport], clinician: User, colleague: User,
    stranger: User, admin: User, now: datetime,
) -> None:  # fmt: skip
    CareTeamMembership.objects.update(joined_at=now - timedelta(days=60))
    run = finished(milder, clinician, now)
    results = results_of(run)
    assert run.state == RunState.DONE
    assert milder.state == ProposalState.REPLAYED
    # Day 1 loses its Urgent for a Check (raised for age), day 6 its Check.
    assert (results.lost, results.fell, results.gained, results.rose, results.changed) == (1, 1, 0, 0, 1)
    assert results.total.now == results.total.proposed + 1
    assert {pair.label: (pair.now, pair.proposed) for pair in results.load} == {
        clinician.name: (results.total.now, results.total.proposed),
        colleague.name: (results.total.now, results.total.proposed),
    }
    line = lines_for(patients_changed(run, clinician))[0]
    assert [(day.on, day.now, day.proposed) for day in line.days][-1] == (
        (now - timedelta(days=5)).date(), Level.WARNING, Level.NONE,
    )  # fmt: skip
    assert not patients_changed(run, stranger).exists()
    assert not patients_changed(run, admin).exists()
    assert results.tally.facts_of_today == results.tally.differs == results.tally.not_readable == 0


def test_what_is_less_sure_is_counted_apart_and_never_dropped(
    milder: Proposal, patient: Patient, reports: list[SymptomReport], clinician: User, now: datetime
) -> None:
    SymptomReport.objects.filter(pk=reports[0].pk).update(level=None, threshold_version="", judged_with=None)
    SymptomReport.objects.filter(pk=reports[1].pk).update(judged_with=None)
    SymptomReport.objects.filter(pk=reports[2].pk).update(level=3)
    SymptomReport.objects.filter(pk=reports[3].pk).update(answers={"q99": 1})
    tally = results_of(finished(milder, clinician, now)).tally
    assert (tally.reports, tally.not_readable) == (9, 1)
    assert (tally.not_judged_then, tally.facts_of_today, tally.differs) == (1, 2, 1)


@pytest.fixture
def crowd(clinic: Clinic, clinician: User, report: Reporting, now: datetime) -> list[Patient]:
    """Seven patients, each with one report of forgetfulness."""
    before = now - timedelta(days=3)
    people = [
        register_patient(
            clinic=clinic, identifier=f"HP-1{number:03}", family_name=f"Fell{number}", given_names="A",
            birth_date=date(1990, 1, 1), egfr=Decimal(90), egfr_on=before.date(), care_team=[clinician], by=clinician,
            now=before,
        )
        for number in range(7)
    ]  # fmt: skip
    for person in people:
        report(person, before, q5_thinking=1)
    return people


def test_a_worker_killed_in_the_middle_leaves_each_patient_counted_once(
    milder: Proposal, crowd: list[Patient], clinician: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    run = ask_replay(proposal=milder, by=clinician, now=now)
    calls: list[int] = []

    def killed(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt  # as a kill: after the rows of this batch are made, before it commits
        return replay(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(working, "replay", killed)
        with pytest.raises(KeyboardInterrupt):
            advance_replay(run_id=run.pk, now=now, job=JOB, has_time=always)
    run.refresh_from_db()
    assert (run.state, run.done) == (RunState.RUNNING, 4)
    assert BacktestPatient.objects.filter(run=run).count() == 4
    # A worker that was really killed leaves its lease behind; it runs out.
    BacktestRun.objects.filter(pk=run.pk).update(leased_until=now + working.LEASE)
    assert advance_replay(run_id=run.pk, now=now + timedelta(seconds=59), job=JOB, has_time=always) == 0
    assert runs_to_work_on(now + timedelta(seconds=61)) == [run.pk]
    advance_replay(run_id=run.pk, now=now + timedelta(seconds=61), job=JOB, has_time=always)
    run.refresh_from_db()
    assert (run.state, run.done, run.total) == (RunState.DONE, 8, 8)
    assert BacktestPatient.objects.filter(run=run).count() == 8
    assert results_of(run).lost == 7


def test_two_workers_at_once_count_nobody_twice(
    milder: Proposal, crowd: list[Patient], clinician: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 3)
    run = ask_replay(proposal=milder, by=clinician, now=now)

    asked: list[int] = []

    def overtaken() -> bool:
        asked.append(1)
        if len(asked) == 2:
            BacktestRun.objects.filter(pk=run.pk).update(leased_until=None)
            advance_replay(run_id=run.pk, now=now + timedelta(seconds=1), job=JOB, has_time=always)
        return True

    assert advance_replay(run_id=run.pk, now=now, job=JOB, has_time=overtaken) == 0
    run.refresh_from_db()
    assert run.done == BacktestPatient.objects.filter(run=run).count() == 8


def test_a_replay_that_is_stopped_goes_no_further_and_changes_nothing(
    milder: Proposal, crowd: list[Patient], clinician: User, now: datetime
) -> None:
    run = ask_replay(proposal=milder, by=clinician, now=now)
    assert ask_replay(proposal=milder, by=clinician, now=now) == run
    assert cancel_replay(run=run, by=clinician, now=now)
    assert not cancel_replay(run=run, by=clinician, now=now)
    assert advance_replay(run_id=run.pk, now=now, job=JOB, has_time=always) == 0
    run.refresh_from_db()
    milder.refresh_from_db()
    assert (run.state, milder.state) == (RunState.CANCELLED, ProposalState.DRAFT)
    assert AuditEvent.objects.filter(action="protocol.replay_cancel").count() == 1
    assert finished(milder, clinician, now + timedelta(minutes=1)).state == RunState.DONE


def test_a_replay_that_keeps_failing_is_ended_and_can_be_asked_for_again(
    milder: Proposal, clinician: User, now: datetime
) -> None:
    run = ask_replay(proposal=milder, by=clinician, now=now)
    assert give_up_replay(run_id=run.pk, now=now, job=JOB)
    run.refresh_from_db()
    milder.refresh_from_db()
    assert (run.state, milder.state) == (RunState.FAILED, ProposalState.DRAFT)
    assert run.why_failed


def test_one_patient_whose_data_breaks_the_replay_is_counted_as_failed(
    milder: Proposal, crowd: list[Patient], clinician: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def broken(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("poison")
        return replay(*args, **kwargs)

    monkeypatch.setattr(working, "replay", broken)
    run = finished(milder, clinician, now)
    assert (run.state, run.done, run.failed) == (RunState.DONE, 8, 1)


def test_a_sparser_cadence_loses_the_alerts_of_reports_that_nobody_would_have_asked_for(
    clinic: Clinic, patient: Patient, clinician: User, report: Reporting, now: datetime
) -> None:
    began = now - timedelta(days=12)
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=patient.local_date(began),
        by=clinician, now=began,
    )  # fmt: skip
    ninth = began + timedelta(days=9)
    for day in (2, 9):
        CheckIn.objects.get_or_create(
            patient=patient, local_date=patient.local_date(began + timedelta(days=day)),
            schedule=patient.check_in_schedules.get(),
            defaults={"opens_at": began + timedelta(days=day), "closes_at": began + timedelta(days=day, hours=6)},
        )  # fmt: skip
        report(patient, began + timedelta(days=day), q5_thinking=2)
    proposal = propose(
        clinic=clinic, thresholds={}, cadence={"daily_days": 7, "weekly_weeks": 7}, reason="Too many questions.",
        by=clinician, now=now,
    )  # fmt: skip
    results = results_of(finished(proposal, clinician, now))
    assert (results.asked.now, results.asked.proposed) == (13, 7)
    assert (results.tally.not_asked_reports, results.lost, results.total.now, results.total.proposed) == (1, 1, 2, 1)
    assert patients_changed(proposal.runs.get(), clinician)[0].figures["days"][0][0] == ninth.date().isoformat()
