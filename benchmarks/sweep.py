"""Due dose steps settled a second, with a thousand and with a hundred thousand rows that are not due.

Each settled step is the whole gate: evidence read, next dose screened, dose written, regimen re-checked, patient
told, audit lines, one transaction. The limit is the claim alone: the conditional update of as many due rows, one by
one. The empty tick asks what is due when nothing is; it should not grow with what is not due.
"""

from datetime import date, datetime, timedelta
from typing import Any

from benchmarks import database
from benchmarks.measuring import interleaved, ratio

DUE = 100
NOT_DUE = (1_000, 100_000)
TICKS = 200
STEPS_A_PLAN = 1_000


def run(rounds: int, seed: int) -> dict[str, object]:
    """Rates by how many rows are not due, with the claim-only limit and the empty tick."""
    database.start()
    figures: dict[str, Any] = {}
    ratios: dict[str, float] = {}
    world = _World(seed)
    for not_due in NOT_DUE:
        world.fill(not_due)
        jobs = {
            f"settle, {not_due} not due": world.settle,
            f"claim only, {not_due} not due": world.claim,
            f"empty ticks, {not_due} not due": world.tick,
        }
        found = interleaved(jobs, rounds, {f"settle, {not_due} not due": world.make_due})
        figures |= found
        ratios[f"settle over claim, {not_due} not due"] = ratio(found, *list(jobs)[:2])
    small, large = (figures[f"empty ticks, {n} not due"]["median_per_second"] for n in NOT_DUE)
    ratios["empty tick, large over small"] = round(small / large, 3)
    return {"due_each_round": DUE, "durability": database.DURABLE, "figures": figures, "ratios": ratios}


class _World:
    """Patients with a signed plan and clear check-ins, and one plan whose many steps lie far ahead."""

    def __init__(self, seed: int) -> None:
        from django.utils import timezone

        from monitoring.people.actions import create_clinic, create_user
        from monitoring.people.models import Role

        self.now: datetime = timezone.now()
        self.clinic = create_clinic(name=f"Bench {seed}", time_zone="UTC", phone="1", now=self.now, job="bench")
        self.by = create_user(
            clinic=self.clinic,
            email="c@bench.example",
            name="C",
            role=Role.CLINICIAN,
            password=None,
            now=self.now,
            job="bench",
        )
        self.people = 0
        self.far: list[Any] = []
        self.due: list[Any] = []

    def fill(self, not_due: int) -> None:
        """Bring the number of steps that are not due up to `not_due`."""
        from django.db import connection

        from monitoring.titration.models import TitrationStep

        later = self.now + timedelta(days=400)
        while len(self.far) * STEPS_A_PLAN < not_due:
            self.far.append(self._plan(later.date()))
            TitrationStep.objects.bulk_create(
                [
                    TitrationStep(plan=self.far[-1], number=number, due_on=later.date(), due_at=later, amounts=["5"])
                    for number in range(2, STEPS_A_PLAN + 1)
                ],
                batch_size=5_000,
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def make_due(self) -> None:
        """Sign DUE plans whose step is due now."""
        self.due = [self._plan(self.now.date()) for _ in range(DUE)]

    def settle(self) -> int:
        """Settle what is due as the sweep does; every step must advance."""
        from django.utils import timezone

        from monitoring.titration.actions import settle_step
        from monitoring.titration.models import StepState, TitrationStep
        from monitoring.titration.queries import due_step_ids

        now = timezone.now()
        due = due_step_ids(now, DUE)
        for pk in due:
            settle_step(step_id=pk, now=now, job="bench")
        advanced = TitrationStep.objects.filter(plan__in=self.due, state=StepState.ADVANCED).count()
        if advanced != DUE:
            raise RuntimeError(f"{advanced} of {DUE} steps advanced")
        return DUE

    def claim(self) -> int:
        """The conditional update alone, row by row, on rows that look the same."""
        from monitoring.titration.models import StepState, TitrationStep

        keys = list(TitrationStep.objects.filter(plan__in=self.far).values_list("pk", flat=True)[:DUE])
        for old, new in ((StepState.PLANNED, StepState.HELD), (StepState.HELD, StepState.PLANNED)):
            for pk in keys:
                TitrationStep.objects.filter(pk=pk, state=old).update(state=new)
        return 2 * len(keys)

    def tick(self) -> int:
        from monitoring.titration.queries import due_step_ids

        for _ in range(TICKS):
            if due_step_ids(self.now):
                raise RuntimeError("something is due that should not be")
        return TICKS

    def _plan(self, due_on: date) -> Any:
        """A patient on baclofen with a signed plan whose one step falls on `due_on`, and a clear check-in today."""
        from monitoring.titration.actions import draft_plan, sign_plan
        from monitoring.titration.models import TitrationStep
        from monitoring.titration.schedule import PlannedStep

        prescription = self._prescription()
        step = PlannedStep(max(due_on, self.now.date()), (_decimal("5"), _decimal("5"), _decimal("10")))
        plan = draft_plan(
            prescription=prescription, direction="up", steps=[step], template=None, policy="advance_when_clear",
            note="", by=self.by, now=self.now,
        )  # fmt: skip
        reasons = dict.fromkeys(("gap", "step_size", "renal", "renal_avoid", "egfr_unknown"), "a benchmark")
        sign_plan(plan=plan, exceptions=reasons, by=self.by, now=self.now)
        TitrationStep.objects.filter(plan=plan, due_on=self.now.date()).update(due_at=self.now - timedelta(minutes=1))
        self._report(prescription.patient)
        return plan

    def _prescription(self) -> Any:
        from monitoring.people.actions import register_patient
        from monitoring.regimens.actions import prescribe

        self.people += 1
        begun = self.now - timedelta(days=10)
        patient = register_patient(
            clinic=self.clinic, identifier=f"S{self.people}", family_name="Bench", given_names="S",
            egfr=_decimal("95"), egfr_on=begun.date(), birth_date=date(1980, 1, 1), conditions=[], by=self.by,
            now=begun,
        )  # fmt: skip
        return prescribe(
            patient=patient, entered="baclofen", route="oral", dose=_dose("5", "5", "5"), sig="",
            starts_on=begun.date(), by=self.by, now=begun,
        )  # fmt: skip

    def _report(self, patient: Any) -> None:
        from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport

        check_in = CheckIn.objects.create(
            patient=patient, local_date=self.now.date(), opens_at=self.now, closes_at=self.now,
            state=CheckInState.SUBMITTED,
        )  # fmt: skip
        SymptomReport.objects.create(
            check_in=check_in, patient=patient, submission_key=check_in.pk, answers={"q1_sleepiness": 0},
            submitted_at=self.now, submitted_by=self.by, level=0, threshold_version="2026.11",
        )  # fmt: skip


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def _dose(*amounts: str) -> Any:
    from interactions.medicines import Dose

    return Dose(tuple(_decimal(amount) for amount in amounts), "mg")
