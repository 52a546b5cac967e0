"""The two sides of a replay: what was in force when it was asked for, and what is proposed. Reads only."""

from dataclasses import dataclass

from monitoring.backtests.models import BacktestRun
from monitoring.checkins.queries.protocols import cadence_of, thresholds_named
from monitoring.checkins.rules import CadenceRule, Thresholds, load_thresholds
from monitoring.checkins.rules.settings import hash_of, patched
from monitoring.protocols.queries import protocol_named
from monitoring.protocols.rules import AS_RELEASED

PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Sides:
    """Thresholds and cadence of either side; the very same thresholds where only the cadence is changed."""

    now: Thresholds
    proposed: Thresholds
    rule_now: CadenceRule
    rule_proposed: CadenceRule


def sides_of(run: BacktestRun) -> Sides:
    """What a replay compares; ThresholdsError when either side cannot be read."""
    proposal = run.proposal
    standing = protocol_named(proposal.clinic_id, run.base_label) or AS_RELEASED
    now = thresholds_named(proposal.clinic_id, run.base_label)
    released = load_thresholds(proposal.based_on)
    is_same = standing.based_on in {"", proposal.based_on} and dict(standing.thresholds) == proposal.thresholds
    return Sides(
        now=now,
        proposed=now if is_same else patched(
            released, proposal.thresholds, label=PROPOSED,
            content_hash=hash_of(released, proposal.thresholds, proposal.cadence),
        ),
        rule_now=cadence_of(standing.cadence),
        rule_proposed=cadence_of(proposal.cadence),
    )  # fmt: skip
