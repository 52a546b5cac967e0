"""What a clinician writes down."""

from uuid import uuid4

from django import forms

from monitoring.notes.models import LONGEST, NoteKind


class NoteForm(forms.Form):
    """A note, or the correction of one."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label="Kind", choices=NoteKind.choices, initial=NoteKind.NOTE)
    text = forms.CharField(
        label="Note",
        help_text="The care team reads it. It cannot be changed later, only corrected.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Write the note.",
            "max_length": f"A note has at most {LONGEST:,} characters; this one has %(show_value)s.",
        },
    )
