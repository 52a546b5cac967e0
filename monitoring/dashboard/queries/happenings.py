"""What happened, as the numbered events of the timeline: alerts, answers, dose steps and new rules."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import pgettext

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.dashboard.timeline import Event
from monitoring.people.models import Patient
from monitoring.protocols.models import ProtocolVersion
from monitoring.regimens.models import Override
from monitoring.titration.models import PlanState, StepState, TitrationStep
from monitoring.titration.queries import daily_of

SHAPES: Final = {
    AlertLevel.EMERGENCY: "emergency",
    AlertLevel.URGENT: "urgent",
    AlertLevel.WARNING: "check",
    AlertLevel.INFO: "info",
}


def events_of(patient: Patient, first: date, last: date, now: datetime) -> tuple[Event, ...]:
    """Everything between two days of the patient's own, in the order of the days."""
    found = [*_alerts(patient), *_answered_flags(patient), *_dose_steps(patient), *_new_rules(patient, now)]
    shown = [event for event in found if first <= event.day <= last]
    return tuple(sorted(shown, key=lambda event: (event.day, event.shape, event.text)))


def _alerts(patient: Patient) -> Iterable[Event]:
    # A hold is drawn as its step.
    alerts = Alert.objects.filter(patient=patient, level__gte=AlertLevel.WARNING).exclude(kind=AlertKind.STEP_HELD)
    for alert in alerts:
        why = alert.why[0] if alert.why else alert.get_kind_display()
        yield Event(
            alert.raised_at.astimezone(patient.zone).date(),
            SHAPES[AlertLevel(alert.level)],
            f"{why} ({alert.get_state_display().lower()})",
            reverse("alert", args=[alert.pk]),
            alert.get_level_display(),
        )


def _answered_flags(patient: Patient) -> Iterable[Event]:
    for override in Override.objects.filter(flag__patient=patient).select_related("flag", "by"):
        title = override.flag.finding.get("title") or override.flag.code
        text = f"{title}. {override.get_reason_display()} ({override.by.name})"
        url = reverse("flag", args=[patient.pk, override.flag_id])
        yield Event(override.at.astimezone(patient.zone).date(), "info", text, url, pgettext("staff", "Answered"))


def _dose_steps(patient: Patient) -> Iterable[Event]:
    running = [PlanState.SIGNED, PlanState.COMPLETED, PlanState.SUPERSEDED]
    steps = TitrationStep.objects.filter(plan__patient=patient, plan__state__in=running)
    steps = steps.exclude(state=StepState.CANCELLED).exclude(state=StepState.PLANNED, plan__paused_at__isnull=False)
    for step in steps.select_related("plan__prescription"):
        dose = f"{daily_of(step).normalize():f} {step.unit} a day" if step.amounts else "none"
        held = step.state == StepState.HELD
        yield Event(
            step.due_on,
            "check" if held else "info",
            f"{step.plan.prescription.label}, {dose}",
            reverse("plan_detail", args=[patient.pk, step.plan_id]),
            pgettext("staff", "On hold") if held else step.get_state_display().capitalize(),
        )


def _new_rules(patient: Patient, now: datetime) -> Iterable[Event]:
    for version in ProtocolVersion.objects.filter(clinic=patient.clinic_id, in_force_from__lte=now):
        yield Event(
            version.in_force_from.astimezone(patient.zone).date(),
            "info",
            pgettext("staff", "The clinic’s thresholds became version %(number)s") % {"number": version.number},
            f"{reverse('protocols')}#version-{version.number}",
            pgettext("staff", "New rules"),
        )
