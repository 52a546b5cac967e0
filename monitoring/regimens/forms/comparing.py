"""Changes to compare: of one medicine by hand, or several alternatives to it at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from interactions.checking import read_entry
from interactions.checking.alternatives import Alternative
from interactions.checking.wishes import Kind
from monitoring.regimens.forms.prescribing import DayInput
from monitoring.regimens.rules import plausible_start

KINDS: Final = [
    ("", pgettext_lazy("staff", "Choose what changes")),
    (Kind.DROP, pgettext_lazy("staff", "No longer taken")),
    (Kind.DOSE, pgettext_lazy("staff", "Another dose")),
    (Kind.ROUTE, pgettext_lazy("staff", "Another route")),
    (Kind.REPLACE, pgettext_lazy("staff", "Another medicine instead")),
    (Kind.ADD, pgettext_lazy("staff", "One more medicine")),
]
_TO_WHAT: Final = {
    Kind.DOSE: pgettext_lazy("staff", "Give the other dose, like “5 mg three times a day”."),
    Kind.ROUTE: pgettext_lazy("staff", "Give the other route, like “on the skin”."),
    Kind.REPLACE: pgettext_lazy(
        "staff", "Give the other medicine with its dose, like “tizanidine 2 mg three times a day”."
    ),
    Kind.ADD: pgettext_lazy("staff", "Give the medicine with its dose, like “tizanidine 2 mg three times a day”."),
}
_NO_DOSE: Final = pgettext_lazy("staff", "No dose can be read from this. Write it like “2 mg three times a day”.")
NEW_OPTION: Final = "new"
_ONE_MORE: Final = ("more", pgettext_lazy("staff", "None of these: one more medicine"))


class ChangeForm(forms.Form):
    """One change, as an option of its own or together with an option that is there."""

    line = forms.ChoiceField(label=pgettext_lazy("staff", "Medicine"))
    kind = forms.ChoiceField(label=pgettext_lazy("staff", "What changes"), choices=KINDS)
    to = forms.CharField(
        label=pgettext_lazy("staff", "To what"),
        required=False,
        max_length=300,
        help_text=pgettext_lazy(
            "staff", "A dose, a route, or a medicine with its dose. Leave it empty for “no longer taken”."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    from_day = forms.DateField(
        label=pgettext_lazy("staff", "From"),
        widget=DayInput(),
        help_text=pgettext_lazy("staff", "What ends is last taken on the day before."),
    )
    option = forms.ChoiceField(label=pgettext_lazy("staff", "Compare it as"))

    def __init__(
        self, *args: Any, lines: Sequence[tuple[str, str]], letters: str, room: bool, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.has_lines = today, bool(lines)
        together = [
            (str(place), pgettext("staff", "Together with option %(letter)s") % {"letter": letter})
            for place, letter in enumerate(letters)
        ]
        options = ([(NEW_OPTION, pgettext("staff", "An option of its own"))] if room else []) + together
        self._choose(
            "line",
            [
                *([("", pgettext("staff", "Choose a medicine")), *lines] if lines else []),
                (_ONE_MORE[0], str(_ONE_MORE[1])),
            ],
        )
        self._choose("option", options)

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        found = self.fields[name]
        if isinstance(found, forms.ChoiceField):
            found.choices = choices

    def clean_from_day(self) -> date:
        from_day: date = self.cleaned_data["from_day"]
        if not plausible_start(from_day, self.today):
            raise forms.ValidationError(pgettext("staff", "Check the year of this date."))
        return from_day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, line = data.get("kind"), data.get("line")
        if kind == Kind.ADD and line and line != _ONE_MORE[0]:
            self.add_error(
                "line",
                pgettext("staff", "One more medicine changes none of these: choose “%(one_more)s”.")
                % {"one_more": _ONE_MORE[1]},
            )
        elif kind and kind != Kind.ADD and line == _ONE_MORE[0]:
            self.add_error("line", pgettext("staff", "Choose the medicine that changes."))
        if kind in _TO_WHAT and not data.get("to") and "to" not in self.errors:
            self.add_error("to", _TO_WHAT[Kind(kind)])
        if kind == Kind.DROP and data.get("to"):
            self.add_error("to", pgettext("staff", "Leave this empty, or choose another kind of change."))
        return data

    def change(self) -> dict[str, Any]:
        """The change as it is kept."""
        data = self.cleaned_data
        row = "" if data["line"] == _ONE_MORE[0] else data["line"]
        return {"kind": data["kind"], "row": row, "to": data["to"], "from_day": data["from_day"].isoformat()}


class InsteadForm(forms.Form):
    """Several alternatives to one medicine, each an option of its own. A dose that is typed ticks its alternative."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        alternatives: Sequence[Alternative],
        row: str,
        medicine: str,
        room: int,
    ) -> None:
        super().__init__(data, prefix=f"instead-{row}")
        self.alternatives = {each.id: each for each in alternatives}
        self.row, self.medicine, self.room = row, medicine, room
        for alternative in alternatives:
            self.fields[alternative.id] = forms.BooleanField(label=alternative.name, required=False)
            if alternative.substance is not None:
                self.fields[_dose(alternative)] = forms.CharField(
                    label=pgettext("staff", "Dose of %(alternative)s") % {"alternative": alternative.name},
                    required=False,
                    max_length=100,
                    widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each alternative's tick, with the field of its dose where it is a medicine."""
        return [
            (self[each.id], self[_dose(each)] if each.substance is not None else None)
            for each in self.alternatives.values()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for alternative in self.alternatives.values():
            dose = data.get(_dose(alternative), "")
            data[alternative.id] = bool(data.get(alternative.id) or dose)
            if dose and read_entry(f"{alternative.name} {dose}").dose is None:
                self.add_error(
                    _dose(alternative),
                    pgettext("staff", "No dose can be read from this. Write it like “2 mg three times a day”."),
                )
        chosen = [key for key in self.alternatives if data[key]]
        if not chosen:
            self.add_error(None, pgettext("staff", "Tick at least one of them."))
        elif len(chosen) > self.room:
            self.add_error(None, _too_many(self.room))
        return data

    def options(self) -> list[list[dict[str, Any]]]:
        """An option for each alternative that was ticked."""
        return [[self._change(each)] for each in self.alternatives.values() if self.cleaned_data[each.id]]

    def _change(self, alternative: Alternative) -> dict[str, Any]:
        if alternative.substance is None:
            return {"kind": Kind.DROP.value, "row": self.row, "to": "", "alternative": alternative.id}
        dose = self.cleaned_data[_dose(alternative)]
        to = f"{alternative.name} {dose}".strip()
        return {"kind": Kind.REPLACE.value, "row": self.row, "to": to, "route": "oral", "alternative": alternative.id}


def _dose(alternative: Alternative) -> str:
    return f"dose_{alternative.id}"


def _too_many(room: int) -> str:
    if room <= 0:
        return pgettext("staff", "Four options stand side by side already. Take one away first.")
    text = pgettext("staff", "There is room for %(room)s more: four options stand side by side at most.")
    return text % {"room": room}
