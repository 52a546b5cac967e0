"""What stands beside the timeline on a patient's page: open alerts, and what each next step waits for. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from monitoring.alerts.models import Alert, AlertState
from monitoring.alerts.queries import open_alerts_of
from monitoring.alerts.rules import due_words
from monitoring.dashboard.queries.patients import next_steps
from monitoring.people.models import Patient
from monitoring.titration.models import TitrationStep
from monitoring.titration.queries import Outlook, outlook_of, present_dose


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An open alert as the strip shows it; `due` is told from now."""

    alert: Alert
    due: str
    overdue: bool


def alert_strip(patient: Patient, now: datetime) -> list[OpenAlert]:
    """The patient's open alerts, worst first."""
    rows = open_alerts_of(patient.pk).select_related("taken_by", "snoozed_by")
    waiting = {AlertState.NEW, AlertState.TAKEN}
    return [OpenAlert(row, due_words(row.due_at, now), row.due_at <= now and row.state in waiting) for row in rows]


@dataclass(frozen=True, slots=True)
class StepAhead:
    """The next step of a signed plan, the daily amount taken now, and what the gate would say of it now."""

    step: TitrationStep
    present: Decimal | None
    outlook: Outlook | None

    @property
    def held(self) -> bool:
        return self.outlook is not None and bool(self.outlook.reasons)


def steps_ahead(patient: Patient, now: datetime) -> list[StepAhead]:
    """The next step of each signed plan, held ones first, each with the evidence of this moment."""
    today = patient.local_date(now)
    return [
        StepAhead(step, present_dose(step.plan.prescription, today).daily, outlook_of(step.plan, now))
        for step in next_steps(patient)
    ]
