"""One reason inside a verdict."""

from dataclasses import dataclass

from monitoring.checkins.rules.levels import Level


@dataclass(frozen=True, slots=True)
class Sign:
    """What was found. `own_level` is its level in its own right, `level` the one after the patient's context.

    Signs derived from others have no level of their own, so that nothing is counted twice.
    """

    what: str
    level: Level
    own_level: Level
    says: str
