"""The clinician's list of patients, and the dose steps that come next."""

from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from monitoring.alerts.models import Alert, AlertState
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.models import InteractionFlag
from monitoring.titration.models import StepState, TitrationStep


def next_steps(patient: Patient) -> list[TitrationStep]:
    """The next step of each signed plan: held ones first, since they wait for somebody."""
    steps = TitrationStep.objects.ahead().filter(plan__patient=patient).select_related("plan__prescription")
    first_of: dict[object, TitrationStep] = {}
    for step in steps.order_by("plan", "number"):
        first_of.setdefault(step.plan_id, step)
    return sorted(first_of.values(), key=lambda step: (step.state != StepState.HELD, step.due_on))


def patients_for(user: User, query: str) -> QuerySet[Patient]:
    """The patients a clinician may see, with what the list shows of each, found by name, identifier or birth date.

    In the order of their names as they are read aloud, small letters among the capitals.
    """
    reports = SymptomReport.objects.filter(patient=OuterRef("pk"))
    alerts = Alert.objects.filter(patient=OuterRef("pk")).exclude(state=AlertState.CLOSED).order_by("-level")
    steps = TitrationStep.objects.ahead().filter(plan__patient=OuterRef("pk"))
    unanswered = InteractionFlag.objects.unanswered().filter(patient=OuterRef("pk")).order_by()
    asking = unanswered.values("patient").annotate(how_many=Count("pk"))
    found = Patient.objects.visible_to(user).annotate(
        last_report_at=Subquery(reports.values("submitted_at")[:1]),
        alert_level=Subquery(alerts.values("level")[:1]),
        held_step_on=Subquery(steps.filter(state=StepState.HELD).order_by("due_on").values("due_on")[:1]),
        to_answer=Coalesce(Subquery(asking.values("how_many")[:1]), 0),
        next_step_on=Subquery(steps.moving().order_by("due_on").values("due_on")[:1]),
    )
    for word in query.split():
        found = found.filter(_matches(word))
    return found.order_by(Lower("family_name"), Lower("given_names"), "pk")


def _matches(word: str) -> Q:
    matches = Q(family_name__icontains=word) | Q(given_names__icontains=word) | Q(identifier__icontains=word)
    try:
        return matches | Q(birth_date=date.fromisoformat(word))
    except ValueError:
        return matches
