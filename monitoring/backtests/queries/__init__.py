"""What the pages, the actions and the job ask. Import these names from here."""

from monitoring.backtests.queries.differences import (
    Difference,
    as_protocol,
    differences,
    from_release,
    proposed,
    version_lines,
)
from monitoring.backtests.queries.pages import (
    Results,
    latest_run,
    lines_for,
    patients_changed,
    percent_of,
    proposal_seen_by,
    proposals_of,
    results_of,
)
from monitoring.backtests.queries.replaying import runs_to_work_on
from monitoring.backtests.queries.wording import RuleWords, rules_in_words

__all__ = [
    "Difference",
    "Results",
    "RuleWords",
    "as_protocol",
    "differences",
    "from_release",
    "latest_run",
    "lines_for",
    "patients_changed",
    "percent_of",
    "proposal_seen_by",
    "proposals_of",
    "proposed",
    "results_of",
    "rules_in_words",
    "runs_to_work_on",
    "version_lines",
]
