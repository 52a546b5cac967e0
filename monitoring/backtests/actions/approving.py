"""A second clinician approves: the proposal becomes the clinic's next version."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext

from monitoring.backtests.actions.errors import FaultsError, RefusedError, StaleError
from monitoring.backtests.actions.proposing import note, reason_of, refuse_strangers
from monitoring.backtests.models import Proposal, ProposalState, RunState
from monitoring.checkins.rules import current_thresholds, load_thresholds
from monitoring.checkins.rules.settings import hash_of, patch_faults
from monitoring.people.models import Clinic, User
from monitoring.protocols.models import ProtocolVersion
from monitoring.protocols.queries import latest_number, protocol_in_force
from monitoring.protocols.rules import cadence_faults, label_of


@transaction.atomic
def approve_proposal(
    *, proposal: Proposal, run_id: UUID, approval_note: str, in_force_from: datetime | None, by: User, now: datetime
) -> ProtocolVersion:
    """Make a proposal the clinic's next version, in force from `in_force_from` (None: at once).

    `run_id` is the replay that was read. Check-ins that come in from then on are judged by it; schedules that run
    go on as they were promised. Raises RefusedError for somebody who is no clinician of the clinic, for whoever
    proposed it, too short a note and a start in the past; StaleError when the proposal, the replay, the release or
    what is in force is not what was read.
    """
    clinic = Clinic.objects.select_for_update().get(pk=proposal.clinic_id)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    refuse_strangers(clinic, by)
    if locked.proposed_by_id == by.pk:
        raise RefusedError(pgettext("staff", "Whoever proposed a change cannot approve it. Ask a colleague."))
    text = reason_of(approval_note)
    if in_force_from is not None and in_force_from < now:
        raise RefusedError(pgettext("staff", "A version cannot come into force in the past."))
    _refuse_stale(locked, run_id, now)
    version = _make(locked, clinic, text, in_force_from or now, by=by, now=now)
    Proposal.objects.filter(pk=locked.pk).update(state=ProposalState.APPROVED, version=version)
    detail = {"version": version.number, "in_force_from": version.in_force_from.isoformat(), "run": str(run_id)}
    note(action="protocol.approve", proposal=locked, by=by, now=now, reason=text, detail=detail)
    return version


def _refuse_stale(proposal: Proposal, run_id: UUID, now: datetime) -> None:
    run = proposal.runs.first()
    if proposal.state != ProposalState.REPLAYED or run is None or run.pk != run_id or run.state != RunState.DONE:
        raise StaleError(pgettext("staff", "This proposal has changed since you opened it. Look at it again."))
    standing = protocol_in_force(proposal.clinic_id, now).version_label or current_thresholds().version
    if run.base_number != latest_number(proposal.clinic_id) or run.base_label != standing:
        raise StaleError(
            pgettext("staff", "Another version was decided on since this replay. Replay it again, then decide.")
        )
    if proposal.based_on != current_thresholds().version:
        raise StaleError(pgettext("staff", "The released thresholds have changed since. Propose the change again."))


def _make(
    proposal: Proposal, clinic: Clinic, text: str, starts: datetime, *, by: User, now: datetime
) -> ProtocolVersion:
    released = load_thresholds(proposal.based_on)
    if faults := [*patch_faults(proposal.thresholds, released), *cadence_faults(proposal.cadence)]:
        raise FaultsError(faults)
    number = latest_number(clinic.pk) + 1
    label_of(proposal.based_on, number)
    return ProtocolVersion.objects.create(
        clinic=clinic, number=number, based_on=proposal.based_on, thresholds=proposal.thresholds,
        cadence=proposal.cadence, content_hash=hash_of(released, proposal.thresholds, proposal.cadence),
        reason=proposal.reason, proposed_by=proposal.proposed_by, proposed_at=proposal.proposed_at,
        approved_by=by, approved_at=now, approval_note=text, in_force_from=starts,
    )  # fmt: skip
