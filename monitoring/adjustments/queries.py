"""What a clinic's own severities are. Reads only."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from interactions.checking import Adjustment, Severity
from monitoring.adjustments.models import SeverityAdjustment
from monitoring.people.models import Clinic


def adjustments_of(clinic_id: UUID) -> dict[str, Adjustment]:
    """The clinic's severities by rule id, as the checker takes them; `since` is a day of the clinic's own."""
    live = SeverityAdjustment.objects.live().filter(clinic=clinic_id).order_by()
    return {
        rule: Adjustment(
            rule=rule, severity=Severity(severity), reason=reason, since=set_at.astimezone(ZoneInfo(zone)).date()
        )
        for rule, severity, reason, set_at, zone in live.values_list(
            "rule", "severity", "reason", "set_at", "clinic__time_zone"
        )
    }


def adjustment_history(clinic: Clinic) -> QuerySet[SeverityAdjustment]:
    """Everything the clinic has decided: what counts now first, then the latest."""
    decided = SeverityAdjustment.objects.filter(clinic=clinic).select_related("set_by", "withdrawn_by")
    return decided.order_by(F("withdrawn_at").desc(nulls_first=True), "-set_at", "pk")
