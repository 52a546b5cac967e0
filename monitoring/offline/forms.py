"""What a phone sends of a check-in that it kept."""

from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from monitoring.checkins.rules import Kept

LONGEST_ANSWERS = 4000  # characters; the longest possible answers are a third of it


class _Instant(forms.Field):
    """A moment with its offset, as a phone's clock tells it: 2026-06-15T08:12:00.000Z."""

    def to_python(self, value: Any) -> Any:
        try:
            moment = parse_datetime(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise forms.ValidationError("Write a moment with its offset.")
        return moment


class KeptForm(forms.Form):
    """One kept check-in. `owner` is the mark of whoever was signed in on the phone when it was taken."""

    key = forms.UUIDField()
    owner = forms.CharField(max_length=64)
    taken_at = _Instant()
    phone_now = _Instant()
    answers = forms.JSONField()

    def clean_answers(self) -> dict[str, object]:
        answers = self.cleaned_data["answers"]
        if not isinstance(answers, dict) or len(self.data["answers"]) > LONGEST_ANSWERS:
            raise forms.ValidationError("Answers are an object.")
        return answers

    def kept(self) -> Kept:
        return Kept(self.cleaned_data["taken_at"], self.cleaned_data["phone_now"])


class DeviceForm(forms.Form):
    """Whose phone or computer this is."""

    not_mine = forms.BooleanField(required=False)
