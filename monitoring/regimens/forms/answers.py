"""Answers to interaction flags: a coded reason for each, and a note for the next clinician."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.regimens.actions import Answer
from monitoring.regimens.models import OverrideReason, WithdrawalReason
from monitoring.regimens.queries import Card
from monitoring.regimens.rules import NOTE_MIN_LENGTH, reasons_for


def reason_choices(code: str) -> list[tuple[str, str]]:
    return [(reason, str(OverrideReason(reason).label)) for reason in reasons_for(code)]


class ReasonField(forms.ChoiceField):
    def __init__(self, code: str, label: str) -> None:
        super().__init__(label=label, choices=reason_choices(code), widget=forms.RadioSelect)


class NoteField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=pgettext("staff", "Note for the next clinician"),
            help_text=pgettext("staff", "What would make you stop? At least %(least)s characters.")
            % {"least": NOTE_MIN_LENGTH},
            min_length=NOTE_MIN_LENGTH,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class AcknowledgeForm(forms.Form):
    """The answer to one flag; `seen` is the mark of what was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = ReasonField(code, pgettext("staff", "Why do you go ahead?"))
        self.fields["note"] = NoteField()


class WithdrawForm(forms.Form):
    """Somebody's own answer, taken back with a reason."""

    reason = forms.ChoiceField(
        label=pgettext_lazy("staff", "Why do you take it back?"),
        choices=WithdrawalReason.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=pgettext_lazy("staff", "Note for the next clinician"), max_length=300, required=False)


class GoAheadForm(forms.Form):
    """A reason for each finding that asks, one note for all, and how an unchecked medicine was checked.

    `seen` names everything the page asked about as it was shown, so that no reason is taken for another finding.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: Sequence[Card], ask_manual_check: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.ask_manual_check = questions, ask_manual_check
        self.shown = hashlib.sha256(" ".join(f"{q.fingerprint} {q.mark}" for q in questions).encode()).hexdigest()
        self.initial["seen"] = self.shown
        if ask_manual_check:
            self.fields["manual_check_reason"] = forms.CharField(
                label=pgettext("staff", "How did you check it yourself?"),
                max_length=300,
                min_length=NOTE_MIN_LENGTH,
                help_text=pgettext(
                    "staff", "The system has not checked it. Name the source or the colleague you asked."
                ),
            )
        for number, question in enumerate(questions):
            self.fields[f"reason_{number}"] = ReasonField(
                question.code, pgettext("staff", "%(title)s: why do you go ahead?") % {"title": question.title}
            )
        if questions:
            self.fields["note"] = NoteField()

    @property
    def stale(self) -> bool:
        """Whether what was sent answers a page that showed something else."""
        return self.is_bound and self["seen"].value() != self.shown

    def afresh(self) -> "GoAheadForm":
        """The form for what the page shows now, with the note and without the reasons."""
        note = self["note"].value() if "note" in self.fields else ""
        return GoAheadForm(questions=self.questions, ask_manual_check=self.ask_manual_check, initial={"note": note})

    def answers(self) -> Mapping[str, Answer]:
        """By fingerprint: the reason chosen, and the mark of the finding as it was shown."""
        return {
            question.fingerprint: Answer(self.cleaned_data[f"reason_{number}"], question.mark)
            for number, question in enumerate(self.questions)
        }
