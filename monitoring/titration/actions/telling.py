"""What the patient is told of a plan: that there is something to read, never a dose."""

from datetime import datetime

from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Template
from monitoring.people.models import Patient
from monitoring.titration.models import PlanDecision, TitrationStep


def tell_patient(patient: Patient, about: TitrationStep | PlanDecision, *, held: bool, now: datetime) -> None:
    """Part of an action: queue one message for the patient; the dose stands on their own page, as one whole amount.

    `held` says that the dose stays; otherwise there is a new one. Several calls about one step are one message.
    """
    if patient.user is None:
        return
    template = Template.DOSE_HELD if held else Template.DOSE_STEP
    if isinstance(about, TitrationStep):
        kind, ref, occasion = "step", about.pk, f"step {about.pk} {template}"
    else:
        kind, ref, occasion = "plan", about.plan_id, f"plan {about.plan_id} decision {about.pk}"
    queue_for_many(
        recipients=[patient.user], template=template, ref_type=kind, ref_id=ref, urgent=False, dedupe_key=occasion,
        now=now,
    )  # fmt: skip
