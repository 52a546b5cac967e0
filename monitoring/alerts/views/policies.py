"""How a clinic’s alerts are passed on: read by its staff, changed by its admins."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.alerts.actions import PolicyOvertaken, PolicyRefused, set_escalation_policy
from monitoring.alerts.forms import PolicyForm
from monitoring.alerts.models import AlertLevel, EscalationPolicy
from monitoring.alerts.queries import LEVEL_NAMES, policies_of, policy_in_force, policy_versions
from monitoring.alerts.rules import Policy, policy_words
from monitoring.people.access import SignedInRequest, admin_required, staff_required
from monitoring.people.models import Clinic, User

FORM, CONFIRM = "monitoring/alerts/policy_form.html", "monitoring/alerts/policy_confirm.html"


@dataclass(frozen=True, slots=True)
class InForce:
    """One level's policy as the page shows it."""

    level: AlertLevel
    slug: str
    words: list[str]
    versions: list[EscalationPolicy]

    @classmethod
    def of(cls, policy: Policy, clinic: Clinic, names: dict[str, str]) -> "InForce":
        level = AlertLevel(policy.level)
        versions = list(policy_versions(clinic.pk, level))
        return cls(level, level.name.lower(), policy_words(policy, names), versions)


@require_safe
@staff_required
def policies(request: SignedInRequest) -> HttpResponse:
    """The policy in force for every level, in words, with its earlier versions."""
    clinic = request.user.clinic
    names = {str(pk): name for pk, name in User.objects.filter(clinic=clinic).values_list("pk", "name")}
    levels = [InForce.of(policy, clinic, names) for policy in policies_of(clinic.pk)]
    return render(request, "monitoring/alerts/policies.html", {"levels": levels})


@require_http_methods(["GET", "POST"])
@admin_required
def policy(request: SignedInRequest, level: str) -> HttpResponse:
    """Draw up another policy for one level, see it in words, and put it in force with a reason."""
    if level not in LEVEL_NAMES:
        raise Http404
    clinic, step = request.user.clinic, request.POST.get("step", "")
    in_force = policy_in_force(clinic.pk, LEVEL_NAMES[level])
    form = PolicyForm(request.POST if request.method == "POST" else None, clinic=clinic, policy=in_force)
    context = {"form": form, "level": LEVEL_NAMES[level]}
    if step in {"show", "set"} and form.is_valid():
        return render(request, CONFIRM, context) if step == "show" else _put_in_force(request, form, context)
    faulty = bool(step != "edit" and form.errors)
    return render(request, FORM, {**context, "page_invalid": faulty}, status=422 if faulty else 200)


def _put_in_force(request: SignedInRequest, form: PolicyForm, context: dict[str, object]) -> HttpResponse:
    level = form.policy.level
    try:
        set_escalation_policy(
            clinic=request.user.clinic, level=level, by=request.user, now=timezone.now(), **form.given()
        )
    except PolicyOvertaken as first:
        return render(request, "monitoring/alerts/policy_overtaken.html", {**context, "first": first}, status=409)
    except PolicyRefused as refused:
        for fault in refused.faults:
            form.add_fault(fault)
        return render(request, FORM, context, status=422)
    messages.success(request, "In force from now on. Open alerts follow it from their next telling.")
    return redirect("escalation")
