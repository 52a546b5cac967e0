"""Asking for a new link."""

from django import forms
from django.utils.translation import gettext_lazy


class NewLinkForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Your email"),
        help_text=gettext_lazy("The one you gave your clinic."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Write your email."),
            "invalid": gettext_lazy("Write an email like name@example.org."),
        },
    )
