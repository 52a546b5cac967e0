"""What a clinician types to find somebody, and what may be kept of a filter."""

from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.alerts.forms import FilterForm
from monitoring.search.models import ListName
from monitoring.search.queries import PatientFilters, Show
from monitoring.search.rules import LONGEST, SHORTEST, tidy


def too_short() -> str:
    """What is said of a text that is too short to search for."""
    return pgettext("staff", "Type at least %(least)s letters or digits.") % {"least": SHORTEST}


class TextForm(forms.Form):
    """What was typed, tidied; NULs and control characters are left out rather than refused."""

    text = forms.CharField(
        label=pgettext_lazy("staff", "Name, identifier or birth date"),
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false", "maxlength": LONGEST}
        ),
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        # Tidied before Django’s own validators, one of which refuses a NUL with words about nothing a reader knows.
        super().__init__({"text": tidy(data.get("text", ""))} if data is not None else None, **more)

    @classmethod
    def for_anything(cls, data: Any = None) -> "TextForm":
        """The same field where pages and deeds are found as well."""
        form = cls(data)
        form.fields["text"].label = pgettext("staff", "Patient, page or what to do")
        return form

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if text and len(text) < SHORTEST:
            raise forms.ValidationError(too_short())
        return text


class PatientFilterForm(forms.Form):
    """The patient list’s filters as they stand in the address. A name is never among them."""

    show = forms.ChoiceField(required=False, choices=Show.choices)
    sort = forms.ChoiceField(required=False, choices=[("worst", pgettext_lazy("staff", "Worst first"))])

    def asked(self) -> dict[str, str]:
        """The filters that are set, by name; a value that makes no sense is left out, not refused."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def filters(self, patients: list[Any] | None = None) -> PatientFilters:
        """What to show, of `patients` alone when a name was searched for."""
        asked = self.asked()
        return PatientFilters(asked.get("show", ""), worst_first="sort" in asked, patients=patients)


LIST_FORMS: Final[dict[str, type[FilterForm] | type[PatientFilterForm]]] = {
    ListName.WORKLIST.value: FilterForm,
    ListName.PATIENTS.value: PatientFilterForm,
}


def clean_query(on_list: str, query: str) -> str:
    """The settings of this list that `query` holds and that make sense, as an address has them; "" for none."""
    form = LIST_FORMS[on_list](QueryDict(query[:1000]))
    return urlencode(sorted(form.asked().items()))


class KeepForm(forms.Form):
    """A filter to keep: of which list, under what name."""

    name = forms.CharField(
        label=pgettext_lazy("staff", "Name of this filter"),
        max_length=40,
        error_messages={
            "required": pgettext_lazy("staff", "Give the filter a name."),
            "max_length": pgettext_lazy("staff", "A name has at most 40 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    on_list = forms.ChoiceField(choices=ListName.choices, widget=forms.HiddenInput)
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "on_list" in given:
            given["query"] = clean_query(given["on_list"], given.get("query", ""))
            if not given["query"]:
                raise forms.ValidationError(pgettext("staff", "Narrow the list first: there is nothing to keep yet."))
        return given


class RenameForm(forms.Form):
    """Another name for a kept filter."""

    name = KeepForm.base_fields["name"]
