"""The choices of how to read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from monitoring import languages
from monitoring.preferences.models import Contrast, Preference, TextSize, Theme

SIZES = [
    (TextSize.NORMAL.value, pgettext_lazy("text size", "Normal")),
    (TextSize.LARGE.value, pgettext_lazy("text size", "Large")),
    (TextSize.LARGEST.value, pgettext_lazy("text size", "Very large")),
]
CONTRASTS = [
    (Contrast.USUAL.value, pgettext_lazy("contrast", "Normal")),
    (Contrast.MORE.value, pgettext_lazy("contrast", "Strong: black on white, with clear lines")),
]
THEMES = [
    (Theme.AUTO.value, gettext_lazy("The same as my phone")),
    (Theme.LIGHT.value, pgettext_lazy("colours", "Light")),
    (Theme.DARK.value, pgettext_lazy("colours", "Dark")),
]


class LookForm(forms.Form):
    """Language, size, contrast and colours; no language where there is nothing to choose from."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect)
    text_size = forms.ChoiceField(label=gettext_lazy("Size of the text"), choices=SIZES, widget=forms.RadioSelect)
    contrast = forms.ChoiceField(label=gettext_lazy("Contrast"), choices=CONTRASTS, widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=gettext_lazy("Light or dark"), choices=THEMES, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, preference: Preference) -> None:
        super().__init__(data, initial={name: getattr(preference, name) for name in self.base_fields})
        readable = self.readable()
        if len(readable) == 1:
            del self.fields["language"]
            return
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = list(readable.items())
        if preference.language not in readable:
            self.initial["language"] = languages.current()

    def readable(self) -> dict[str, str]:
        """The languages to choose from: each by its own name, by code."""
        return languages.offered()


class StaffLookForm(LookForm):
    """And single keys, for those whose lists have them."""

    shortcuts = forms.BooleanField(
        label=pgettext_lazy("staff", "Single keys work the lists (j, k, t, z, ?)"),
        required=False,
        help_text=pgettext_lazy("staff", "Switch this off when you dictate, or when keys go off by accident."),
    )

    def readable(self) -> dict[str, str]:
        """Only languages that have every text of the staff's pages."""
        return languages.offered_to_staff()
