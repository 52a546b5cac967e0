"""The tick under the cards, and what staff fill in when they read them out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from monitoring.education.actions import WrongAnswerError
from monitoring.education.rules import Edition

TICK_FIRST = gettext_lazy("Tick the box if you agree.")


class AgreeForm(forms.Form):
    """The tick, and which words it stood under."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    agreed = forms.BooleanField(label="", error_messages={"required": TICK_FIRST})


class ReadOutForm(forms.Form):
    """Staff read the cards out: what the patient answered, and that they agreed."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    read_out = forms.BooleanField(
        label=pgettext_lazy("staff", "I read every card out to the patient, word for word."),
        error_messages={"required": pgettext_lazy("staff", "Tick this once you have read out every card.")},
    )
    agreed = forms.BooleanField(
        label=pgettext_lazy("staff", "The patient agrees."),
        error_messages={"required": pgettext_lazy("staff", "Tick this once the patient agrees.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, edition: Edition) -> None:
        super().__init__(data, initial={"seen": edition.content_hash})
        self.edition = edition
        for question in edition.questions:
            self.fields[question.key] = forms.ChoiceField(
                label=question.ask,
                choices=list(question.options.items()),
                widget=forms.RadioSelect,
                error_messages={"required": pgettext("staff", "Choose what the patient answered.")},
            )
        self.order_fields(["seen", "read_out", *(question.key for question in edition.questions), "agreed"])

    def answers(self) -> dict[str, str]:
        """Each question with the answer that the patient gave."""
        return {question.key: self.cleaned_data[question.key] for question in self.edition.questions}

    def show_wrong(self, fault: WrongAnswerError) -> None:
        """Ask to read the card out once more; nothing is counted."""
        for question in fault.questions:
            card = self.edition.card(question.card)
            title = card.title if card else question.card
            self.add_error(
                question.key,
                pgettext("staff", "Read the card “%(title)s” out once more, then ask again.") % {"title": title},
            )
