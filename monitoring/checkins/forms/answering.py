"""Forms of a check-in: a page of the patient's, the sending of it, and the staff's on one page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from monitoring.checkins.models import ON_THE_PHONE, AnsweredBy
from monitoring.checkins.rules import InputError, PhoneCall, faults_of_call, read_vitals
from monitoring.checkins.rules.questions import DANGER_SIGNS, PAGES, QUESTIONS, Page, Question, with_danger_signs

NOTHING_TICKED = gettext_lazy("Tick what fits you. If nothing does, tap “None of these”.")
NO_ANSWER = gettext_lazy("Pick an answer, or tap “Skip”.")


def clinical(words: str) -> Promise:
    """Words of the rules as the patient reads them: in the language that stands where they are shown."""
    return pgettext_lazy("clinical", words)


class DangerForm(forms.Form):
    """The danger signs, sent as soon as one is ticked."""

    danger_signs = forms.MultipleChoiceField(
        label=gettext_lazy("Danger signs"),
        choices=[(option.value, clinical(option.words)) for option in DANGER_SIGNS.options if option.value != "none"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NOTHING_TICKED},
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class PageForm(forms.Form):
    """The questions of one page. `skip` keeps what was answered and lets the rest be."""

    def __init__(self, data: Any = None, *, page: Page, draft: Mapping[str, object], skip: bool = False) -> None:
        initial = {key: draft[key] for key in page.keys if key in draft}
        super().__init__(data, initial=initial)
        for question in page.questions:
            shown = [(value, clinical(words)) for value, words in page.shown(question)]
            self.fields[question.key] = _field(question, clinical(question.ask), shown, required=not skip)

    def answers(self) -> dict[str, object]:
        return _answers(self.cleaned_data)


class SendForm(forms.Form):
    """The last page: a note if the patient likes, and the key that makes a second tap the same sending."""

    note = forms.CharField(
        label=gettext_lazy("Is there more to tell?"),
        help_text=gettext_lazy("Staff read this in working hours. In danger, call for help."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        error_messages={"max_length": gettext_lazy("This is too long for us. Please make it shorter.")},
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class StaffForm(forms.Form):
    """A check-in that staff take by phone: every question on one page, each may stay open."""

    VITALS: ClassVar[dict[str, tuple[Any, Any]]] = {
        "rr": (pgettext_lazy("staff", "Breathing rate"), pgettext_lazy("staff", "Breaths a minute")),
        "spo2": (pgettext_lazy("staff", "Oxygen level"), pgettext_lazy("staff", "Per cent")),
        "pulse": (pgettext_lazy("staff", "Pulse"), pgettext_lazy("staff", "Beats a minute")),
        "temp_c": (pgettext_lazy("staff", "Temperature"), "°C, like 37.4"),
        "bp": (pgettext_lazy("staff", "Blood pressure, sitting"), "mmHg, like 142/84"),
        "bp_supine": (pgettext_lazy("staff", "Blood pressure, lying"), "mmHg, like 142/84"),
        "bp_stand": (pgettext_lazy("staff", "Blood pressure, standing"), "mmHg, like 118/70"),
        "qtc": (pgettext_lazy("staff", "QTc"), "ms"),
    }
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    occasion = forms.UUIDField(widget=forms.HiddenInput, required=False)
    answered_by = forms.ChoiceField(
        label=pgettext_lazy("staff", "Who answered?"),
        choices=ON_THE_PHONE,
        widget=forms.RadioSelect,
        initial=AnsweredBy.PATIENT,
        required=False,
    )
    taken_at = forms.DateTimeField(
        label=pgettext_lazy("staff", "When was it taken?"),
        help_text=pgettext_lazy("staff", "By your clock, up to a week back. Empty: just now."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": pgettext_lazy("staff", "Write a day and a time like 2026-06-14 15:30.")},
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, now: datetime) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.now = now
        for page in PAGES:
            for question in page.questions:
                shown = [(option.value, option.words) for option in question.options]
                self.fields[question.key] = _field(question, question.ask, shown, required=False)
        for name, (label, unit) in self.VITALS.items():
            self.fields[name] = forms.CharField(label=label, help_text=unit, max_length=20, required=False)
        self.fields["note"] = forms.CharField(
            label=pgettext("staff", "Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, required=False
        )

    def clean_taken_at(self) -> datetime:
        """Just now when left empty."""
        taken_at: datetime | None = self.cleaned_data["taken_at"]
        call = PhoneCall(taken_at or self.now)
        for fault in faults_of_call(call, now=self.now):
            raise forms.ValidationError(pgettext("staff", "This %(message)s.") % {"message": fault.message})
        return call.taken_at

    def call(self) -> PhoneCall:
        """When it was taken, and who answered."""
        by_carer = self.cleaned_data["answered_by"] == AnsweredBy.CARER
        return PhoneCall(self.cleaned_data["taken_at"], by_carer)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        measured = {name: cleaned.get(name, "") for name in self.VITALS}
        try:
            read_vitals(measured)
        except InputError as refused:
            for fault in refused.faults:
                self.add_error(
                    fault.path.removeprefix("vitals."),
                    pgettext("staff", "This %(message)s.") % {"message": fault.message},
                )
        if not self.errors and not self.answers() and not any(measured.values()):
            self.add_error(None, pgettext("staff", "Give at least one answer."))
        return cleaned

    def answers(self) -> dict[str, object]:
        given = _answers({key: self.cleaned_data.get(key) for key in QUESTIONS})
        signs = given.pop("danger_signs", None)
        return with_danger_signs(given, signs) if isinstance(signs, list) else given

    def vitals(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.VITALS if self.cleaned_data.get(name)}


def _field(question: Question, label: Any, shown: list[tuple[str, Any]], *, required: bool) -> forms.Field:
    errors = {"required": NO_ANSWER}
    if question.is_scale:
        return forms.ChoiceField(
            label=label, choices=shown, widget=forms.RadioSelect, required=required, error_messages=errors
        )
    return _ChoicesField(
        label=label,
        choices=shown,
        widget=forms.CheckboxSelectMultiple,
        required=required,
        error_messages=errors,
    )


class _ChoicesField(forms.MultipleChoiceField):
    """Several ticks, but never “none” beside a symptom."""

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        others = set(value) - {"none", "missed_0"}
        if "none" in value and others:
            raise forms.ValidationError(gettext_lazy("You ticked “None of these” and something else. Untick one."))
        if "missed_0" in value and {"missed_1", "missed_3plus_or_ran_out"} & others:
            raise forms.ValidationError(gettext_lazy("Doses cannot be both all taken and missed. Untick one."))


def _answers(cleaned: Mapping[str, Any]) -> dict[str, object]:
    """Answers as the rules read them: scores as whole numbers, what was left open left out."""
    given = {key: value for key, value in cleaned.items() if key in QUESTIONS and value not in (None, "", [])}
    return {key: int(value) if QUESTIONS[key].is_scale else value for key, value in given.items()}
