"""Forms for when and how often one patient is asked."""

from collections.abc import Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from monitoring.checkins.actions import Times
from monitoring.checkins.models import CheckInPreference
from monitoring.checkins.rules import FieldFault, Override, QuietHours
from monitoring.people.models import Patient
from monitoring.people.rules import time_zones

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

HOW_OFTEN = [
    ("", pgettext_lazy("staff", "As the rule says")),
    ("1", pgettext_lazy("staff", "Every day")),
    ("2", pgettext_lazy("staff", "Every second day")),
    ("3", pgettext_lazy("staff", "Every third day")),
    ("7", pgettext_lazy("staff", "Every week")),
    ("14", pgettext_lazy("staff", "Every two weeks")),
    ("28", pgettext_lazy("staff", "Every four weeks")),
]
BOTH_ENDS = _("Give both the start and the end of the quiet hours, or neither.")
NOT_A_TIME = _("Write a time like 21:30.")


def known_zones() -> list[str]:
    """The zones a page suggests: those that are named after a place."""
    return sorted(name for name in time_zones() if "/" in name and not name.startswith(("Etc/", "posix")))


def _time_field(label: "_StrPromise", help_text: "_StrPromise") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": NOT_A_TIME},
    )


class TimesForm(forms.Form):
    """When the form opens, the quiet hours and the zone; in words for staff and patients alike."""

    asks_at = _time_field(_("Time of the check-in"), _("The form opens then, for 12 hours. Empty: 08:00."))
    quiet_from = _time_field(_("Quiet from"), _("No reminder is sent in quiet hours."))
    quiet_until = _time_field(_("Quiet until"), _("May be the next morning."))
    time_zone = forms.CharField(
        label=_("Time zone"),
        help_text=_("Where you live now, like Europe/London."),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        error_messages={"required": _("Write a time zone like Europe/London.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = [cleaned.get("quiet_from"), cleaned.get("quiet_until")]
        if given.count(None) == 1 and not self.errors:
            self.add_error("quiet_from" if given[0] is None else "quiet_until", BOTH_ENDS)
        return cleaned

    def times(self) -> Times:
        start, until = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        quiet = QuietHours(start, until) if start is not None and until is not None else None
        return Times(self.cleaned_data["time_zone"].strip(), self.cleaned_data["asks_at"], quiet)

    def show_faults(self, faults: tuple[FieldFault, ...]) -> None:
        """Each at its field, in the reader's language: the rule's words are looked up as it wrote them."""
        for fault in faults:
            self.add_error(fault.path, gettext(fault.words) % fault.values if fault.words else fault.message)


def times_shown(patient: Patient, preference: CheckInPreference | None) -> dict[str, time | str | None]:
    """What the form holds before anybody changes it."""
    names = ("asks_at", "quiet_from", "quiet_until")
    return {"time_zone": patient.time_zone} | {name: getattr(preference, name, None) for name in names}


def _day_field(label: "_StrPromise", help_text: "_StrPromise") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CadenceForm(forms.Form):
    """How often this patient is asked where it differs from the rule, and why."""

    every_days = forms.ChoiceField(label=pgettext_lazy("staff", "How often"), choices=HOW_OFTEN, required=False)
    since = _day_field(
        pgettext_lazy("staff", "First day"), pgettext_lazy("staff", "Of the patient’s days. Empty: today.")
    )
    until = _day_field(
        pgettext_lazy("staff", "Last day of this"),
        pgettext_lazy("staff", "After it the rule decides again. Empty: no end."),
    )
    ends_on = _day_field(
        pgettext_lazy("staff", "Last check-in of all"),
        pgettext_lazy("staff", "After this day nobody is asked. Empty: they go on."),
    )
    reason = forms.CharField(
        label=pgettext_lazy("staff", "Reason"),
        help_text=pgettext_lazy("staff", "For the next clinician."),
        max_length=300,
        error_messages={"required": pgettext_lazy("staff", "Write why, for the next clinician.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, today: date) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.today = today

    def override(self) -> Override:
        cleaned = self.cleaned_data
        every = int(cleaned["every_days"]) if cleaned["every_days"] else None
        since = (cleaned["since"] or self.today) if every else cleaned["since"]
        return Override(every, since, cleaned["until"], cleaned["ends_on"])

    def show_faults(self, faults: tuple[FieldFault, ...]) -> None:
        for fault in faults:
            self.add_error(fault.path, fault.message)


def cadence_shown(preference: CheckInPreference | None) -> dict[str, Any]:
    """What the form holds before anybody changes it."""
    if preference is None or preference.overridden_at is None:
        return {}
    return {
        "every_days": "" if preference.every_days is None else str(preference.every_days),
        "since": preference.override_from,
        "until": preference.override_until,
        "ends_on": preference.ends_on,
        "reason": preference.reason,
    }
