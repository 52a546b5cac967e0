"""Comparing a regimen with other choices. Nothing is stored but what was typed, and that in the session alone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from interactions.checking.alternatives import alternatives_to
from interactions.checking.wishes import OptionError, ReadOption
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.regimens.forms.comparing import NEW_OPTION, ChangeForm, InsteadForm
from monitoring.regimens.queries.compared import choosable, comparison_page
from monitoring.regimens.queries.comparing import compare_with
from monitoring.regimens.views import choosing
from monitoring.regimens.views.desk import Desk, desk_of, kept, read_options
from monitoring.regimens.views.doors import posted

# What the rules call a part of a change, as the form calls it.
_FIELDS = {"doses": "to", "entered": "to"}


@clinician_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """The regimen beside up to four options; a posted change joins them."""
    desk = desk_of(request, patient_pk)
    form = _change_form(desk, posted(request))
    if request.method == "POST" and form.is_valid() and _took(desk, form):
        return kept(request, desk.choices)
    return _page(request, desk, form)


def _change_form(desk: Desk, data: Mapping[str, Any] | None = None) -> ChangeForm:
    lines = [(str(row.pk), words) for row, words in choosable(desk.taken, desk.taken.on)]
    initial = {"from_day": desk.taken.on, "option": NEW_OPTION if desk.room else "0"}
    room, letters = desk.room > 0, desk.letters
    return ChangeForm(data, lines=lines, letters=letters, room=room, today=desk.taken.on, initial=initial)


def _took(desk: Desk, form: ChangeForm) -> bool:
    """Put the change with its option, when the option can be read with it; else say at which field not."""
    options = [*desk.choices.options]
    chosen = form.cleaned_data["option"]
    place = len(options) if chosen == NEW_OPTION else int(chosen)
    before = [] if chosen == NEW_OPTION else options[place]
    options[place : place + 1] = [[*before, form.change()]]
    read = read_options(desk.taken, options)[place]
    if isinstance(read, OptionError):
        form.add_error(_FIELDS.get(read.field, read.field), f"{read.problem[:1].upper()}{read.problem[1:]}.")
        return False
    desk.choices.options = options
    return True


@clinician_required
@require_POST
def instead(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Several alternatives to one medicine, each as an option of its own."""
    desk = desk_of(request, patient_pk)
    form = next((each for each in _instead_forms(desk, request.POST) if each.row == request.POST.get("row")), None)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _page(request, desk, _change_form(desk), form)
    desk.choices.options += form.options()
    return kept(request, desk.choices)


def _instead_forms(desk: Desk, data: Mapping[str, Any] | None = None) -> list[InsteadForm]:
    """A form for each medicine that goes on and has alternatives."""
    found = []
    for row, _ in choosable(desk.taken, desk.taken.on):
        if known := alternatives_to(row.ingredients):
            named = {"row": str(row.pk), "medicine": row.label}
            found.append(InsteadForm(data, alternatives=known, room=desk.room, **named))
    return found


def _page(request: SignedInRequest, desk: Desk, form: ChangeForm, wrong: InsteadForm | None = None) -> HttpResponse:
    read = read_options(desk.taken, desk.choices.options)
    good = [each for each in read if isinstance(each, ReadOption)]
    page = comparison_page(desk.taken, desk.choices.options, read, compare_with(desk.taken, good))
    instead_forms = [wrong if wrong and wrong.row == each.row else each for each in _instead_forms(desk)]
    broken: forms.Form = wrong if wrong is not None else form
    context = {
        "patient": desk.patient, "today": desk.taken.on, "choices": desk.choices, "page": page, "form": broken,
        "change_form": form, "instead_forms": instead_forms, "room": desk.room,
    }  # fmt: skip
    return render(request, "monitoring/regimens/compare.html", context, status=422 if broken.errors else 200)


@clinician_required
@require_POST
def remove(request: SignedInRequest, patient_pk: UUID) -> HttpResponse:
    """Take one option away, or all of them."""
    desk = desk_of(request, patient_pk)
    if "all" in request.POST:
        desk.choices.options = []
    else:
        option = choosing.option_or_404(request, desk.choices)
        del desk.choices.options[option]
    return kept(request, desk.choices)
