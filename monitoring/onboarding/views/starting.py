"""The start list, and made-up patients on and off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import npgettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from monitoring.onboarding.actions import load_demo, put_start_list_away, remove_demo, take_start_list_out
from monitoring.onboarding.queries import demo_patients, start_list_of
from monitoring.people.access import SignedInRequest, admin_required, staff_required


@require_safe
@staff_required
def start(request: SignedInRequest) -> HttpResponse:
    """The first five steps, ticked by what was really done."""
    return render(request, "monitoring/onboarding/start.html", {"start": start_list_of(request.user)})


@require_POST
@staff_required
def put_away(request: SignedInRequest) -> HttpResponse:
    """Remind no more."""
    put_start_list_away(by=request.user, now=timezone.now())
    messages.success(
        request, pgettext("staff", "The first steps are put away. You find them at “First steps” whenever you like.")
    )
    return redirect("home")


@require_POST
@staff_required
def take_out(request: SignedInRequest) -> HttpResponse:
    """Remind again."""
    take_start_list_out(by=request.user, now=timezone.now())
    return redirect("start")


@require_safe
@admin_required
def demo(request: SignedInRequest) -> HttpResponse:
    """What made-up patients are there, with a button for each way."""
    context = {"there": demo_patients(request.user.clinic).count(), "clinic": request.user.clinic}
    return render(request, "monitoring/onboarding/demo.html", context)


@require_POST
@admin_required
def demo_load(request: SignedInRequest) -> HttpResponse:
    """Put made-up patients in; takes some seconds."""
    try:
        count = load_demo(by=request.user, now=timezone.now())
    except PermissionDenied:
        messages.error(request, pgettext("staff", "This clinic is real. Made-up patients are kept out of it."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        told = (
            npgettext("staff", "%(count)s made-up patient is there.", "%(count)s made-up patients are there.", count)
            % {"count": count}
            if count
            else pgettext("staff", "Made-up patients are there already.")
        )
        messages.success(request, told)
    return redirect("demo")


@require_POST
@admin_required
def demo_remove(request: SignedInRequest) -> HttpResponse:
    """Take them off every list again."""
    try:
        count = remove_demo(by=request.user, now=timezone.now())
    except PermissionDenied:
        messages.error(request, pgettext("staff", "This clinic is real. Nobody in it is taken off by a button."))
    else:
        told = (
            npgettext(
                "staff", "%(count)s made-up patient was taken off.", "%(count)s made-up patients were taken off.", count
            )
            % {"count": count}
            if count
            else pgettext("staff", "There were no made-up patients.")
        )
        messages.success(request, told)
    return redirect("demo")
