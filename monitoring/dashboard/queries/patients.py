"""The dose steps that come next."""

from monitoring.people.models import Patient
from monitoring.titration.models import StepState, TitrationStep


def next_steps(patient: Patient) -> list[TitrationStep]:
    """The next step of each signed plan: held ones first, since they wait for somebody."""
    steps = TitrationStep.objects.ahead().filter(plan__patient=patient).select_related("plan__prescription")
    first_of: dict[object, TitrationStep] = {}
    for step in steps.order_by("plan", "number"):
        first_of.setdefault(step.plan_id, step)
    return sorted(first_of.values(), key=lambda step: (step.state != StepState.HELD, step.due_on))
