"""What has come due for the sweeps that keep alerts from falling silent."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from monitoring.alerts.models import Alert, AlertDigest, AlertLevel, AlertQuerySet, AlertState
from monitoring.alerts.rules import LIMITS
from monitoring.notifications.models import Notification
from monitoring.operations.models import GapCause
from monitoring.operations.queries import catching_up
from monitoring.people.models import Absence, User


def unanswered_ids(now: datetime, limit: int = 200) -> list[UUID]:
    """The alerts whose next telling, wake-up or take time-out has come, worst and oldest first.

    After a clock was set back also those that would wait longer for their next telling than any policy allows.
    """
    due = Alert.objects.unanswered(now).order_by("-level", "next_escalation_at", "id")
    found = list(due.values_list("pk", flat=True)[:limit])
    return found + set_back_ids(now)[: limit - len(found)]


def out_of_reach(now: datetime) -> Q:
    """Alerts that wait longer than any policy allows: only a clock that was set back puts one there."""
    beyond = Q()
    for level, limit in LIMITS.items():
        beyond |= Q(level=level, state=AlertState.NEW, next_escalation_at__gt=now + limit.longest_silence)
        beyond |= Q(level=level, state=AlertState.TAKEN, next_escalation_at__gt=now + limit.take_time_out)
    return beyond


def set_back_ids(now: datetime) -> list[UUID]:
    """The alerts that a clock which was set back has moved out of reach; asked only while that is being caught up."""
    gap = catching_up(now)
    if gap is None or gap.cause != GapCause.CLOCK_BACK:
        return []
    lost = Alert.objects.filter(out_of_reach(now)).order_by("-level", "next_escalation_at", "id")
    return list(lost.values_list("pk", flat=True))


def handing_over(now: datetime, limit: int = 50) -> list[UUID]:
    """The people whose alerts must be passed on: switched off since, or away from now on."""
    gone = User.objects.filter(is_active=False, handed_over_at__isnull=True).order_by("id")
    away = Absence.objects.at(now).filter(handed_over_at__isnull=True).order_by("starts_at")
    found = [*gone.values_list("pk", flat=True)[:limit], *away.values_list("user", flat=True)[:limit]]
    return list(dict.fromkeys(found))[:limit]


def stranded_by(user_id: UUID, present: list[UUID]) -> AlertQuerySet:
    """The alerts that rest on `user_id` alone: held by them, or told to nobody of those `present`.

    Worst first. A snoozed alert comes back by itself.
    """
    told = Notification.objects.filter(recipient=user_id, ref_type="alert")
    heard = Notification.objects.filter(ref_type="alert", ref_id=OuterRef("pk"), recipient__in=present)
    waiting = Q(state=AlertState.NEW, pk__in=told.values("ref_id")) & ~Exists(heard)
    held = Q(state=AlertState.TAKEN, taken_by=user_id)
    found: AlertQuerySet = Alert.objects.filter(waiting | held).order_by("-level", "raised_at", "id")
    return found


def digests_due(now: datetime, limit: int = 200) -> list[UUID]:
    """The people for whom a digest is due. While an outage is caught up they wait, so that one holds everything."""
    if catching_up(now) is not None:
        return []
    due = AlertDigest.objects.filter(settled_at__isnull=True, due_at__lte=now).order_by("due_at", "id")
    return list(dict.fromkeys(due.values_list("recipient", flat=True)[:limit]))


def waiting_for(user: User) -> AlertQuerySet:
    """The calm alerts nobody has answered that `user` was told of.

    `overshadowed` marks those of patients about whom something urgent is open: whoever answers that sees both.
    """
    told = Notification.objects.filter(recipient=user, ref_type="alert").values("ref_id")
    worse = Alert.objects.open().filter(patient=OuterRef("patient"), level__gte=AlertLevel.URGENT)
    calm = Alert.objects.filter(state=AlertState.NEW, level__lt=AlertLevel.URGENT, pk__in=told)
    marked: AlertQuerySet = calm.annotate(overshadowed=Exists(worse))
    return marked
