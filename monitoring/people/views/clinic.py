"""The clinic’s own page for its admins, and who is away."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.help.views import hours_of, numbers_of
from monitoring.people.access import SignedInRequest, admin_required, staff_required
from monitoring.people.actions import cancel_absence, change_emergency_contact, change_opening_hours, record_absence
from monitoring.people.forms import AbsenceForm, EmergencyContactForm, OpeningHoursForm, posted
from monitoring.people.models import Absence
from monitoring.people.queries import absences


@require_http_methods(["GET", "POST"])
@admin_required
def clinic(request: SignedInRequest) -> HttpResponse:
    """What the system holds of the clinic; a POST changes whom staff ring when nobody answers."""
    own = request.user.clinic
    form = EmergencyContactForm(posted(request), initial={"contact": own.emergency_contact})
    if form.is_valid():
        try:
            change_emergency_contact(clinic=own, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, pgettext("staff", "Saved."))
            return redirect("clinic")
    context = {"clinic": own, "form": form, "numbers": numbers_of(own, timezone.now(), name="")}
    return render(request, "monitoring/people/clinic.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required
def opening_hours(request: SignedInRequest) -> HttpResponse:
    """When the clinic answers its telephone; a POST changes it."""
    own = request.user.clinic
    form = OpeningHoursForm(posted(request), hours=hours_of(own))
    if form.is_valid():
        change_opening_hours(clinic=own, days=form.days(), by=request.user, now=timezone.now())
        messages.success(request, gettext("Saved."))
        return redirect("clinic")
    template = "monitoring/people/hours.html"
    return render(request, template, {"clinic": own, "form": form}, status=422 if form.errors else 200)


@require_safe
@staff_required
def absence_list(request: SignedInRequest) -> HttpResponse:
    """Who is away or will be, and who stands in."""
    now = timezone.now()
    context = {"absences": absences(request.user, now), "now": now}
    return render(request, "monitoring/people/absences.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def absence_new(request: SignedInRequest) -> HttpResponse:
    """Note an absence: a clinician their own, an admin anybody’s."""
    now = timezone.now()
    form = AbsenceForm(posted(request), by=request.user, initial={"starts_at": now})
    if form.is_valid():
        try:
            absence = record_absence(by=request.user, now=now, **{"user": request.user, **form.cleaned_data})
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                pgettext("staff", "%(cover)s stands in for %(name)s in this time.")
                % {"cover": absence.cover.name, "name": absence.user.name},
            )
            return redirect("absences")
    return render(request, "monitoring/people/absence_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@staff_required
def absence_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take an absence back: a clinician their own, an admin anybody’s."""
    found = Absence.objects.select_related("user").filter(pk=pk, user__clinic=request.user.clinic_id)
    absence = (found if request.user.is_admin else found.filter(user=request.user)).first()
    if absence is None:
        raise Http404
    cancel_absence(absence=absence, by=request.user, now=timezone.now())
    messages.success(request, pgettext("staff", "%(name)s is told of alerts again.") % {"name": absence.user.name})
    return redirect("absences")
