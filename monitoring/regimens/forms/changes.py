"""A medicine already taken: another dose, a stop, or taken back."""

from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from interactions.medicines import Dose
from monitoring.regimens.forms.doses import NOT_KNOWN, OFTEN, DoseFields
from monitoring.regimens.forms.prescribing import DayInput
from monitoring.regimens.models import CancelReason, StopReason
from monitoring.regimens.rules import NOTE_MIN_LENGTH


class WithoutTaperField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=pgettext("staff", "Reason for going without a taper"),
            required=False,
            max_length=300,
            min_length=NOTE_MIN_LENGTH,
            help_text=pgettext("staff", "Only when baclofen has been taken for weeks and is not tapered."),
        )


class ChangeDoseForm(DoseFields):
    version = forms.IntegerField(widget=forms.HiddenInput)
    from_day = forms.DateField(
        label=pgettext_lazy("staff", "From"),
        widget=DayInput(),
        help_text=pgettext_lazy("staff", "The first day of the new dose."),
    )
    without_taper_reason = WithoutTaperField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        often = self.fields["often"]
        if isinstance(often, forms.ChoiceField):
            often.choices = [choice for choice in OFTEN if choice[0] != NOT_KNOWN]

    def new_dose(self) -> Dose:
        """The dose that was entered; this form does not offer one that is not known."""
        dose = self.dose()
        if dose is None:
            raise ValueError(pgettext("staff", "the form was not valid"))
        return dose


class StopForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    last_day = forms.DateField(label=pgettext_lazy("staff", "Last day taken"), widget=DayInput())
    reason = forms.ChoiceField(
        label=pgettext_lazy("staff", "Why is it stopped?"), choices=StopReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=pgettext_lazy("staff", "Note"), required=False, max_length=300)
    without_taper_reason = WithoutTaperField()

    def stop(self) -> dict[str, Any]:
        """What `stop_prescription` is told."""
        given = dict(self.cleaned_data)
        return {"expected_version": given.pop("version"), **given}


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=pgettext_lazy("staff", "Why is it taken back?"), choices=CancelReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=pgettext_lazy("staff", "Note"), required=False, max_length=300)
