"""Which escalation policy holds at a clinic."""

import logging
from uuid import UUID

from django.db.models import QuerySet

from monitoring.alerts.models import EscalationPolicy, PolicyProposal
from monitoring.alerts.rules import Level, Policy, policy_for, read_policy

logger = logging.getLogger(__name__)


def policy_versions(clinic_id: UUID, level: int) -> QuerySet[EscalationPolicy]:
    """The clinic's own versions for one level, the one in force first."""
    versions = EscalationPolicy.objects.filter(clinic=clinic_id, level=level)
    return versions.select_related("set_by", "approved_by").order_by("-number")


def policy_in_force(clinic_id: UUID, level: int) -> Policy:
    """What holds at this clinic for this level now: its own newest version, else the built-in policy."""
    return _read(policy_versions(clinic_id, level).first(), level)


def policy_numbered(clinic_id: UUID, level: int, number: int) -> Policy:
    """One version of a clinic's policy, 0 being the built-in one."""
    return _read(policy_versions(clinic_id, level).filter(number=number).first(), level)


def policies_of(clinic_id: UUID) -> list[Policy]:
    """What holds at this clinic now for every level, the worst first; one query."""
    newest: dict[int, EscalationPolicy] = {}
    for version in EscalationPolicy.objects.filter(clinic=clinic_id).order_by("number"):
        newest[version.level] = version
    return [_read(newest.get(level), level) for level in sorted(Level, reverse=True)]


def policies_proposed(clinic_id: UUID) -> QuerySet[PolicyProposal]:
    """What waits at this clinic for a second person, at most one for each level."""
    return PolicyProposal.objects.filter(clinic=clinic_id, settled_at__isnull=True).select_related("proposed_by")


def policy_proposed(proposal: PolicyProposal) -> Policy:
    """A proposal as the policy it would be."""
    return read_policy(
        proposal.level,
        proposal.rungs,
        take_minutes=proposal.take_minutes,
        snooze_minutes=proposal.snooze_minutes,
        number=proposal.based_on + 1,
    )


def _read(version: EscalationPolicy | None, level: int) -> Policy:
    if version is None:
        return policy_for(level)
    try:
        return read_policy(
            level,
            version.rungs,
            take_minutes=version.take_minutes,
            snooze_minutes=version.snooze_minutes,
            number=version.number,
        )
    except (KeyError, TypeError, ValueError):
        # An alert must be passed on whatever became of this row: the built-in policy is the safe one.
        logger.exception("escalation_policy_unreadable", extra={"policy": str(version.pk)})
        return policy_for(level)
