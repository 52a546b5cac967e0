"""The signature under a translation."""

from django import forms
from django.utils.translation import pgettext_lazy


class SignForm(forms.Form):
    """Who signs says that they can judge it, and that they did."""

    digest = forms.CharField(widget=forms.HiddenInput)
    reads = forms.BooleanField(
        label=pgettext_lazy(
            "staff", "I read this language well. I have read all of it, and it says the same as the English."
        ),
        error_messages={
            "required": pgettext_lazy(
                "staff", "Tick this only when you have read every text below. Nothing was signed."
            )
        },
    )
    note = forms.CharField(
        label=pgettext_lazy("staff", "Note"),
        max_length=300,
        required=False,
        help_text=pgettext_lazy("staff", "For example who else read it, or what to mend next."),
    )
