"""One alert as a line of the worklist shows it to one reader, its words ready."""

from dataclasses import dataclass
from datetime import datetime

from monitoring.alerts.models import Alert, AlertLevel, AlertState
from monitoring.alerts.rules import due_words, reason_line, span_words
from monitoring.people.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist, its words ready."""

    alert: Alert
    age: int
    waits: str
    due: str
    overdue: bool
    owner: str
    why: str
    more: int
    came_back: str
    can_close: bool
    can_snooze: bool

    @classmethod
    def of(cls, alert: Alert, now: datetime, reader: User) -> "Row":
        """The line as `reader` may act on it."""
        holder = {AlertState.TAKEN: alert.taken_by, AlertState.SNOOZED: alert.snoozed_by,
                  AlertState.CLOSED: alert.closed_by}.get(AlertState(alert.state))  # fmt: skip
        is_mine = alert.state == AlertState.TAKEN and alert.taken_by_id == reader.pk
        is_free = alert.state in {AlertState.NEW, AlertState.SNOOZED}
        is_emergency = alert.level == AlertLevel.EMERGENCY
        why, more = reason_line(alert.why)
        return cls(
            alert=alert,
            age=alert.patient.age_on(alert.patient.local_date(now)),
            waits=span_words(now - alert.raised_at),
            due=due_words(alert.due_at, now),
            overdue=alert.due_at <= now and alert.state in {AlertState.NEW, AlertState.TAKEN},
            owner=holder.name if holder else "",
            why=why or alert.get_kind_display(),
            more=more,
            came_back=alert.follows.closed_by.name if alert.follows and alert.follows.closed_by else "",
            can_close=is_mine or (is_free and not is_emergency),
            can_snooze=not is_emergency and (is_mine or alert.state == AlertState.NEW),
        )
