"""What happened in the 14 days after each answer. Reads only: one query, whatever the number of answers."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import pgettext

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.regimens.models import DosePeriod, DosePeriodSource, Override, Prescription, PrescriptionState
from monitoring.reports.rules import FOLLOWED, After
from monitoring.reports.rules import Count as Line

# These tell of the clinic's own work, not of the patient.
_NOT_OF_THE_PATIENT: Final = (AlertKind.DELIVERY, AlertKind.REGIMEN_CHECK, AlertKind.STEP_HELD)
_LEVELS: Final = (AlertLevel.EMERGENCY, AlertLevel.URGENT, AlertLevel.WARNING, AlertLevel.INFO)


def _within(field: str) -> dict[str, Any]:
    return {f"{field}__gt": OuterRef("at"), f"{field}__lte": OuterRef("at") + FOLLOWED}


def followed(answers: QuerySet[Override]) -> QuerySet[Override]:
    """Answers with what happened in the 14 days after each; those of the last 14 days are still being followed."""
    patient = {"patient": OuterRef("flag__patient")}
    alerts = Alert.objects.filter(**patient, **_within("raised_at")).exclude(kind__in=_NOT_OF_THE_PATIENT)
    emergencies = SymptomReport.objects.filter(**patient, level=AlertLevel.EMERGENCY, **_within("submitted_at"))
    stopped = Prescription.objects.filter(
        flags=OuterRef("flag"), state=PrescriptionState.STOPPED, **_within("stopped_at")
    )
    changed = DosePeriod.objects.filter(
        prescription__flags=OuterRef("flag"), source__in=[DosePeriodSource.CHANGED, DosePeriodSource.STEP],
        **_within("created_at"),
    )  # fmt: skip
    missed = CheckIn.objects.filter(**patient, state=CheckInState.MISSED, **_within("closes_at"))
    return answers.annotate(
        worst_alert=Subquery(alerts.order_by("-level").values("level")[:1]),
        had_emergency=Exists(emergencies),
        had_stop=Exists(stopped),
        had_change=Exists(changed),
        had_missed=Exists(missed),
    )


def happened_after(answers: QuerySet[Override], now: datetime) -> After:
    """The counts of all of them. An answer that is not yet 14 days old counts as too early, and as nothing else."""
    old = Q(at__lte=now - FOLLOWED)
    quiet = Q(worst_alert=None, had_emergency=False, had_stop=False, had_change=False, had_missed=False)
    counts = followed(answers.order_by()).aggregate(
        followed=Count("pk", filter=old),
        too_early=Count("pk", filter=~old),
        emergency=Count("pk", filter=old & Q(had_emergency=True)),
        stopped=Count("pk", filter=old & Q(had_stop=True)),
        changed=Count("pk", filter=old & Q(had_change=True)),
        missed=Count("pk", filter=old & Q(had_missed=True)),
        nothing=Count("pk", filter=old & quiet),
        **{f"alert_{level.value}": Count("pk", filter=old & Q(worst_alert=level)) for level in _LEVELS},
    )
    return After(
        followed=counts["followed"],
        too_early=counts["too_early"],
        worst_alert=tuple(
            Line(
                f"alert_{level.name.lower()}",
                pgettext("staff", "Worst alert raised: %(level)s") % {"level": level.label},
                counts[f"alert_{level.value}"],
            )
            for level in _LEVELS
        ),
        emergency_symptoms=counts["emergency"],
        stopped=counts["stopped"],
        dose_changed=counts["changed"],
        check_ins_missed=counts["missed"],
        nothing=counts["nothing"],
    )
