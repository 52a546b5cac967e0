"""The clinic's accounts, kept by its admins."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.people.access import SignedInRequest, admin_required
from monitoring.people.actions import (
    activate_user,
    create_user,
    deactivate_user,
    give_one_time_password,
    new_one_time_password,
)
from monitoring.people.forms import InviteForm, posted
from monitoring.people.models import Patient, User
from monitoring.people.queries import accounts
from monitoring.people.views.proof import proof_required

USERS_A_PAGE = 50

_LEFT_ALONE = pgettext_lazy(
    "staff", "Patients now without an active clinician: %(number)s. Ask a clinician to take them over."
)


@require_safe
@admin_required
def user_list(request: SignedInRequest) -> HttpResponse:
    """Who has an account, with which role, and when they last signed in."""
    page = Paginator(accounts(request.user.clinic), USERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "monitoring/people/user_list.html", {"page_obj": page})


@require_http_methods(["GET", "POST"])
@admin_required
def invite(request: SignedInRequest) -> HttpResponse:
    """Give a colleague an account. Its one-time password is on the answer to this POST and nowhere else."""
    form = InviteForm(posted(request))
    if form.is_valid():
        password = new_one_time_password()
        try:
            user = create_user(
                clinic=request.user.clinic, password=password, must_change_password=True,
                by=request.user, now=timezone.now(), **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show_password(request, user, password)
    template = "monitoring/people/invite.html"
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@require_POST
@admin_required
def deactivate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Switch an account off, at once."""
    user = _colleague(request, pk)
    try:
        left_alone = deactivate_user(user=user, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("users")
    messages.success(request, pgettext("staff", "%(name)s can no longer sign in.") % {"name": user.name})
    if left_alone:
        messages.warning(request, _LEFT_ALONE % {"number": left_alone})
    return redirect("users")


@require_POST
@admin_required
def activate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Switch an account on again."""
    user = _colleague(request, pk)
    activate_user(user=user, by=request.user, now=timezone.now())
    messages.success(request, pgettext("staff", "%(name)s can sign in again.") % {"name": user.name})
    return redirect("users")


@require_POST
@admin_required
def new_password(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Replace a lost password. The new one is on the answer to this POST and nowhere else."""
    return _give_password(request, _colleague(request, pk))


@proof_required
def _give_password(request: SignedInRequest, user: User) -> HttpResponse:
    password = new_one_time_password()
    try:
        give_one_time_password(user=user, password=password, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("users")
    return show_password(request, user, password)


def show_password(request: SignedInRequest, user: User, password: str, patient: Patient | None = None) -> HttpResponse:
    """The one page that shows a one-time password; a redirect would have to keep it somewhere."""
    context = {"person": user, "password": password, "patient": patient}
    return render(request, "monitoring/people/one_time_password.html", context)


def _colleague(request: SignedInRequest, pk: UUID) -> User:
    return get_object_or_404(User, pk=pk, clinic=request.user.clinic_id)
