"""Why an answer to an alert was not taken."""

from datetime import datetime

from monitoring.alerts.models import Alert, AlertState


class AlertRefused(ValueError):  # noqa: N818 - named for what happened
    """The answer breaks a rule; `field` names the field of the form that holds it."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class AlertConflict(Exception):  # noqa: N818 - named for what happened
    """Somebody else was there first; says who has the alert, since when, and in what state it is."""

    def __init__(self, alert: Alert) -> None:
        self.alert = alert
        self.state = AlertState(alert.state)
        holder, self.since = _holder(alert)
        self.holder = holder or "Nobody"
        super().__init__(f"{self.holder} has this alert ({self.state.label.lower()}).")


def _holder(alert: Alert) -> tuple[str, datetime | None]:
    if alert.state == AlertState.CLOSED and alert.closed_by:
        return alert.closed_by.name, alert.closed_at
    if alert.state == AlertState.SNOOZED and alert.snoozed_by:
        return alert.snoozed_by.name, None
    if alert.state == AlertState.TAKEN and alert.taken_by:
        return alert.taken_by.name, alert.taken_at
    return "", None
