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
    """Size, contrast and colours: for everybody."""

    text_size = forms.ChoiceField(label=gettext_lazy("Size of the text"), choices=SIZES, widget=forms.RadioSelect)
    contrast = forms.ChoiceField(label=gettext_lazy("Contrast"), choices=CONTRASTS, widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=gettext_lazy("Light or dark"), choices=THEMES, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, preference: Preference) -> None:
        super().__init__(data, initial={name: getattr(preference, name) for name in self.base_fields})


class PatientLookForm(LookForm):
    """And the language, for those whose pages have more than one."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect)

    field_order = ("language", "text_size", "contrast", "theme")

    def __init__(self, data: Any = None, *, preference: Preference) -> None:
        super().__init__(data, preference=preference)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = list(languages.offered().items())
        self.initial["language"] = preference.language or languages.current()


class StaffLookForm(LookForm):
    """And single keys, for those whose lists have them."""

    shortcuts = forms.BooleanField(
        label="Single keys work the lists (j, k, t, z, ?)",
        required=False,
        help_text="Switch this off when you dictate, or when keys go off by accident.",
    )
