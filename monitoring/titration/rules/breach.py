"""What a guard rail says when a plan does not keep it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """A guard rail the plan does not keep. `step` 0 is the whole plan."""

    rule: str
    step: int
    text: str
    sources: tuple[str, ...]
    evidence: str
    hard: bool = False
