"""The period of a report, read from the address of its page."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from monitoring.reports.rules import LONGEST_DAYS, Period, period_of

NOT_BEFORE = pgettext_lazy("staff", "The last day cannot be before the first.")
# Nothing was kept before; a year below 1 000 would not survive the change of its zone.
EARLIEST = date(2000, 1, 1)


class PeriodForm(forms.Form):
    """Days of the clinic's own, both included; without any, the last 90."""

    def __init__(self, *args: Any, today: date, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.zone = today, zone
        # In the address the days are called what the page calls them; `from` is a word of the language.
        for name, label in (("from", pgettext("staff", "From")), ("until", pgettext("staff", "Until"))):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            )

    def clean(self) -> None:
        period = self._period()
        if period.last < period.first:
            self.add_error("until", NOT_BEFORE)
        elif (period.last - period.first).days >= LONGEST_DAYS:
            self.add_error("from", pgettext("staff", "Ask for at most %(days)s days at once.") % {"days": LONGEST_DAYS})

    def period(self) -> Period:
        """The period of a form that is valid."""
        return self._period()

    def filled(self) -> "PeriodForm":
        """The same form with the days it stands for, given or not."""
        period = self._period()
        return PeriodForm({"from": period.first, "until": period.last}, today=self.today, zone=self.zone)

    def _period(self) -> Period:
        asked = self.cleaned_data
        return period_of(asked.get("from"), asked.get("until"), today=self.today, zone=self.zone)


class DayForm(forms.Form):
    """The day a handover speaks of: today until now, an earlier one until its end."""

    def __init__(self, *args: Any, now: datetime, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A field of that name in the class would hide the type.
        self.fields["date"] = forms.DateField(
            label=pgettext("staff", "Day"),
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": pgettext("staff", "Write a day such as 2026-06-15.")},
        )
        self.now, self.zone = now, zone
        self.today = now.astimezone(zone).date()

    def clean_date(self) -> date:
        day: date = self.cleaned_data["date"] or self.today
        if not EARLIEST <= day <= self.today:
            raise forms.ValidationError(pgettext("staff", "Choose today or a day before it."))
        return day

    def moment(self) -> datetime:
        """The moment the sheet of a valid form speaks of."""
        day = self.cleaned_data["date"]
        if day == self.today:
            return self.now
        return datetime.combine(day + timedelta(days=1), time(0), tzinfo=self.zone).astimezone(UTC)
