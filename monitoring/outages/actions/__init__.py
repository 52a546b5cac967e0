"""Begin again after a gap, and say when its backlog is worked off."""

from monitoring.outages.actions.beginning import begin_after_restore, begin_sweep, step_in
from monitoring.outages.actions.settling import settle_gaps

__all__ = ["begin_after_restore", "begin_sweep", "settle_gaps", "step_in"]
