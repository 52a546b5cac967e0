"""Answers to interaction flags: a coded reason for each, and a note for the next clinician."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from monitoring.regimens.actions import Answer
from monitoring.regimens.models import OverrideReason
from monitoring.regimens.queries import Card
from monitoring.regimens.rules import NOTE_MIN_LENGTH, reasons_for

_NOTE_HELP = f"What would make you stop? At least {NOTE_MIN_LENGTH} characters."


def reason_choices(code: str) -> list[tuple[str, str]]:
    return [(reason, OverrideReason(reason).label) for reason in reasons_for(code)]


class ReasonField(forms.ChoiceField):
    def __init__(self, code: str, label: str) -> None:
        super().__init__(label=label, choices=reason_choices(code), widget=forms.RadioSelect)


class NoteField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label="Note for the next clinician", help_text=_NOTE_HELP, min_length=NOTE_MIN_LENGTH, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip


class AcknowledgeForm(forms.Form):
    """The answer to one flag; `seen` is the mark of what was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = ReasonField(code, "Why do you go ahead?")
        self.fields["note"] = NoteField()


class GoAheadForm(forms.Form):
    """A reason for each finding that asks, one note for all, and how an unchecked medicine was checked."""

    def __init__(self, *args: Any, questions: Sequence[Card], ask_manual_check: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        if ask_manual_check:
            self.fields["manual_check_reason"] = forms.CharField(
                label="How did you check it yourself?", max_length=300, min_length=NOTE_MIN_LENGTH,
                help_text="The system has not checked it. Name the source or the colleague you asked.",
            )  # fmt: skip
        for number, question in enumerate(questions):
            self.fields[f"reason_{number}"] = ReasonField(question.code, f"{question.title}: why do you go ahead?")
            self.fields[f"seen_{number}"] = forms.CharField(
                widget=forms.HiddenInput, initial=f"{question.fingerprint}.{question.mark}", max_length=120
            )
        if questions:
            self.fields["note"] = NoteField()

    def answers(self) -> Mapping[str, Answer]:
        """By fingerprint: the reason chosen, and the mark of the finding as it was shown."""
        found: dict[str, Answer] = {}
        for number in range(len(self.questions)):
            fingerprint, _, mark = self.cleaned_data[f"seen_{number}"].partition(".")
            found[fingerprint] = Answer(self.cleaned_data[f"reason_{number}"], mark)
        return found
