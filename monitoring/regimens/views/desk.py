"""What every page of a comparison starts from: whose regimen it is, what was chosen, and how that is understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from interactions.checking.what_if import MOST_OPTIONS
from interactions.checking.wishes import OptionError, Read, ReadOption, Wish, read_option
from monitoring.people.access import SignedInRequest
from monitoring.people.models import Patient
from monitoring.regimens.forms import DoseForm
from monitoring.regimens.queries import understand
from monitoring.regimens.queries.compared import LETTERS
from monitoring.regimens.queries.comparing import Taken, added, taken_by, typed_wish
from monitoring.regimens.views import choosing
from monitoring.regimens.views.choosing import Choices
from monitoring.regimens.views.doors import read_patient

Typed = Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Desk:
    """A patient's regimen, and the choices beside it."""

    patient: Patient
    taken: Taken
    choices: Choices

    @property
    def room(self) -> int:
        """How many more options fit."""
        return MOST_OPTIONS - len(self.choices.options)

    @property
    def letters(self) -> str:
        return LETTERS[: len(self.choices.options)]

    def last_day_before(self, from_day: date | None) -> date:
        """The last day on which something is taken that ends with a change from a day, or from today."""
        return (from_day or self.taken.on) - timedelta(days=1)


def desk_of(request: SignedInRequest, patient_pk: UUID) -> Desk:
    """The desk of this page, with the reading noted in the audit log; 404 when the patient is not theirs."""
    patient = read_patient(request, patient_pk, "comparison")
    taken = taken_by(patient, patient.local_date(timezone.now()))
    return Desk(patient, taken, choosing.find(request, patient_pk))


def kept(request: SignedInRequest, choices: Choices) -> HttpResponse:
    """Keep the choices and lead to the page that shows them."""
    choosing.keep(request, choices)
    answer = redirect("medications_compare", choices.patient)
    answer["Location"] += f"?{urlencode({'choices': choices.token})}"
    return answer


def read_options(taken: Taken, options: Sequence[Typed]) -> list[ReadOption | OptionError]:
    """Each option as it is understood today; one that a colleague has made impossible is named, not dropped."""
    return [_read(taken, place, option) for place, option in enumerate(options)]


def _read(taken: Taken, place: int, option: Typed) -> ReadOption | OptionError:
    wishes = [wish_of(taken, change) for change in option]
    try:
        return read_option(place, LETTERS[place], wishes, lines=taken.given, context=taken.context, on=taken.on)
    except OptionError as error:
        return error


def wish_of(taken: Taken, change: Mapping[str, Any]) -> Wish | Read:
    """A change as it is kept: typed here, or carried over from the form of a medicine to add."""
    if "dose" not in change:
        return typed_wish(taken, change)
    form = DoseForm(change["dose"], today=taken.on)
    if not form.is_valid():
        raise Http404
    return added(taken, form.proposed(understand(change["to"])))
