"""What is sent when a passkey is made, named or used: the browser's answer is JSON in a hidden field."""

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.passkeys.verification import LONGEST_ANSWER


class AnswerForm(forms.Form):
    answer = forms.CharField(max_length=LONGEST_ANSWER, widget=forms.HiddenInput)
    next = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)


class NewPasskeyForm(forms.Form):
    answer = forms.CharField(max_length=LONGEST_ANSWER, widget=forms.HiddenInput)


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Like “My phone”."),
        error_messages={"required": _("Write a name, so that you know it again.")},
    )
