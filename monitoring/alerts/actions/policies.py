"""A clinic puts its own escalation policy in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from monitoring.alerts.models import EscalationPolicy
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


@transaction.atomic
def set_escalation_policy(
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
) -> EscalationPolicy:
    """Put a new version in force for one level, from now on; open alerts follow it from their next telling.

    `rungs` hold `reach`, `minutes` and, where people are named, their ids as `people`. `based_on` is the number of
    the version it was drawn up from, 0 for the built-in one. Only an admin of the clinic may (PermissionDenied);
    PolicyRefused names every fault, PolicyOvertaken whoever was first.
    """
    if not by.is_admin or not by.is_active or by.clinic_id != clinic.pk:
        raise PermissionDenied
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    _refuse_what_is_overtaken(clinic, level, based_on)
    policy = read_policy(level, rungs, take_minutes=take_minutes, snooze_minutes=snooze_minutes)
    _refuse_faults(clinic, policy, reason, now)
    version = EscalationPolicy.objects.create(
        clinic=clinic,
        level=level,
        number=based_on + 1,
        rungs=[_kept(rung) for rung in rungs],
        take_minutes=take_minutes,
        snooze_minutes=snooze_minutes,
        in_force_from=now,
        set_by=by,
        reason=reason.strip(),
    )
    record(
        action="escalation.set", now=now, by=by, object_type="escalation_policy", object_id=version.pk,
        detail={"level": level, "number": version.number},
    )  # fmt: skip
    return version


def _refuse_what_is_overtaken(clinic: Clinic, level: int, based_on: int) -> None:
    newest = policy_versions(clinic.pk, level).first()
    if newest is None and based_on:
        raise PolicyRefused([Fault("based_on", "Begin again from the policy in force.")])
    if newest is not None and newest.number != based_on:
        raise PolicyOvertaken(newest)


def _refuse_faults(clinic: Clinic, policy: Policy, reason: str, now: datetime) -> None:
    known = frozenset(str(pk) for pk in staff_of(clinic.pk, now).clinicians)
    faults = policy_faults(policy, known=known)
    if not reason.strip():
        faults.append(Fault("reason", "Say why it is changed."))
    elif len(reason.strip()) > LONGEST_REASON:
        faults.append(Fault("reason", f"Write at most {LONGEST_REASON} characters."))
    if faults:
        raise PolicyRefused(faults)


def _kept(rung: Mapping[str, Any]) -> dict[str, Any]:
    named = [str(person) for person in rung.get("people", ())]
    return {"reach": str(rung["reach"]), "minutes": int(rung["minutes"]), **({"people": named} if named else {})}
