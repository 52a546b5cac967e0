"""What is asked about roll-outs and severities. Import these names from here."""

from monitoring.knowledge.queries.pages import (
    behind_count,
    latest_rollout,
    lines_for,
    patients_changed,
    results_of,
    rollout_seen_by,
    rule_title,
)
from monitoring.knowledge.queries.scope import (
    checks_of,
    in_scope,
    other_releases,
    scope_between,
    scope_of_rule,
    to_screen,
    why_impossible,
)
from monitoring.knowledge.queries.severities import (
    RuleStanding,
    adjustable_rules,
    adjustment_lines,
    adjustments_of_clinic,
    rule_standing,
)
from monitoring.knowledge.queries.working import clinics_behind, hazards_found, hazards_kept, rollouts_to_work_on

__all__ = [
    "RuleStanding",
    "adjustable_rules",
    "adjustment_lines",
    "adjustments_of_clinic",
    "behind_count",
    "checks_of",
    "clinics_behind",
    "hazards_found",
    "hazards_kept",
    "in_scope",
    "latest_rollout",
    "lines_for",
    "other_releases",
    "patients_changed",
    "results_of",
    "rollout_seen_by",
    "rollouts_to_work_on",
    "rule_standing",
    "rule_title",
    "scope_between",
    "scope_of_rule",
    "to_screen",
    "why_impossible",
]
