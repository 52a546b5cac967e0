"""Plans that stand still and that nobody is asked about any more."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from monitoring.alerts.models import Alert, AlertKind
from monitoring.titration.models import (
    DecisionKind,
    PlanDecision,
    PlanQuerySet,
    StepState,
    TitrationPlan,
    TitrationStep,
)
from monitoring.titration.rules import ASK_AGAIN_DAYS, LONGEST_PAUSE_DAYS

ASK_AGAIN: Final = timedelta(days=ASK_AGAIN_DAYS)
# A day more than the limit, so that every zone's calendar counts it as passed.
PAUSED_LONG: Final = timedelta(days=LONGEST_PAUSE_DAYS + 1)


def forgotten_plan_ids(now: datetime, limit: int = 500) -> list[UUID]:
    """Plans whose care team is to be asked again, those that wait longest first."""
    return list(forgotten_plans(now).order_by("signed_at", "id").values_list("pk", flat=True)[:limit])


def forgotten_plans(now: datetime) -> PlanQuerySet:
    """Running plans with a step on hold whose alert is closed, and plans paused beyond the limit, said once each pause.

    A held step counts when it was held, asked about, and its alert closed, all at least three days ago.
    """
    lately = now - ASK_AGAIN
    asked = PlanDecision.objects.filter(plan=OuterRef("pk"), what=DecisionKind.REMIND)
    held = TitrationStep.objects.filter(plan=OuterRef("pk"), state=StepState.HELD, settled_at__lte=lately)
    alerts = Alert.objects.filter(patient=OuterRef("patient"), kind=AlertKind.STEP_HELD)
    waits = (
        Q(Exists(held), paused_at__isnull=True)
        & ~Q(Exists(asked.filter(at__gt=lately)))
        & ~Q(Exists(alerts.open()))
        & ~Q(Exists(alerts.filter(closed_at__gt=lately)))
    )
    paused = Q(paused_at__lte=now - PAUSED_LONG) & ~Q(Exists(asked.filter(at__gte=OuterRef("paused_at"))))
    return TitrationPlan.objects.running().filter(waits | paused)
