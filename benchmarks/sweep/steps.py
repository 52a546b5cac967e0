"""Due dose steps settled a second: the whole gate each, against the claim alone.

Evidence is read, the next dose screened, the dose written, the regimen checked again, the patient told, and the audit
lines written, in one transaction. The limit is the conditional update of as many rows, one by one.
"""

from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.measuring import interleaved, ratio

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

        self.size = size
        self.now: datetime = timezone.now()
        self.clinic = create_clinic(name=f"Bench steps {seed}", time_zone="UTC", phone="1", now=self.now, job="bench")
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
        self.far: Any = None
        self.due: list[Any] = []

    def fill(self, not_due: int) -> None:
        """One plan with this many steps, which all lie far ahead."""
        from django.db import connection

        from monitoring.titration.models import TitrationStep

        later = self.now + timedelta(days=400)
        self.far = self._plan(later.date())
        TitrationStep.objects.bulk_create(
            TitrationStep(plan=self.far, number=number, due_on=later.date(), due_at=later, amounts=["5"])
            for number in range(2, not_due + 1)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def make_due(self) -> None:
        """Sign plans whose step is due now."""
        self.due = [self._plan(self.now.date()) for _ in range(self.size)]

    def settle(self) -> int:
        """Settle what is due as the sweep does; every step must advance."""
        from django.utils import timezone

        from monitoring.titration.actions import settle_step
        from monitoring.titration.models import StepState, TitrationStep
        from monitoring.titration.queries import due_step_ids

        now = timezone.now()
        due = due_step_ids(now, self.size)
        for pk in due:
            settle_step(step_id=pk, now=now, job="bench")
        advanced = TitrationStep.objects.filter(plan__in=self.due, state=StepState.ADVANCED).count()
        if advanced != self.size:
            raise RuntimeError(f"{advanced} of {self.size} steps advanced")
        return self.size

    def claim(self) -> int:
        """The conditional update alone, row by row, on rows that look the same."""
        from monitoring.titration.models import StepState, TitrationStep

        keys = list(TitrationStep.objects.filter(plan=self.far).values_list("pk", flat=True)[: self.size])
        for old, new in ((StepState.PLANNED, StepState.HELD), (StepState.HELD, StepState.PLANNED)):
            for pk in keys:
                TitrationStep.objects.filter(pk=pk, state=old).update(state=new)
        return 2 * len(keys)

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
