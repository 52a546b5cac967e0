"""A clinician pauses a plan, lets it go on, or goes back to the last dose that was borne."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.titration.actions import pause_plan, resume_plan, roll_back_plan
from monitoring.titration.forms.steering import RollBackForm
from monitoring.titration.queries import roll_back_offer
from monitoring.titration.views.deciding import act, act_with_reason
from monitoring.titration.views.showing import plan_or_404, show_plan


@require_POST
@clinician_required
def plan_pause(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Let the plan stand still; the present dose and the check-ins go on."""
    done = pgettext("staff", "Plan paused. The present dose and the check-ins go on.")
    return act_with_reason(request, patient_id, plan_id, name="pause", deed=pause_plan, done=done)


@require_POST
@clinician_required
def plan_resume(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Let a paused plan go on, its steps moved by the days it stood still."""
    done = pgettext("staff", "Plan resumed. Each step moved by as long as it was paused.")
    return act_with_reason(request, patient_id, plan_id, name="resume", deed=resume_plan, done=done)


@require_POST
@clinician_required
def plan_roll_back(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Go back today to the last dose that was borne, with a reason; a fast fall of baclofen needs one more."""
    now = timezone.now()
    plan = plan_or_404(request, patient_id, plan_id, now)
    offer = roll_back_offer(plan, patient=plan.patient, now=now)
    form = RollBackForm(request.POST, prefix="roll_back", abrupt=offer.abrupt)
    if not form.is_valid():
        return show_plan(request, plan, now=now, status=422, roll_back_form=form, form=form)
    given, seen = form.cleaned_data, request.POST.get("seen")
    done = pgettext("staff", "The lower dose counts from today. The plan waits: plan anew from here.")
    return act(
        request, plan, now, lambda: roll_back_plan(plan=plan, by=request.user, now=now, seen=seen, **given), done,
        roll_back_form=form,
    )  # fmt: skip
