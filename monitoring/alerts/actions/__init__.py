"""Every way an alert can change."""

from monitoring.alerts.actions.answering import close_alert, release_alert, snooze_alert, step_in, take_alert
from monitoring.alerts.actions.digesting import settle_digests
from monitoring.alerts.actions.errors import AlertConflict, AlertRefused
from monitoring.alerts.actions.escalating import escalate_alert
from monitoring.alerts.actions.failed_mail import raise_alerts_for_dead_letters
from monitoring.alerts.actions.handing_over import hand_over_alerts
from monitoring.alerts.actions.policies import (
    PolicyOvertaken,
    PolicyRefused,
    PolicySettled,
    approve_escalation_policy,
    propose_escalation_policy,
    withdraw_policy_proposal,
)
from monitoring.alerts.actions.raising import raise_alert

__all__ = [
    "AlertConflict",
    "AlertRefused",
    "PolicyOvertaken",
    "PolicyRefused",
    "PolicySettled",
    "approve_escalation_policy",
    "close_alert",
    "escalate_alert",
    "hand_over_alerts",
    "propose_escalation_policy",
    "raise_alert",
    "raise_alerts_for_dead_letters",
    "release_alert",
    "settle_digests",
    "snooze_alert",
    "step_in",
    "take_alert",
    "withdraw_policy_proposal",
]
