"""A clinic's own severities: read by clinicians and admins, set and withdrawn by admins."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.adjustments.models import SeverityAdjustment
from monitoring.knowledge.actions import RefusedError, set_adjustment, withdraw_adjustment
from monitoring.knowledge.forms import AdjustmentForm, RuleForm, WithdrawalForm
from monitoring.knowledge.queries import RuleStanding, adjustment_lines, adjustments_of_clinic, rule_standing
from monitoring.knowledge.views import readers_required
from monitoring.people.access import SignedInRequest, admin_required
from monitoring.people.forms import posted

FOLDER = "monitoring/knowledge"
SCREENED_AGAIN = pgettext_lazy("staff", "The patients concerned are being screened again.")


@require_safe
@readers_required
def adjustment_list(request: SignedInRequest) -> HttpResponse:
    """What the clinic has decided, now and before."""
    context = {"lines": adjustment_lines(request.user.clinic)}
    return render(request, "monitoring/knowledge/adjustment_list.html", context)


@require_http_methods(["GET", "POST"])
@admin_required
def adjustment_new(request: SignedInRequest) -> HttpResponse:
    """First which rule, then its severity and why."""
    if not (request.POST.get("rule") or request.GET.get("rule")):
        form = RuleForm(posted(request))
        return render(request, f"{FOLDER}/adjustment_rule.html", {"form": form}, status=422 if form.errors else 200)
    standing = rule_standing(request.POST.get("rule") or request.GET["rule"], request.user.clinic)
    if standing is None:
        raise Http404
    decision = AdjustmentForm(posted(request), standing=standing)
    if decision.is_valid() and _set(request, decision, standing):
        return redirect("adjustments")
    context = {"form": decision, "standing": standing}
    return render(request, f"{FOLDER}/adjustment_new.html", context, status=422 if decision.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required
def adjustment_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a rule have its own severity again."""
    adjustment = get_object_or_404(adjustments_of_clinic(request.user.clinic), pk=pk)
    form = WithdrawalForm(posted(request))
    if form.is_valid() and _withdraw(request, form, adjustment):
        return redirect("adjustments")
    standing = rule_standing(adjustment.rule, request.user.clinic)
    context = {"form": form, "adjustment": adjustment, "standing": standing}
    return render(request, f"{FOLDER}/adjustment_withdraw.html", context, status=422 if form.errors else 200)


def _withdraw(request: SignedInRequest, form: WithdrawalForm, adjustment: SeverityAdjustment) -> bool:
    try:
        withdraw_adjustment(adjustment=adjustment, by=request.user, now=timezone.now(), **form.cleaned_data)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"{pgettext('staff', 'Withdrawn.')} {SCREENED_AGAIN}")
    return True


def _set(request: SignedInRequest, form: AdjustmentForm, standing: RuleStanding) -> bool:
    try:
        set_adjustment(
            clinic=request.user.clinic, rule=standing.rule, by=request.user, now=timezone.now(), **form.cleaned_data
        )
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request,
        pgettext("staff", "“%(title)s” has your clinic's severity now.") % {"title": standing.title}
        + f" {SCREENED_AGAIN}",
    )
    return True
