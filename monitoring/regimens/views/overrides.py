"""One answer to an interaction, on a page of its own: what it weighed, what became of it, and taking it back."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from monitoring.audit.record import record_read
from monitoring.people.access import SignedInRequest, clinician_required, get_visible_or_404
from monitoring.regimens.actions import RegimenConflict, withdraw_answer
from monitoring.regimens.forms import WithdrawForm
from monitoring.regimens.models import InteractionFlag, Override
from monitoring.regimens.queries import answer_page
from monitoring.regimens.queries.answers import STANDS
from monitoring.regimens.views.doors import did, posted


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def override(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """An answer with its history; its author may withdraw it here."""
    found, form, now = _override_or_404(request, pk), WithdrawForm(posted(request)), timezone.now()

    def act() -> None:
        withdraw_answer(override=found, by=request.user, now=now, **form.cleaned_data)

    try:
        if request.method == "POST" and form.is_valid() and did(form, act):
            messages.success(request, pgettext("staff", "Your answer is withdrawn. The interaction asks again."))
            return redirect("flag", found.flag.patient_id, found.flag_id)
    except RegimenConflict as conflict:
        shown = {"patient": found.flag.patient, "message": conflict.message}
        return render(request, "monitoring/regimens/conflict.html", shown, status=409)
    return _page(request, found, form, now)


def _page(request: SignedInRequest, found: Override, form: WithdrawForm, now: datetime) -> HttpResponse:
    patient = found.flag.patient
    page = answer_page(found, patient.local_date(now))
    own = page.answer.standing == STANDS and found.by_id == request.user.pk
    shown = {"patient": patient, "page": page, "form": form, "may_withdraw": own}
    return render(request, "monitoring/regimens/override.html", shown, status=422 if form.errors else 200)


def _override_or_404(request: SignedInRequest, pk: UUID) -> Override:
    """The answer, when its patient is one of the reader's; the reading is noted in the audit log."""
    flag_id = Override.objects.filter(pk=pk).values_list("flag_id", flat=True).first()
    flag: InteractionFlag = get_visible_or_404(InteractionFlag, request.user, flag_id or pk)
    record_read(patient_id=flag.patient_id, what="override", by=request.user, now=timezone.now())
    found: Override = Override.objects.select_related("by", "flag__patient").get(pk=pk)
    return found
