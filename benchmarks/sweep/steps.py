"""Due dose steps settled a second: the whole gate each, against the claim alone.

Evidence is read, the next dose screened, the dose written, the regimen checked again, the patient told, and the audit
lines written, in one transaction. The limit is the conditional update of as many rows, one by one.
"""

from datetime import timedelta
from typing import Any

from benchmarks.measuring import interleaved, ratio
from benchmarks.sweep.ward import enrol

NOT_DUE = 1_000
SETTLE, CLAIM = "dose steps through the gate", "dose steps, claim only"


def measure(rounds: int, seed: int, due: int) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Rates of both, and the one as a share of the other."""
    world = _World(seed, due)
    world.fill(NOT_DUE)
    figures = interleaved({SETTLE: world.settle, CLAIM: world.claim}, rounds, {SETTLE: world.make_due})
    return figures, {"dose steps over claim only": ratio(figures, SETTLE, CLAIM)}


class _World:
    """Patients with a signed plan and clear check-ins, and one plan whose many steps lie far ahead."""

    def __init__(self, seed: int, size: int) -> None:
        from django.utils import timezone

        from monitoring.people.actions import create_clinic, create_user
        from monitoring.people.models import Role

        self.size, self.now = size, timezone.now()
        self.clinic = create_clinic(name=f"Bench steps {seed}", time_zone="UTC", phone="1", now=self.now, job="bench")
        self.by = create_user(
            clinic=self.clinic, email=f"steps{seed}@bench.example", name="C", role=Role.CLINICIAN, password=None,
            now=self.now, job="bench",
        )  # fmt: skip
        self.far: Any = None
        self.due: list[Any] = []

    def fill(self, not_due: int) -> None:
        """One plan with this many steps, which all lie far ahead."""
        from monitoring.titration.models import TitrationStep

        later = self.now + timedelta(days=400)
        (first,) = self._steps(1)
        self.far = first.plan
        self.far.steps.update(due_at=later, due_on=later.date())
        TitrationStep.objects.bulk_create(
            TitrationStep(plan=self.far, number=number, due_on=later.date(), due_at=later, amounts=["5"])
            for number in range(2, not_due + 1)
        )

    def make_due(self) -> None:
        """Sign plans whose step is due now."""
        self.due = [step.pk for step in self._steps(self.size)]

    def settle(self) -> int:
        """Settle what is due as the sweep does; every step must advance."""
        from django.utils import timezone

        from monitoring.titration.actions import settle_step
        from monitoring.titration.models import StepState, TitrationStep
        from monitoring.titration.queries import due_step_ids

        now = timezone.now()
        for pk in due_step_ids(now, self.size):
            settle_step(step_id=pk, now=now, job="bench")
        advanced = TitrationStep.objects.filter(pk__in=self.due, state=StepState.ADVANCED).count()
        if advanced != self.size:
            raise RuntimeError(f"{advanced} of {self.size} steps advanced")
        return self.size

    def claim(self) -> int:
        """The conditional update alone, row by row, on rows that look the same."""
        from django.db.models import F

        from monitoring.titration.models import StepState, TitrationStep

        keys = list(TitrationStep.objects.filter(plan=self.far).values_list("pk", flat=True)[: self.size])
        for pk in keys:
            TitrationStep.objects.filter(pk=pk, state=StepState.PLANNED).update(due_at=F("due_at"))
        return len(keys)

    def _steps(self, count: int) -> list[Any]:
        """A due step each for as many new patients."""
        from tests.faults import crowd

        return crowd.due_steps(enrol(self.clinic, self.by, count, self.now), self.by, self.now)
