"""Propose a change of the clinic's thresholds or cadence, and withdraw it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import pgettext

from monitoring.audit.record import record
from monitoring.backtests.actions.errors import FaultsError, RefusedError
from monitoring.backtests.models import LIVE, BacktestRun, Proposal, ProposalState, RunState
from monitoring.checkins.rules import current_thresholds
from monitoring.checkins.rules.settings import patch_faults
from monitoring.people.models import Clinic, User
from monitoring.protocols.queries import protocol_in_force
from monitoring.protocols.rules import REASON_MIN_LENGTH, Patch, cadence_faults

REASON_MAX_LENGTH = 300


@transaction.atomic
def propose(
    *, clinic: Clinic, thresholds: Patch, cadence: Mapping[str, int], reason: str, by: User, now: datetime
) -> Proposal:
    """Store what a clinician wants changed, as every difference from the release; nothing changes by it.

    `thresholds` and `cadence` go by the name of the setting; a figure is written as text, a cadence in whole days
    or weeks. Raises FaultsError for settings that may not be so, RefusedError for somebody who is no clinician of
    the clinic, for too short a reason and for what is in force already.
    """
    refuse_strangers(clinic, by)
    text = reason_of(reason)
    released = current_thresholds()
    if faults := [*patch_faults(thresholds, released), *cadence_faults(cadence)]:
        raise FaultsError(faults)
    standing = protocol_in_force(clinic.pk, now)
    same_release = standing.based_on in {"", released.version}
    if same_release and dict(standing.thresholds) == dict(thresholds) and dict(standing.cadence) == dict(cadence):
        raise RefusedError(pgettext("staff", "Nothing is changed: this is in force already."))
    proposal = Proposal.objects.create(
        clinic=clinic, based_on=released.version, thresholds=dict(thresholds), cadence=dict(cadence), reason=text,
        proposed_by=by, proposed_at=now,
    )  # fmt: skip
    note(action="protocol.propose", proposal=proposal, by=by, now=now, reason=text)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, reason: str, by: User, now: datetime) -> None:
    """Take a proposal off the table, with its replay if one is at work; it stays readable.

    Raises RefusedError for somebody who is no clinician of the clinic, too short a reason, and when it was approved
    or withdrawn before.
    """
    refuse_strangers(proposal.clinic, by)
    text = reason_of(reason)
    changed = Proposal.objects.open().filter(pk=proposal.pk).update(
        state=ProposalState.WITHDRAWN, withdrawn_at=now, withdrawn_by=by, withdrawn_reason=text
    )  # fmt: skip
    if changed == 0:
        raise RefusedError(pgettext("staff", "This proposal was approved or withdrawn already."))
    BacktestRun.objects.filter(proposal=proposal.pk, state__in=LIVE).update(
        state=RunState.CANCELLED, finished_at=now, leased_until=None
    )
    note(action="protocol.withdraw", proposal=proposal, by=by, now=now, reason=text)


def refuse_strangers(clinic: Clinic, who: User) -> None:
    """A RefusedError for anybody but a clinician of the clinic."""
    if not who.is_clinician or not who.is_active or who.clinic_id != clinic.pk:
        raise RefusedError(pgettext("staff", "Only a clinician of the clinic can do this."))


def reason_of(text: str) -> str:
    """The reason on one line; a RefusedError when it is too short or too long to be kept."""
    reason = " ".join(text.split())
    if not REASON_MIN_LENGTH <= len(reason) <= REASON_MAX_LENGTH:
        raise RefusedError(
            pgettext("staff", "Write a reason of %(reason_min_length)s to %(reason_max_length)s characters.")
            % {"reason_min_length": REASON_MIN_LENGTH, "reason_max_length": REASON_MAX_LENGTH}
        )
    return reason


def note(
    *, action: str, proposal: Proposal, by: User, now: datetime, reason: str = "", detail: dict[str, Any] | None = None
) -> None:
    """The audit line of a deed about a proposal, with every difference from the release."""
    told = {"based_on": proposal.based_on, "thresholds": proposal.thresholds, "cadence": proposal.cadence}
    record(
        action=action, now=now, by=by, object_type="protocol_proposal", object_id=proposal.pk, reason=reason,
        detail=told | (detail or {}),
    )  # fmt: skip
