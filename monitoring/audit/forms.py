"""What an admin asks of the log, read from the address of the page."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.audit.queries import USUAL_SPAN, Search


class SearchForm(forms.Form):
    actor = forms.CharField(label=pgettext_lazy("staff", "Who"), max_length=254, required=False)
    action = forms.CharField(label=pgettext_lazy("staff", "Did what"), max_length=60, required=False)
    patient = forms.UUIDField(label=pgettext_lazy("staff", "Patient’s id"), required=False)
    since = forms.DateField(
        label=pgettext_lazy("staff", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("staff", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the address the days are called what the page calls them.
        self.fields["from"] = self.fields.pop("since")
        self.fields["to"] = self.fields.pop("until")

    def clean(self) -> None:
        since, until = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if since and until and until < since:
            self.add_error("to", pgettext("staff", "The last day cannot be before the first."))

    def search(self, *, today: date) -> Search:
        """The search that was asked for; without a first day, the usual three months up to the last one."""
        asked = self.cleaned_data
        return Search(
            actor=asked["actor"],
            action=asked["action"],
            patient=asked["patient"],
            since=asked["from"] or (asked["to"] or today) - USUAL_SPAN,
            until=asked["to"],
        )
