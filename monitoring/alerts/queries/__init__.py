"""What pages, actions and sweeps ask about alerts. Import from here."""

from monitoring.alerts.queries.due import (
    digests_due,
    handing_over,
    out_of_reach,
    stranded_by,
    unanswered_ids,
    waiting_for,
)
from monitoring.alerts.queries.policies import (
    policies_of,
    policies_proposed,
    policy_in_force,
    policy_numbered,
    policy_proposed,
    policy_versions,
)
from monitoring.alerts.queries.worklist import (
    ESCALATION_SWEEP,
    LEVEL_NAMES,
    OPEN,
    Counts,
    Filters,
    calling_for_help,
    counts,
    covered_in,
    earlier_alerts,
    last_check,
    open_alerts_of,
    worklist,
)

__all__ = [
    "ESCALATION_SWEEP",
    "LEVEL_NAMES",
    "OPEN",
    "Counts",
    "Filters",
    "calling_for_help",
    "counts",
    "covered_in",
    "digests_due",
    "earlier_alerts",
    "handing_over",
    "last_check",
    "open_alerts_of",
    "out_of_reach",
    "policies_of",
    "policies_proposed",
    "policy_in_force",
    "policy_numbered",
    "policy_proposed",
    "policy_versions",
    "stranded_by",
    "unanswered_ids",
    "waiting_for",
    "worklist",
]
