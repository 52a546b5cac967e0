"""The job: some patients at a time, in a transaction that also says how far the replay is.

Whoever is killed leaves a patient either counted or not touched. Two workers at the same replay are kept apart by a
lease, and should it fail them by the cursor: only one of them can move it on from where both saw it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from monitoring.audit.record import record
from monitoring.backtests.models import LIVE, BacktestPatient, BacktestRun, Proposal, ProposalState, RunState
from monitoring.backtests.queries.replaying import Past, pasts_of, patients_to_replay
from monitoring.backtests.queries.sides import Sides, sides_of
from monitoring.backtests.rules import (
    Tally,
    alert_days,
    changes,
    count_alerts,
    count_reports,
    days_asked,
    replay,
)
from monitoring.checkins.models import CheckInState
from monitoring.checkins.rules import ThresholdsError
from monitoring.people.models import Patient

logger = logging.getLogger(__name__)

# A run takes seconds; a worker that is killed keeps the others waiting no longer than this.
LEASE: Final = timedelta(seconds=60)
BATCH: Final = 25

HasTime = Callable[[], bool]


class OvertakenError(Exception):
    """Another worker has moved this replay on, or somebody has cancelled it: what was done here is undone."""


def advance_replay(*, run_id: UUID, now: datetime, job: str, has_time: HasTime) -> int:
    """Take a replay on from where it stands for as long as `has_time` says so; how many patients were dealt with.

    Does nothing while another worker is at it, or once it has ended.
    """
    run = _claim(run_id, now)
    if run is None:
        return 0
    try:
        return _work(run, now=now, job=job, has_time=has_time)
    except OvertakenError:
        return 0
    finally:
        BacktestRun.objects.filter(pk=run_id, leased_until=now + LEASE).update(leased_until=None)


def _claim(run_id: UUID, now: datetime) -> BacktestRun | None:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    claimed = BacktestRun.objects.filter(free, pk=run_id, state__in=LIVE).update(
        state=RunState.RUNNING, leased_until=now + LEASE, started_at=Coalesce(F("started_at"), now)
    )
    if claimed == 0:
        return None
    return BacktestRun.objects.select_related("proposal__clinic").get(pk=run_id)


def _work(run: BacktestRun, *, now: datetime, job: str, has_time: HasTime) -> int:
    try:
        sides = sides_of(run)
    except ThresholdsError as fault:
        logger.error("replay_impossible", extra={"run": str(run.pk), "error": str(fault)})
        finish_replay(run=run, why="The thresholds could not be read.", now=now, job=job)
        return 0
    if run.total is None:
        run.total = patients_to_replay(run).count()
        _still_running(run, total=run.total)
    done = 0
    while has_time():
        batch = list(patients_to_replay(run)[:BATCH])
        if batch:
            take_patients(run=run, patients=batch, sides=sides)
            done += len(batch)
        if len(batch) < BATCH:
            finish_replay(run=run, why="", now=now, job=job)
            break
    return done


def give_up_replay(*, run_id: UUID, now: datetime, job: str) -> bool:
    """End a replay that keeps failing, so that whoever asked sees it and can ask again; False when it had ended."""
    run = BacktestRun.objects.select_related("proposal").get(pk=run_id)
    return finish_replay(run=run, why="It failed again and again. Ask your administrator.", now=now, job=job)


@transaction.atomic
def take_patients(*, run: BacktestRun, patients: Sequence[Patient], sides: Sides) -> None:
    """Replay some patients and move the replay on past them, all or nothing."""
    rows = [_row(run, past, sides) for past in pasts_of(patients, run, sides.rule_now)]
    failed = sum(row.failed for row in rows)
    # First: whoever was overtaken ends here, before a second row of anybody.
    before, run.cursor = run.cursor, patients[-1].pk
    _still_running(
        run, cursor_was=before, cursor=run.cursor, done=F("done") + len(patients), failed=F("failed") + failed
    )
    BacktestPatient.objects.bulk_create(rows)


def _still_running(run: BacktestRun, *, cursor_was: UUID | None = None, **changed: Any) -> None:
    running = BacktestRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    if "cursor" in changed:
        running = running.filter(cursor=cursor_was) if cursor_was else running.filter(cursor__isnull=True)
    if running.update(**changed) == 0:
        raise OvertakenError


def _row(run: BacktestRun, past: Past, sides: Sides) -> BacktestPatient:
    try:
        return _replayed(run, past, sides)
    except Exception as error:  # noqa: BLE001 - one patient's data must not keep the others from being counted
        logger.error("patient_not_replayed", extra={"run": str(run.pk), "error": type(error).__name__})
        return BacktestPatient(run=run, patient=past.patient, failed=True)


def _replayed(run: BacktestRun, past: Past, sides: Sides) -> BacktestPatient:
    first, last = run.first_day, run.last_day
    asked_now = days_asked(past.schedules, first, last)
    asked_then = days_asked((each.under(sides.rule_proposed) for each in past.schedules), first, last)
    found = replay(past.reports, now=sides.now, proposed=sides.proposed, not_asked=asked_now - asked_then)
    here = [each for each in found if first <= each.report.context.on <= last]
    days = alert_days(here)
    tally = Tally(
        not_readable=past.not_readable,
        missed=past.missed.get(CheckInState.MISSED, 0),
        missed_by_system=past.missed.get(CheckInState.MISSED_SYSTEM, 0),
        own_cadence=sum(not each.by_rule for each in past.schedules),
        asked=[len(asked_now), len(asked_then)],
    )
    tally.add(count_reports(here, base=run.base_label))
    tally.add(count_alerts(days, first=first, team=past.team))
    changed = [[day.on.isoformat(), day.key, int(day.now), int(day.proposed)] for day in days if day.change]
    return BacktestPatient(run=run, patient=past.patient, figures={**asdict(tally), "days": changed}, **changes(days))


@transaction.atomic
def finish_replay(*, run: BacktestRun, why: str, now: datetime, job: str) -> bool:
    """End a replay that is running: done, or failed with `why`. False when it had ended before."""
    Proposal.objects.select_for_update().get(pk=run.proposal_id)
    state, next_state = (RunState.FAILED, ProposalState.DRAFT) if why else (RunState.DONE, ProposalState.REPLAYED)
    running = BacktestRun.objects.filter(pk=run.pk, state__in=LIVE if why else [RunState.RUNNING])
    summary = {} if why else asdict(_summed(run))
    if running.update(state=state, finished_at=now, leased_until=None, why_failed=why, summary=summary) == 0:
        return False
    Proposal.objects.filter(pk=run.proposal_id, state=ProposalState.REPLAYING).update(state=next_state)
    run.refresh_from_db(fields=["done", "failed"])
    record(
        action="protocol.replay_finish", now=now, job=job, clinic_id=run.proposal.clinic_id,
        object_type="protocol_proposal", object_id=run.proposal_id, reason=why,
        detail={"run": str(run.pk), "state": state, "replayed": run.done, "failed": run.failed},
    )  # fmt: skip
    return True


def _summed(run: BacktestRun) -> Tally:
    total = Tally()
    rows = BacktestPatient.objects.filter(run=run, failed=False).values_list("figures", flat=True)
    for figures in rows.iterator(chunk_size=500):
        total.add(Tally(**{name: value for name, value in figures.items() if name != "days"}))
    return total
