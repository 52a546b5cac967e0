"""Ask for a replay, and stop one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from monitoring.backtests.actions.errors import RefusedError
from monitoring.backtests.actions.proposing import note, refuse_strangers
from monitoring.backtests.models import LIVE, BacktestRun, Proposal, ProposalState, RunState
from monitoring.backtests.rules import DAYS
from monitoring.checkins.rules import current_thresholds
from monitoring.people.models import User
from monitoring.protocols.queries import latest_number, protocol_in_force


@transaction.atomic
def ask_replay(*, proposal: Proposal, by: User, now: datetime) -> BacktestRun:
    """Have the last 90 days replayed under what is in force now and under the proposal; the job does it.

    The days are the clinic's own, today included. Who asks while a replay is at work gets that one. Raises
    RefusedError for somebody who is no clinician of the clinic, and once the proposal is approved or withdrawn.
    """
    refuse_strangers(proposal.clinic, by)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    live: BacktestRun | None = BacktestRun.objects.live().filter(proposal=locked).first()
    if live is not None:
        return live
    if not locked.is_open:
        raise RefusedError("This proposal was approved or withdrawn already.")
    Proposal.objects.filter(pk=locked.pk).update(state=ProposalState.REPLAYING)
    last = now.astimezone(ZoneInfo(proposal.clinic.time_zone)).date()
    run = BacktestRun.objects.create(
        proposal=locked, asked_at=now, asked_by=by, first_day=last - timedelta(days=DAYS - 1), last_day=last,
        base_label=protocol_in_force(proposal.clinic_id, now).version_label or current_thresholds().version,
        base_number=latest_number(proposal.clinic_id),
    )  # fmt: skip
    note(action="protocol.replay", proposal=locked, by=by, now=now, detail={"run": str(run.pk), "base": run.base_label})
    return run


@transaction.atomic
def cancel_replay(*, run: BacktestRun, by: User, now: datetime) -> bool:
    """Stop a replay; what it has counted stays. False when it had ended.

    Raises RefusedError for somebody who is no clinician of the clinic.
    """
    refuse_strangers(run.proposal.clinic, by)
    Proposal.objects.select_for_update().get(pk=run.proposal_id)
    live = BacktestRun.objects.filter(pk=run.pk, state__in=LIVE)
    if live.update(state=RunState.CANCELLED, finished_at=now, leased_until=None) == 0:
        return False
    replaying = Proposal.objects.filter(pk=run.proposal_id, state=ProposalState.REPLAYING)
    replaying.update(state=ProposalState.DRAFT)
    note(action="protocol.replay_cancel", proposal=run.proposal, by=by, now=now, detail={"run": str(run.pk)})
    return True
