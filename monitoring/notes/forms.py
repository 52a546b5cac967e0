"""What a clinician writes down."""

from uuid import uuid4

from django import forms
from django.utils.functional import lazy
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.notes.models import LONGEST, NoteKind


def _too_long() -> str:
    text = pgettext("staff", "A note has at most %(longest)s characters; this one has %(show_value)s.")
    return text % {"longest": f"{LONGEST:,}", "show_value": "%(show_value)s"}


class NoteForm(forms.Form):
    """A note, or the correction of one."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label=pgettext_lazy("staff", "Kind"), choices=NoteKind.choices, initial=NoteKind.NOTE)
    text = forms.CharField(
        label=pgettext_lazy("staff", "Note"),
        help_text=pgettext_lazy("staff", "The care team reads it. It cannot be changed later, only corrected."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": pgettext_lazy("staff", "Write the note."),
            "max_length": lazy(_too_long, str)(),
        },
    )
