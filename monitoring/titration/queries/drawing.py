"""What is known already when a plan is drawn up: the steps left of a running one, the tablets of an earlier one."""

from decimal import Decimal

from monitoring.regimens.models import Prescription
from monitoring.titration.models import Direction, TitrationPlan
from monitoring.titration.queries.plans import OPEN_STEPS, amounts_of
from monitoring.titration.rules.tablets import Tablet, tablets_from
from monitoring.titration.schedule import PlannedStep


def steps_left(running: TitrationPlan | None, direction: str, daily: Decimal | None) -> tuple[PlannedStep, ...]:
    """The steps of a running plan that have not been taken up and still lie beyond `daily` mg, on their days."""
    if running is None or running.direction != direction:
        return ()
    ahead = running.steps.filter(state__in=OPEN_STEPS).order_by("number")
    return tuple(
        PlannedStep(step.due_on, amounts_of(step), tuple(step.times))
        for step in ahead
        if daily is None or (step.daily > daily if direction == Direction.UP else step.daily < daily)
    )


def latest_tablets(prescription: Prescription) -> tuple[Tablet, ...]:
    """The tablets of the newest plan that knew them; none when no plan did."""
    plans = TitrationPlan.objects.filter(prescription=prescription, tablets__isnull=False).order_by("-version")
    return tablets_from(plans.values_list("tablets", flat=True).first())
