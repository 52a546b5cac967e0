"""What a clinician types to propose a change, to approve it and to withdraw it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.checkins.rules import current_thresholds, instant_of
from monitoring.checkins.rules.levels import Level
from monitoring.checkins.rules.settings import settings_of
from monitoring.protocols.rules import CADENCE, REASON_MIN_LENGTH, Fault, Protocol, Setting

_TOO_SHORT: Final = format_lazy(
    pgettext_lazy("staff", "Write a reason of at least {reason_min_length} characters."),
    reason_min_length=REASON_MIN_LENGTH,
)
_REASON: Final = {"required": _TOO_SHORT, "min_length": _TOO_SHORT}
_NUMBER_FAULTS: Final = (
    "required", "invalid", "min_value", "max_value", "max_decimal_places", "max_digits", "max_whole_digits",
)  # fmt: skip
AT_ONCE, FROM_A_DAY = "now", "day"
BEFORE_TOMORROW: Final = pgettext_lazy("staff", "Choose a day after today, or “at once”.")


def _reason(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, min_length=REASON_MIN_LENGTH, max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}), error_messages=_REASON,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; open where something in them is not the release, or is wrong."""

    title: str
    fields: tuple[forms.BoundField, ...]
    is_open: bool
    moved: int


class ProposalForm(forms.Form):
    """Every setting that may be changed, filled with a version; what is left as released is no change."""

    def __init__(self, data: Any, *, start: Protocol) -> None:
        super().__init__(data)
        self.settings = {**settings_of(current_thresholds()), **CADENCE}
        begun = {**start.thresholds, **{name: f"{value}" for name, value in start.cadence.items()}}
        for name, setting in self.settings.items():
            self.fields[name] = _field(setting, begun.get(name, setting.released))
        self.fields["reason"] = _reason(
            pgettext("staff", "Reason"),
            pgettext("staff", "Kept for good with the version. Write nothing about a patient."),
        )

    def groups(self) -> Iterator[Group]:
        """The settings by topic, in the order of the release."""
        titles = dict.fromkeys(setting.group for setting in self.settings.values())
        for title in titles:
            names = [name for name, setting in self.settings.items() if setting.group == title]
            fields = tuple(self[name] for name in names)
            moved = sum(f"{self[name].value()}" != self.settings[name].released for name in names)
            yield Group(title, fields, bool(moved or any(field.errors for field in fields)), moved)

    def thresholds(self) -> dict[str, str]:
        """Every level and figure that is not as released."""
        return {name: text for name, text in self._moved() if name not in CADENCE}

    def cadence(self) -> dict[str, int]:
        """Every figure of the cadence that is not as released."""
        return {name: int(text) for name, text in self._moved() if name in CADENCE}

    def _moved(self) -> Iterator[tuple[str, str]]:
        for name, setting in self.settings.items():
            value = self.cleaned_data[name]
            text = f"{value.normalize():f}" if isinstance(value, Decimal) else f"{value}"
            same = Decimal(text) == Decimal(setting.released) if not setting.is_level else text == setting.released
            if not same:
                yield name, text

    def add_faults(self, faults: tuple[Fault, ...]) -> None:
        """Say at each field what may not be so."""
        for fault in faults:
            self.add_error(fault.setting if fault.setting in self.fields else None, fault.message)


def _field(setting: Setting, value: str) -> forms.Field:
    label = f"{setting.group}: {setting.label}"
    if setting.is_level:
        choices = [(word, _level_words(word, setting.released)) for word in setting.choices]
        return forms.ChoiceField(label=label, choices=choices, initial=value)
    limits = pgettext("staff", "from %(low)s to %(high)s") % {"low": setting.low, "high": setting.high}
    wrong = (
        pgettext("staff", "Enter a number %(limits)s.") % {"limits": limits}
        if setting.places
        else pgettext("staff", "Enter a whole number %(limits)s.") % {"limits": limits}
    )
    return forms.DecimalField(
        label=label,
        initial=value,
        min_value=setting.low,
        max_value=setting.high,
        decimal_places=setting.places,
        help_text=pgettext("staff", "As released: %(released)s %(unit)s. You may choose %(limits)s.")
        % {"released": setting.released, "unit": setting.unit, "limits": limits},
        widget=forms.TextInput(attrs={"inputmode": "decimal" if setting.places else "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(_NUMBER_FAULTS, wrong),
    )


def _level_words(word: str, released: str) -> str:
    label = Level.from_word(word).label
    return pgettext("staff", "%(label)s (as released)") % {"label": label} if word == released else label


class ApprovalForm(forms.Form):
    """From when, and what the second clinician has to say; `run` is the replay that was read."""

    run = forms.UUIDField(widget=forms.HiddenInput)
    start = forms.ChoiceField(
        label=pgettext_lazy("staff", "In force"),
        choices=[(AT_ONCE, pgettext_lazy("staff", "At once")), (FROM_A_DAY, pgettext_lazy("staff", "From a day on"))],
        widget=forms.RadioSelect,
        error_messages={"required": pgettext_lazy("staff", "Choose from when it is in force.")},
    )
    day = forms.DateField(
        label=pgettext_lazy("staff", "Day"),
        required=False,
        help_text=pgettext_lazy("staff", "From the first minute of that day in the clinic's time."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    note = _reason(
        pgettext_lazy("staff", "Why you approve it"),
        pgettext_lazy("staff", "Kept for good with the version. Write nothing about a patient."),
    )

    def __init__(self, data: Any, *, today: date, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.today, self.zone = today, zone

    def clean(self) -> None:
        day = self.cleaned_data.get("day")
        if self.cleaned_data.get("start") == FROM_A_DAY and "day" not in self.errors and (not day or day <= self.today):
            self.add_error("day", BEFORE_TOMORROW)

    def in_force_from(self) -> datetime | None:
        """The instant chosen; None is at once."""
        if self.cleaned_data["start"] == AT_ONCE:
            return None
        return instant_of(self.cleaned_data["day"], time(0), self.zone)


class WithdrawalForm(forms.Form):
    """Why a proposal is taken back."""

    reason = _reason(
        pgettext_lazy("staff", "Reason"), pgettext_lazy("staff", "Kept for good. Write nothing about a patient.")
    )
