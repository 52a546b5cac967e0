"""What a gap left to do, what was not done any more because of it, and what is waiting too long right now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.alerts.queries import unanswered_ids
from monitoring.alerts.rules import span_words
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.checkins.queries import check_ins_overdue, check_ins_to_ask
from monitoring.notifications.models import Notification, NotificationState
from monitoring.operations.models import SchedulerGap
from monitoring.outages.rules import LONGEST_UNATTENDED, RESTORED, skipped_words
from monitoring.titration.models import StepState, TitrationStep
from monitoring.titration.queries import due_step_ids

SHOWN: Final = 50


def backlog(now: datetime) -> bool:
    """Whether any vital sweep has something due at `now`."""
    return (
        any(due(now, 1) for due in (due_step_ids, check_ins_overdue, check_ins_to_ask, unanswered_ids))
        or Notification.objects.deliverable(now).exists()
    )


def skipped(gap: SchedulerGap, now: datetime) -> dict[str, dict[str, int]]:
    """What was not done any more because of this gap, by clinic and kind; of which there was none is left out."""
    inside = {"from": gap.from_at, "to": gap.to_at}
    cancelled = Notification.objects.filter(state=NotificationState.CANCELLED, created_at__lt=gap.noted_at)
    expired = Q(expires_at__gte=gap.from_at, expires_at__lte=now)
    left: dict[str, tuple[QuerySet[Any], str]] = {
        "check_ins_not_asked": (
            CheckIn.objects.filter(
                state=CheckInState.MISSED_SYSTEM, closes_at__gte=inside["from"], opens_at__lte=inside["to"]
            ),
            "patient__clinic",
        ),
        "steps_held": (
            TitrationStep.objects.filter(state=StepState.HELD, due_at__gte=inside["from"], due_at__lte=inside["to"]),
            "plan__patient__clinic",
        ),
        "messages_cancelled": (cancelled.filter(expired | Q(last_error=RESTORED)), "recipient__clinic"),
    }
    counts: dict[str, dict[str, int]] = {}
    for kind, (rows, clinic) in left.items():
        for pk, count in rows.order_by().values_list(clinic).annotate(Count("pk")):
            counts.setdefault(str(pk), {})[kind] = count
    return counts


def pressing_ids(now: datetime, limit: int = 500) -> list[UUID]:
    """The urgent alerts and emergencies whose next telling is due, the worst first."""
    due = Alert.objects.unanswered(now).filter(level__gte=AlertLevel.URGENT)
    return list(due.order_by("-level", "next_escalation_at").values_list("pk", flat=True)[:limit])


def oldest_unattended_emergency(now: datetime) -> datetime | None:
    """Since when the longest waiting emergency ought to have been passed on; None while none waits over a minute."""
    late = Alert.objects.unanswered(now - LONGEST_UNATTENDED).filter(level=AlertLevel.EMERGENCY)
    return late.order_by("next_escalation_at").values_list("next_escalation_at", flat=True).first()


@dataclass(frozen=True, slots=True)
class GapLine:
    """One gap as it is listed."""

    gap: SchedulerGap
    length: str
    skipped: list[str]


def latest_gaps(clinic_id: UUID) -> list[GapLine]:
    """The latest gaps, newest first, each with what was left undone at one clinic."""
    gaps = SchedulerGap.objects.order_by("-noted_at", "pk")[:SHOWN]
    return [
        GapLine(gap, span_words(gap.to_at - gap.from_at), skipped_words(gap.skipped.get(str(clinic_id), {})))
        for gap in gaps
    ]
