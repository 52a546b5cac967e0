"""A calendar as calendar programs read it (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext, pgettext
from icalendar import Calendar, Event

from monitoring import languages
from monitoring.calendars.queries import Task

PRODUCT: Final = "-//Evenkeel//Calendar//EN"
LASTS: Final = timedelta(minutes=15)
ASK_AGAIN: Final = timedelta(hours=6)


def calendar_file(tasks: Iterable[Task], *, neutral: bool, now: datetime) -> bytes:
    """The tasks as an .ics file with wall times in the patient's zone. With `neutral` every title is the same words."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", gettext("My tasks"))
    made.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for task in tasks:
        made.add_component(_event(task, neutral=neutral, now=now))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(task: Task, *, neutral: bool, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(task.uid))
    event.add("dtstamp", now)
    event.add("dtstart", task.at)
    if isinstance(task.at, datetime):
        event.add("duration", LASTS)
    event.add("summary", gettext("Health task") if neutral else _title(task))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _title(task: Task) -> str:
    """Names alone, never an amount: the plan itself says how much."""
    names = ", ".join(task.labels)
    if task.kind == "check_in":
        return gettext("Check-in")
    if task.kind == "step":
        with languages.clinically():
            return pgettext("clinical", "%(medicine)s: look at your plan, your dose may change") % {"medicine": names}
    return names
