"""The filters a clinician keeps: add, rename, delete."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.search.actions import FilterRefused, delete_filter, rename_filter, save_filter
from monitoring.search.forms import KeepForm, RenameForm
from monitoring.search.models import SavedFilter
from monitoring.search.queries import saved_filters


def _own_or_404(request: SignedInRequest, pk: UUID) -> SavedFilter:
    kept = saved_filters(request.user).filter(pk=pk).first()
    if kept is None:
        raise Http404
    return kept


@require_safe
@clinician_required
def filter_list(request: SignedInRequest) -> HttpResponse:
    """Every filter one keeps, with what it shows."""
    rows = [(kept, f"{reverse(kept.on_list)}?{kept.query}") for kept in saved_filters(request.user)]
    return render(request, "monitoring/search/filters.html", {"rows": rows})


@require_POST
@clinician_required
def filter_new(request: SignedInRequest) -> HttpResponse:
    """Keep the filters of the list this was sent from, and go back to it."""
    form = KeepForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            save_filter(**given, by=request.user, now=timezone.now())
        except FilterRefused as refused:
            form.add_error("name", str(refused))
        else:
            return redirect(f"{reverse(given['on_list'])}?{given['query']}")
    return render(request, "monitoring/search/filter_form.html", {"form": form}, status=422)


@require_http_methods(["GET", "POST"])
@clinician_required
def filter_rename(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a kept filter another name."""
    kept = _own_or_404(request, pk)
    form = RenameForm(request.POST if request.method == "POST" else None, initial={"name": kept.name})
    if form.is_valid():
        try:
            rename_filter(kept=kept, name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        except FilterRefused as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("saved_filters")
    context = {"form": form, "kept": kept}
    return render(request, "monitoring/search/filter_form.html", context, status=422 if form.errors else 200)


@require_POST
@clinician_required
def filter_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Keep a filter no longer."""
    kept = _own_or_404(request, pk)
    delete_filter(kept=kept, by=request.user, now=timezone.now())
    messages.success(request, pgettext("staff", "“%(kept)s” is no longer kept.") % {"kept": kept.name})
    return redirect("saved_filters")
