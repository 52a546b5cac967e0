"""A clinic's own severity for a rule: set by an admin with a reason, and withdrawn with one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import pgettext

from interactions.checking import Severity, adjustable_severities
from monitoring.adjustments.models import SeverityAdjustment
from monitoring.audit.record import record
from monitoring.knowledge.actions.errors import RefusedError
from monitoring.knowledge.actions.opening import open_adjustment_rollout
from monitoring.knowledge.rules import REASON_MIN_LENGTH
from monitoring.people.models import Clinic, User

REPLACED = "Replaced by another severity."


@transaction.atomic
def set_adjustment(
    *, clinic: Clinic, rule: str, severity: str, reason: str, by: User, now: datetime
) -> SeverityAdjustment:
    """Give a rule the clinic's own severity, in place of the one the clinic gave it before.

    The patients on whom the rule can fire are screened again by the roll-out job. Raises RefusedError for somebody
    who is no admin of the clinic, a rule that does not exist, a severity this rule may not have (what a label makes
    contraindicated stays so, nothing becomes none), the severity it has already, or too short a reason.
    """
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    _refuse_strangers(clinic, by)
    text = _reason(reason)
    if severity not in _choices(rule):
        raise RefusedError(pgettext("staff", "This rule cannot be given that severity."))
    before = SeverityAdjustment.objects.live().filter(clinic=clinic, rule=rule).first()
    if before is not None:
        if before.severity == severity:
            raise RefusedError(pgettext("staff", "Your clinic has given this rule that severity already."))
        _end(before, reason=REPLACED, by=by, now=now)
    made = SeverityAdjustment.objects.create(
        clinic=clinic, rule=rule, severity=severity, reason=text, set_by=by, set_at=now
    )
    _note("adjustment.set", made, by=by, now=now, reason=text, before=before.severity if before else "")
    open_adjustment_rollout(adjustment=made, by=by, now=now)
    return made


@transaction.atomic
def withdraw_adjustment(*, adjustment: SeverityAdjustment, reason: str, by: User, now: datetime) -> None:
    """Let the rule have its own severity again; the patients concerned are screened again.

    Raises RefusedError for somebody who is no admin of the clinic, when it was withdrawn before, or too short a
    reason.
    """
    Clinic.objects.select_for_update().get(pk=adjustment.clinic_id)
    _refuse_strangers(adjustment.clinic, by)
    text = _reason(reason)
    if not _end(adjustment, reason=text, by=by, now=now):
        raise RefusedError(pgettext("staff", "This severity has been withdrawn already."))
    _note("adjustment.withdraw", adjustment, by=by, now=now, reason=text, before=adjustment.severity)
    open_adjustment_rollout(adjustment=adjustment, by=by, now=now)


def _end(adjustment: SeverityAdjustment, *, reason: str, by: User, now: datetime) -> bool:
    live = SeverityAdjustment.objects.live().filter(pk=adjustment.pk)
    return live.update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason) == 1


def _refuse_strangers(clinic: Clinic, by: User) -> None:
    if not by.is_admin or by.clinic_id != clinic.pk:
        raise RefusedError(pgettext("staff", "Only an admin of the clinic can do this."))


def _choices(rule: str) -> tuple[Severity, ...]:
    try:
        return adjustable_severities(rule)
    except KeyError:
        raise RefusedError(pgettext("staff", "There is no such rule.")) from None


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) < REASON_MIN_LENGTH:
        raise RefusedError(
            pgettext("staff", "Write a reason of at least %(least)s characters.") % {"least": REASON_MIN_LENGTH}
        )
    return reason


def _note(action: str, made: SeverityAdjustment, *, by: User, now: datetime, reason: str, before: str) -> None:
    record(
        action=action, now=now, by=by, object_type="adjustment", object_id=made.pk, reason=reason,
        detail={"rule": made.rule, "severity": made.severity, "before": before},
    )  # fmt: skip
