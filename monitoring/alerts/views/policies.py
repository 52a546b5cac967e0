"""How a clinic’s alerts are passed on: read by its staff, drawn up by an admin, approved by somebody else."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.alerts.actions import (
    PolicyOvertaken,
    PolicyRefused,
    PolicySettled,
    approve_escalation_policy,
    propose_escalation_policy,
    withdraw_policy_proposal,
)
from monitoring.alerts.forms import PolicyForm
from monitoring.alerts.models import AlertLevel, EscalationPolicy, PolicyProposal
from monitoring.alerts.queries import (
    LEVEL_NAMES,
    policies_of,
    policies_proposed,
    policy_in_force,
    policy_proposed,
    policy_versions,
)
from monitoring.alerts.rules import Policy, policy_words
from monitoring.people.access import SignedInRequest, admin_required, staff_required
from monitoring.people.models import Clinic, User

FORM, CONFIRM = "monitoring/alerts/policy_form.html", "monitoring/alerts/policy_confirm.html"


SETTLED = pgettext_lazy("staff", "Somebody has approved or taken back this proposal already.")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as the page shows it."""

    proposal: PolicyProposal
    words: list[str]


@dataclass(frozen=True, slots=True)
class InForce:
    """One level's policy as the page shows it, and the one that waits for a second person."""

    level: AlertLevel
    slug: str
    words: list[str]
    versions: list[EscalationPolicy]
    proposed: Proposed | None

    @classmethod
    def of(cls, policy: Policy, clinic: Clinic, names: dict[str, str], waiting: PolicyProposal | None) -> "InForce":
        level = AlertLevel(policy.level)
        versions = list(policy_versions(clinic.pk, level))
        proposed = Proposed(waiting, policy_words(policy_proposed(waiting), names)) if waiting else None
        return cls(level, level.name.lower(), policy_words(policy, names), versions, proposed)


@require_safe
@staff_required
def policies(request: SignedInRequest) -> HttpResponse:
    """The policy in force for every level, in words, with what is proposed and its earlier versions."""
    clinic = request.user.clinic
    names = {str(pk): name for pk, name in User.objects.filter(clinic=clinic).values_list("pk", "name")}
    waiting = {proposal.level: proposal for proposal in policies_proposed(clinic.pk)}
    levels = [InForce.of(policy, clinic, names, waiting.get(policy.level)) for policy in policies_of(clinic.pk)]
    return render(request, "monitoring/alerts/policies.html", {"levels": levels})


@require_POST
@staff_required
def policy_approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put in force what somebody else has proposed."""
    said = pgettext("staff", "In force from now on. Open alerts follow it from their next telling.")
    return _settle(request, pk, approve_escalation_policy, said)


@require_POST
@staff_required
def policy_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back what was proposed, or turn it down."""
    return _settle(request, pk, withdraw_policy_proposal, pgettext("staff", "Taken back. Nothing was changed by it."))


def _settle(request: SignedInRequest, pk: UUID, act: Callable[..., object], said: str) -> HttpResponse:
    proposal = PolicyProposal.objects.filter(pk=pk, clinic=request.user.clinic_id).first()
    if proposal is None:
        raise Http404
    try:
        act(proposal=proposal, by=request.user, now=timezone.now())
    except (PolicySettled, PolicyOvertaken):
        messages.error(request, SETTLED)
    except PolicyRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("escalation")


@require_http_methods(["GET", "POST"])
@admin_required
def policy(request: SignedInRequest, level: str) -> HttpResponse:
    """Draw up another policy for one level, see it in words, and propose it with a reason."""
    if level not in LEVEL_NAMES:
        raise Http404
    clinic, step = request.user.clinic, request.POST.get("step", "")
    in_force = policy_in_force(clinic.pk, LEVEL_NAMES[level])
    form = PolicyForm(request.POST if request.method == "POST" else None, clinic=clinic, policy=in_force)
    context = {"form": form, "level": LEVEL_NAMES[level]}
    if step in {"show", "set"} and form.is_valid():
        return render(request, CONFIRM, context) if step == "show" else _propose(request, form, context)
    faulty = bool(step != "edit" and form.errors)
    return render(request, FORM, {**context, "page_invalid": faulty}, status=422 if faulty else 200)


def _propose(request: SignedInRequest, form: PolicyForm, context: dict[str, object]) -> HttpResponse:
    level = form.policy.level
    try:
        propose_escalation_policy(
            clinic=request.user.clinic, level=level, by=request.user, now=timezone.now(), **form.given()
        )
    except PolicyOvertaken as first:
        return render(request, "monitoring/alerts/policy_overtaken.html", {**context, "first": first}, status=409)
    except PolicyRefused as refused:
        for fault in refused.faults:
            form.add_fault(fault)
        return render(request, FORM, context, status=422)
    messages.success(
        request, pgettext("staff", "Proposed. It holds once a clinician or another admin has approved it.")
    )
    return redirect("escalation")
