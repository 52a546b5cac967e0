"""Guard rails as pages show them: what each says, and what it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from interactions.medicines.dosing import DosingFacts
from monitoring.titration.forms import basis_mark, basis_text
from monitoring.titration.rules import Breach
from monitoring.titration.schedule import PlannedStep


@dataclass(frozen=True, slots=True)
class BreachLine:
    """A guard rail as it is shown; `on` is the day of the step that breaks it, None where it is the whole plan."""

    breach: Breach
    basis: str
    mark: str
    on: date | None = None


def lines_of(
    breaches: Iterable[Breach], facts: DosingFacts, steps: Sequence[PlannedStep] = ()
) -> tuple[BreachLine, ...]:
    """Each breach with its source; with the steps, in the order of their days, also with its day."""
    return tuple(
        BreachLine(
            each,
            basis_text(each.sources, each.evidence, facts),
            basis_mark(each.sources, each.evidence),
            steps[each.step - 1].on if 0 < each.step <= len(steps) else None,
        )
        for each in breaches
    )
