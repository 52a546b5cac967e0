"""A clinic puts its own escalation policy in force: an admin draws it up, somebody else approves it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import pgettext

from monitoring.alerts.models import EscalationPolicy, PolicyProposal
from monitoring.alerts.queries import policy_versions
from monitoring.alerts.rules import Fault, Policy, policy_faults, read_policy
from monitoring.audit.record import record
from monitoring.people.models import Clinic, User
from monitoring.people.queries import staff_of

LONGEST_REASON = 500


class PolicyRefused(ValueError):  # noqa: N818 - named for what happened
    """The policy may not be put in force; `faults` say why, each at its field."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(fault.text for fault in faults))
        self.faults = faults


class PolicyOvertaken(Exception):  # noqa: N818 - named for what happened
    """Somebody put another version in force since this one was drawn up."""

    def __init__(self, newest: EscalationPolicy) -> None:
        super().__init__(f"{newest.set_by.name} put version {newest.number} in force.")
        self.newest = newest


class PolicySettled(Exception):  # noqa: N818 - named for what happened
    """The proposal was approved or taken back already."""


@transaction.atomic
def propose_escalation_policy(
    *,
    clinic: Clinic,
    level: int,
    rungs: Sequence[Mapping[str, Any]],
    take_minutes: int,
    snooze_minutes: int | None,
    reason: str,
    based_on: int,
    by: User,
    now: datetime,
) -> PolicyProposal:
    """Draw up a policy for one level; it holds once somebody else has approved it.

    `rungs` hold `reach`, `minutes` and, where people are named, their ids as `people`. `based_on` is the number of
    the version it was drawn up from, 0 for the built-in one. It takes the place of a proposal that still waits. Only
    an admin of the clinic may (PermissionDenied); PolicyRefused names every fault, PolicyOvertaken whoever was first.
    """
    if not by.is_admin or not by.is_active or by.clinic_id != clinic.pk:
        raise PermissionDenied
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    _refuse_what_is_overtaken(clinic, level, based_on)
    policy = read_policy(level, rungs, take_minutes=take_minutes, snooze_minutes=snooze_minutes)
    _refuse_faults(clinic, policy, reason, now)
    waiting = PolicyProposal.objects.filter(clinic=clinic, level=level, settled_at__isnull=True)
    waiting.update(settled_at=now, settled_by=by)
    proposal = PolicyProposal.objects.create(
        clinic=clinic, level=level, based_on=based_on, rungs=[_kept(rung) for rung in rungs],
        take_minutes=take_minutes, snooze_minutes=snooze_minutes, reason=reason.strip(), proposed_by=by,
        proposed_at=now,
    )  # fmt: skip
    _record("escalation.propose", proposal, by=by, now=now)
    return proposal


@transaction.atomic
def approve_escalation_policy(*, proposal: PolicyProposal, by: User, now: datetime) -> EscalationPolicy:
    """Put a proposed policy in force from now on; open alerts follow it from their next telling.

    A clinician of the clinic may, or another of its admins, but never whoever proposed it (PermissionDenied).
    PolicySettled when it was approved or taken back meanwhile; PolicyRefused when somebody it names has left since.
    """
    _refuse_other_staff(proposal, by)
    if by.pk == proposal.proposed_by_id:
        raise PermissionDenied
    clinic = Clinic.objects.select_for_update().get(pk=proposal.clinic_id)
    _settle(proposal, by, now)
    _refuse_what_is_overtaken(clinic, proposal.level, proposal.based_on)
    drawn: dict[str, Any] = {"take_minutes": proposal.take_minutes, "snooze_minutes": proposal.snooze_minutes}
    _refuse_faults(clinic, read_policy(proposal.level, proposal.rungs, **drawn), proposal.reason, now)
    version = EscalationPolicy.objects.create(
        clinic=clinic, level=proposal.level, number=proposal.based_on + 1, rungs=proposal.rungs, **drawn,
        in_force_from=now, set_by=proposal.proposed_by, approved_by=by, reason=proposal.reason,
    )  # fmt: skip
    record(
        action="escalation.set", now=now, by=by, object_type="escalation_policy", object_id=version.pk,
        detail={"level": version.level, "number": version.number, "proposal": str(proposal.pk)},
    )  # fmt: skip
    return version


@transaction.atomic
def withdraw_policy_proposal(*, proposal: PolicyProposal, by: User, now: datetime) -> None:
    """Take a proposed policy back, or turn it down; any of the clinic's staff may (PermissionDenied).

    PolicySettled when it was approved or taken back meanwhile.
    """
    _refuse_other_staff(proposal, by)
    _settle(proposal, by, now)
    _record("escalation.withdraw", proposal, by=by, now=now)


def _refuse_other_staff(proposal: PolicyProposal, by: User) -> None:
    if by.is_patient or not by.is_active or by.clinic_id != proposal.clinic_id:
        raise PermissionDenied


def _settle(proposal: PolicyProposal, by: User, now: datetime) -> None:
    waiting = PolicyProposal.objects.filter(pk=proposal.pk, settled_at__isnull=True)
    if waiting.update(settled_at=now, settled_by=by) != 1:
        raise PolicySettled


def _record(action: str, proposal: PolicyProposal, *, by: User, now: datetime) -> None:
    record(
        action=action, now=now, by=by, object_type="policy_proposal", object_id=proposal.pk,
        detail={"level": proposal.level, "based_on": proposal.based_on},
    )  # fmt: skip


def _refuse_what_is_overtaken(clinic: Clinic, level: int, based_on: int) -> None:
    newest = policy_versions(clinic.pk, level).first()
    if newest is None and based_on:
        raise PolicyRefused([Fault("based_on", pgettext("staff", "Begin again from the policy in force."))])
    if newest is not None and newest.number != based_on:
        raise PolicyOvertaken(newest)


def _refuse_faults(clinic: Clinic, policy: Policy, reason: str, now: datetime) -> None:
    known = frozenset(str(pk) for pk in staff_of(clinic.pk, now).clinicians)
    faults = policy_faults(policy, known=known)
    if not reason.strip():
        faults.append(Fault("reason", pgettext("staff", "Say why it is changed.")))
    elif len(reason.strip()) > LONGEST_REASON:
        faults.append(
            Fault(
                "reason",
                pgettext("staff", "Write at most %(longest_reason)s characters.") % {"longest_reason": LONGEST_REASON},
            )
        )
    if faults:
        raise PolicyRefused(faults)


def _kept(rung: Mapping[str, Any]) -> dict[str, Any]:
    named = [str(person) for person in rung.get("people", ())]
    return {"reach": str(rung["reach"]), "minutes": int(rung["minutes"]), **({"people": named} if named else {})}
