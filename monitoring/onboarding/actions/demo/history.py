"""Plays the demo clinic's weeks day by day, through the actions that people and sweeps use."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from uuid import UUID

from interactions.checking import read_conditions
from interactions.medicines.dosing import dosing_facts
from monitoring.alerts.actions import close_alert, take_alert
from monitoring.alerts.models import Alert, AlertOutcome
from monitoring.checkins.actions import ask_check_in, mark_check_in_missed, plan_due_check_ins, submit_check_in
from monitoring.checkins.models import CheckIn, CheckInQuerySet
from monitoring.onboarding.actions.demo.cast import DemoMedicine, DemoPatient
from monitoring.people.actions import create_user, join_care_team, register_patient
from monitoring.people.models import Clinic, Patient, Role, User
from monitoring.regimens.actions import (
    acknowledge_flag,
    change_patient_context,
    prescribe,
    recheck_due_regimen,
    stop_prescription,
)
from monitoring.regimens.models import FlagStatus, InteractionFlag, OverrideReason, Prescription, PrescriptionState
from monitoring.regimens.queries import due_regimen_ids
from monitoring.regimens.rules import reasons_for
from monitoring.titration.actions import (
    check_guard_rails,
    draft_plan,
    planned_steps,
    release_step,
    settle_step,
    sign_plan,
)
from monitoring.titration.models import Direction, StepPolicy, StepState, TitrationStep
from monitoring.titration.queries import due_step_ids
from monitoring.titration.schedule import from_template

JOB: Final = "seed_demo"
PAIRS: Final = frozenset({"PAIR_CNS", "TCA_CLASS"})
# Nobody tidies up on the last days, so that the worklist has something on it.
LEFT_OPEN_DAYS: Final = 1
WELL: Final = {
    "danger_signs": ["none"], "q1_sleepiness": 0, "q2_breathing": 0, "q3_standing": 0, "q4_fall": 0, "q5_thinking": 0,
    "q6_strength": 0, "q7_heart": 0, "q8_body": ["none"], "q9_mood": 0, "q10_doses_other": ["none"],
}  # fmt: skip


class History:
    """One clinic's past, from `days` days ago until `now`; the same for the same seed and instant."""

    def __init__(
        self, clinic: Clinic, team: list[User], *, now: datetime, days: int, seed: int, mailbox: str = "demo.example",
        first_number: int = 1,
    ) -> None:  # fmt: skip
        self.clinic, self.team, self.now, self.days = clinic, team, now, days
        self.mailbox, self.first_number = mailbox, first_number
        self.random = Random(seed)  # noqa: S311 - a story, not a secret
        self.people: dict[UUID, DemoPatient] = {}

    def play(self, cast: list[tuple[DemoPatient, User | None]]) -> None:
        """Register everybody, then live through the days."""
        for number, (person, user) in enumerate(cast, start=self.first_number):
            self._register(person, user, number)
        for day in range(self.days + 1):
            self._live(day)

    def _at(self, day: int, hour: int, minute: int = 0) -> datetime:
        moment = (self.now - timedelta(days=self.days - day)).astimezone(UTC)
        return min(moment.replace(hour=hour, minute=minute, second=0, microsecond=0), self.now)

    def _uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def _register(self, person: DemoPatient, user: User | None, number: int) -> None:
        now = self._at(0, 7)
        context: dict[str, Any] = {}
        if person.egfr is not None:
            context |= {"egfr": person.egfr, "egfr_on": (now - timedelta(days=20)).date()}
        if person.conditions is not None:
            context["conditions"] = sorted(read_conditions(person.conditions)[0])
        if user is None:
            user = create_user(
                clinic=self.clinic, email=f"patient{number}@{self.mailbox}", name=f"{person.given} {person.family}",
                role=Role.PATIENT, password=None, now=now, job=JOB,
            )  # fmt: skip
        patient = register_patient(
            clinic=self.clinic, identifier=f"DEMO-{number:04}", family_name=person.family, given_names=person.given,
            birth_date=person.born, sex=person.sex, user=user, is_demo=True, job=JOB, now=now, **context,
        )  # fmt: skip
        for member in self.team:
            join_care_team(patient=patient, clinician=member, job=JOB, now=now)
        self.people[patient.pk] = person

    def _live(self, day: int) -> None:
        """A day: the clinic prescribes, the sweeps run, patients answer, the clinic answers them."""
        self._settle_steps(self._at(day, 6))
        for pk in self.people.keys() & set(due_regimen_ids(self._at(day, 7))):
            recheck_due_regimen(patient_id=pk, now=self._at(day, 7), job=JOB)
        for patient, person in self._patients():
            for medicine in person.medicines:
                self._prescribe(patient, medicine, day)
            if day == self.days and person.egfr_at_end is not None:
                self._new_egfr(patient, person.egfr_at_end, self._at(day, 8, 15))
            if day < self.days - LEFT_OPEN_DAYS and not person.left_alone:
                self._acknowledge(patient, self.team[day % len(self.team)], self._at(day, 8, 30))
            plan_due_check_ins(patient_id=patient.pk, now=self._at(day, 7), job=JOB)
        for pk in self._their_check_ins().to_remind(self._at(day, 9)).values_list("pk", flat=True):
            ask_check_in(check_in_id=pk, now=self._at(day, 9), job=JOB)
        self._answer(day)
        self._tidy_up(day)
        for pk in self._their_check_ins().overdue(self._at(day, 23)).values_list("pk", flat=True):
            mark_check_in_missed(check_in_id=pk, now=self._at(day, 23), job=JOB)

    def _patients(self) -> Iterator[tuple[Patient, DemoPatient]]:
        for patient in Patient.objects.filter(pk__in=self.people).order_by("identifier"):
            yield patient, self.people[patient.pk]

    def _prescribe(self, patient: Patient, medicine: DemoMedicine, day: int) -> None:
        by, now = self.team[day % len(self.team)], self._at(day, 8)
        begins = min(medicine.begins, max(0, self.days - 3))
        if day == begins:
            prescribe(
                patient=patient, entered=medicine.entered, route="oral", dose=medicine.dose, sig="",
                starts_on=patient.local_date(now), by=by, now=now, token=self._uuid(),
            )  # fmt: skip
            self._acknowledge(patient, by, now)
        found = Prescription.objects.filter(patient=patient, entered=medicine.entered, state=PrescriptionState.ACTIVE)
        if medicine.ends == day and (prescription := found.first()):
            stop_prescription(
                prescription=prescription, last_day=patient.local_date(now), reason="no_benefit", note="", by=by,
                now=now, expected_version=prescription.version,
            )  # fmt: skip
        if (
            medicine.plan
            and day == max(begins + 1, self.days - medicine.planned_ago)
            and (prescription := found.first())
        ):
            self._plan(patient, prescription, medicine, by, now)

    def _acknowledge(self, patient: Patient, by: User, now: datetime) -> None:
        flags = InteractionFlag.objects.filter(patient=patient, status=FlagStatus.OPEN, blocking=True)
        for flag in flags.order_by("code", "fingerprint"):
            # What is said of the pair starts the check-ins; of the rest one reason or another, by the day.
            likely = reasons_for(flag.code)[:3]
            reason = OverrideReason.WILL_MONITOR if flag.code in PAIRS else likely[now.day % len(likely)]
            acknowledge_flag(
                flag=flag, reason=reason, by=by, now=now,
                note="Lower the dose and call if sleepy 3 or more, or after any fall.",
            )  # fmt: skip

    def _new_egfr(self, patient: Patient, egfr: Decimal, now: datetime) -> None:
        changes = {"egfr": egfr, "egfr_on": patient.local_date(now)}
        change_patient_context(patient=patient, changes=changes, by=self.team[0], now=now)

    def _plan(
        self, patient: Patient, prescription: Prescription, medicine: DemoMedicine, by: User, now: datetime
    ) -> None:
        direction = Direction.TAPER if medicine.plan == "taper" else Direction.UP
        known = [s for s in dosing_facts(prescription.ingredients[0]).schedules if s.direction == direction]
        template = min(known, key=lambda s: s.max_step) if medicine.plan == "cautious" else known[0]
        steps = from_template(template, patient.local_date(now) + timedelta(days=2), medicine.dose.daily)
        plan = draft_plan(
            prescription=prescription, direction=direction, steps=steps, template=template,
            policy=StepPolicy.ADVANCE_WHEN_CLEAR, note="", by=by, now=now,
        )  # fmt: skip
        if medicine.plan == "drawn":
            return
        breaches = check_guard_rails(
            patient=patient, prescription=prescription, direction=direction, steps=planned_steps(plan),
            template=template.id, today=patient.local_date(now),
        )  # fmt: skip
        reasons = {breach.rule: "Small steps, watched by daily check-ins." for breach in breaches}
        sign_plan(plan=plan, exceptions=reasons, by=by, now=now)

    def _settle_steps(self, now: datetime) -> None:
        steps = TitrationStep.objects.filter(pk__in=due_step_ids(now), plan__patient__in=self.people)
        for pk in steps.order_by("due_at", "id").values_list("pk", flat=True):
            settle_step(step_id=pk, now=now, job=JOB)

    def _their_check_ins(self) -> CheckInQuerySet:
        """Of the people of this story alone: beside them there may be others, whose day it is not."""
        found: CheckInQuerySet = CheckIn.objects.filter(patient__in=self.people).order_by("opens_at", "id")
        return found

    def _answer(self, day: int) -> None:
        """Patients fill in what is open; today's is left for the visitor to try."""
        if day == self.days:
            return
        now = self._at(day, 9, 30)
        waiting = self._their_check_ins().open_at(now)
        for check_in in waiting.select_related("patient__user").order_by("patient__identifier"):
            patient = check_in.patient
            person = self.people[patient.pk]
            if patient.user is None or self.random.random() < person.misses:
                continue
            submit_check_in(
                patient=patient, answers=self._answers(patient, person, day, now), submission_key=self._uuid(),
                by=patient.user, now=now, check_in=check_in,
            )  # fmt: skip

    def _answers(self, patient: Patient, person: DemoPatient, day: int, now: datetime) -> dict[str, object]:
        answers: dict[str, object] = dict(WELL)
        for question, usual in person.symptoms.items():
            answers[question] = usual if self.random.random() < 0.5 else 0
        since = patient.local_date(now) - timedelta(days=2)
        risen = patient.prescriptions.filter(dose_periods__starts_on__gte=since, dose_periods__source="step").exists()
        if risen and self.random.random() < 0.6:
            answers.update(person.worse_after)
        if day == self.days - 1:
            answers.update(person.ends_badly)
        return answers

    def _tidy_up(self, day: int) -> None:
        """The clinic takes and closes what came up, and releases what was held, but for the last days."""
        if day >= self.days - LEFT_OPEN_DAYS:
            return
        now, by = self._at(day, 11), self.team[day % len(self.team)]
        for alert in Alert.objects.open().filter(patient__in=self.people).order_by("raised_at", "id"):
            take_alert(alert=alert, by=by, now=now)
            alert.refresh_from_db()
            close_alert(
                alert=alert, outcome=AlertOutcome.CALLED, note="Spoke on the phone; carer at home, no change needed.",
                by=by, now=now + timedelta(minutes=20),
            )  # fmt: skip
        held = TitrationStep.objects.filter(state=StepState.HELD, plan__patient__in=self.people)
        for step in held.select_related("plan").order_by("due_on", "id"):
            release_step(
                step=step, reason="Spoke with the patient, who is well again.", by=by, now=now + timedelta(minutes=30)
            )
