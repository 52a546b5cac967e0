"""What calendars show. Import these names from here."""

from monitoring.calendars.queries.days import CalendarDay, MedicineOnDay, Plan, Span, days_of, plan_of, spans_of
from monitoring.calendars.queries.feeds import Task, can_be_read, feed_by_token, feed_of, tasks_of
from monitoring.calendars.queries.sheets import Sheet, sheet_of

__all__ = [
    "CalendarDay",
    "MedicineOnDay",
    "Plan",
    "Sheet",
    "Span",
    "Task",
    "can_be_read",
    "days_of",
    "feed_by_token",
    "feed_of",
    "plan_of",
    "sheet_of",
    "spans_of",
    "tasks_of",
]
