"""What is asked about roll-outs. Import these names from here."""

from monitoring.knowledge.queries.scope import (
    checks_of,
    in_scope,
    other_releases,
    scope_between,
    scope_of_rule,
    to_screen,
    why_impossible,
)
from monitoring.knowledge.queries.working import clinics_behind, hazards_found, hazards_kept, rollouts_to_work_on

__all__ = [
    "checks_of",
    "clinics_behind",
    "hazards_found",
    "hazards_kept",
    "in_scope",
    "other_releases",
    "rollouts_to_work_on",
    "scope_between",
    "scope_of_rule",
    "to_screen",
    "why_impossible",
]
