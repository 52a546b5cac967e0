"""Admins' pages about the hospital systems that call for their clinic."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interactions.cds_hooks.models import CdsClient
from monitoring.cds_clients.actions import (
    ChangedMeanwhileError,
    add_client,
    change_client,
    disable_client,
    enable_client,
)
from monitoring.cds_clients.forms import ClientForm, as_typed
from monitoring.cds_clients.queries import addresses, clients_of, clients_with_last_call, keys_of, latest_calls
from monitoring.people.access import SignedInRequest, admin_required
from monitoring.people.forms import posted

FOLDER = "monitoring/cds_clients"
CHANGED = pgettext_lazy(
    "staff", "Somebody else changed this client after you opened the page. Look at it again before you change it."
)


@require_safe
@admin_required
def client_list(request: SignedInRequest) -> HttpResponse:
    """Which systems may call, and who was turned away without our knowing them."""
    context = {"clients": clients_with_last_call(request.user), "strangers": latest_calls(None)}
    return render(request, f"{FOLDER}/client_list.html", context)


@sensitive_post_parameters("jwks")
@require_http_methods(["GET", "POST"])
@admin_required
def client_new(request: SignedInRequest) -> HttpResponse:
    """Let a system call."""
    form = ClientForm(posted(request))
    if form.is_valid():
        try:
            client = add_client(clinic=request.user.clinic, by=request.user, now=timezone.now(), **form.facts())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, pgettext("staff", "%(client)s may call from now on.") % {"client": client.name})
            return redirect("cds_client", client.pk)
    return render(request, f"{FOLDER}/client_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@admin_required
def client_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One system: how it proves itself, how to test it, and its latest calls."""
    client = get_object_or_404(clients_of(request.user), pk=pk)
    here = addresses(request.build_absolute_uri("/"))
    context = {"client": client, "keys": keys_of(client), "addresses": here, "calls": latest_calls(client)}
    return render(request, f"{FOLDER}/client_detail.html", context)


@sensitive_post_parameters("jwks")
@require_http_methods(["GET", "POST"])
@admin_required
def client_change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change how a system proves itself."""
    client = get_object_or_404(clients_of(request.user), pk=pk)
    form, status = ClientForm(posted(request), initial=as_typed(client)), 422
    if form.is_valid():
        try:
            change_client(
                client=client, seen=form.cleaned_data["seen"], by=request.user, now=timezone.now(), **form.facts()
            )
            return redirect("cds_client", client.pk)
        except ValidationError as error:
            form.add_error(None, error)
        except ChangedMeanwhileError:
            form, status = ClientForm(initial=as_typed(client)), 409
    return _change_page(request, client, form, status)


def _change_page(request: SignedInRequest, client: CdsClient, form: ClientForm, status: int) -> HttpResponse:
    errors = [CHANGED] if status == 409 else []
    context = {"form": form, "client": client, "page_errors": errors, "page_invalid": bool(errors)}
    return render(request, f"{FOLDER}/client_form.html", context, status=status if errors or form.errors else 200)


@require_POST
@admin_required
def client_switch_on(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a system call again."""
    client = get_object_or_404(clients_of(request.user), pk=pk)
    enable_client(client=client, by=request.user, now=timezone.now())
    messages.success(request, pgettext("staff", "%(client)s may call again.") % {"client": client.name})
    return redirect("cds_client", client.pk)


@require_POST
@admin_required
def client_switch_off(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shut a system out, at once."""
    client = get_object_or_404(clients_of(request.user), pk=pk)
    disable_client(client=client, by=request.user, now=timezone.now())
    messages.success(request, pgettext("staff", "%(client)s can no longer call.") % {"client": client.name})
    return redirect("cds_client", client.pk)
