"""One patient, her clinicians and the sweeps, all through the product's own actions, with what must hold at each."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from interactions.medicines import Dose
from monitoring.alerts.actions import close_alert, raise_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertState
from monitoring.checkins.actions import mark_check_in_missed, plan_due_check_ins, submit_check_in
from monitoring.checkins.queries import check_ins_overdue
from monitoring.operations.models import SchedulerGap
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import RegimenError, change_dose, stop_prescription
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import (
    PlanConflictError,
    PlanRefusedError,
    cancel_plan,
    draft_plan,
    end_overtaken_plan,
    pause_plan,
    release_step,
    resume_plan,
    roll_back_plan,
    settle_step,
    sign_plan,
)
from monitoring.titration.models import Direction, PlanDecision, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import due_step_ids, overtaken_plan_ids, present_dose
from monitoring.titration.schedule import PlannedStep
from tests.monitoring.titration.conftest import JOB, REASON, at, reasons_for

REFUSALS = (PlanConflictError, PlanRefusedError, RegimenError)
URGENT = 3


def runs(usual: int, thorough: int) -> int:
    """How many stories to try: HYPOTHESIS_RUNS when it is set, many in the thorough profile, else the usual few."""
    number = os.environ.get("HYPOTHESIS_RUNS", "")
    return int(number) if number else thorough if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else usual


class Ward:
    """Maya from the morning of `day` on. Whatever is refused is refused; whatever is done is held against the rules."""

    def __init__(self, patient: Patient, by: User, baclofen: Prescription, well: dict[str, object], day: date) -> None:
        self.patient, self.by, self.baclofen, self.well = patient, by, baclofen, well
        self.clock = at(patient, day, 11).astimezone(UTC)
        self.seen: Counter[str] = Counter()

    @property
    def day(self) -> date:
        return self.patient.local_date(self.clock)

    def now(self) -> datetime:
        """A little later than before."""
        self.clock += timedelta(minutes=5)
        return self.clock

    def plan(self, changes: list[int], gap: int, first: int, policy: str) -> None:
        """Draw a plan up and sign it with every reason asked for."""
        daily = present_dose(self.baclofen, self.day).daily or Decimal(0)
        steps = []
        for place, change in enumerate(changes):
            daily = max(Decimal(0), daily + change)
            steps.append(PlannedStep(self.day + timedelta(days=first + place * gap), (daily,) if daily else ()))
        direction = "up" if changes[0] > 0 else "taper"
        try:
            plan = draft_plan(
                prescription=self.baclofen, direction=direction, steps=steps, template=None, note="", by=self.by,
                policy=policy, now=self.now(),
            )  # fmt: skip
            sign_plan(plan=plan, exceptions=reasons_for(plan, self.day), by=self.by, now=self.now())
        except REFUSALS:
            self.seen["not signed"] += 1

    def check_in(self, sleepy: int, doses: list[str]) -> None:
        answers = self.well | {"q1_sleepiness": sleepy, "q10_doses_other": doses}
        submit_check_in(
            patient=self.patient, answers=answers, submission_key=uuid4(), by=self.by, now=self.now()
        )  # fmt: skip

    def alarm(self, kind: AlertKind, level: int) -> None:
        """Something else is wrong, of which no check-in speaks."""
        raise_alert(
            patient=self.patient, kind=kind, level=level, why=["Ran out."], source_type="tests", now=self.now(), job=JOB
        )

    def answer_alerts(self) -> None:
        for alert in Alert.objects.open():
            if alert.state != AlertState.TAKEN:
                take_alert(alert=alert, by=self.by, now=self.now())
                alert.refresh_from_db()
            close_alert(alert=alert, outcome="called", note="Well again, by phone.", by=self.by, now=self.now())

    def change_by_hand(self, mg: int) -> None:
        self.baclofen.refresh_from_db()
        try:
            change_dose(
                prescription=self.baclofen, dose=Dose((Decimal(mg),), "mg"), sig="", from_day=self.day, by=self.by,
                now=self.now(), expected_version=self.baclofen.version, without_taper_reason="As agreed today.",
            )  # fmt: skip
        except RegimenError:
            self.seen["not changed"] += 1

    def stop(self) -> None:
        """The medicine is stopped by hand, against advice and with a reason."""
        self.baclofen.refresh_from_db()
        try:
            stop_prescription(
                prescription=self.baclofen, last_day=self.day, reason="side_effect", note="", by=self.by,
                now=self.now(), expected_version=self.baclofen.version, without_taper_reason="Stopped in hospital.",
            )  # fmt: skip
            self.seen["stopped by hand"] += 1
        except RegimenError:
            self.seen["not stopped"] += 1

    def release(self) -> None:
        for step in TitrationStep.objects.filter(state=StepState.HELD, plan__state="signed"):
            before = self.present()
            try:
                release_step(step=step, reason=REASON, by=self.by, now=self.now())
            except REFUSALS:
                self.seen["not released"] += 1
                continue
            self.seen["released"] += 1
            self.check_taken_up(step, before)

    def steer(self, deed: str) -> None:
        """Pause, resume, roll back or cancel whatever runs."""
        deeds: dict[str, Any] = {
            "pause": pause_plan, "resume": resume_plan, "roll back": roll_back_plan, "cancel": cancel_plan,
        }  # fmt: skip
        more = {"without_taper_reason": "Watched on the ward."} if deed == "roll back" else {}
        for plan in TitrationPlan.objects.filter(state__in=["signed", "completed"]).order_by("-signed_at")[:1]:
            daily, _ = self.present()
            try:
                deeds[deed](plan=plan, reason=f"{REASON} {self.clock}", by=self.by, now=self.now(), **more)
            except REFUSALS:
                self.seen[f"no {deed}"] += 1
                continue
            self.seen[deed] += 1
            after, _ = self.present()
            if deed == "roll back":
                assert daily is not None
                assert after is not None
                assert 0 < after < daily, "a roll-back only lowers, and never to nothing"
            else:
                assert after == daily, f"{deed} changed the dose"

    def nights(self, count: int, *, watched: bool) -> None:
        """Mornings come; unless `watched`, the machine was off until the last of them."""
        start = self.clock
        for number in range(1, count + 1):
            self.clock = at(self.patient, self.patient.local_date(start) + timedelta(days=number), 6).astimezone(UTC)
            if watched or number == count:
                if not watched:
                    SchedulerGap.objects.create(from_at=start, to_at=self.clock, cause="outage", noted_at=self.clock)
                self.sweep()
        SchedulerGap.objects.filter(settled_at__isnull=True).update(settled_at=self.clock)

    def clock_back(self, hours: int) -> None:
        """Somebody sets the machine's clock back."""
        self.clock -= timedelta(hours=hours)
        self.sweep()

    def sweep(self) -> None:
        plan_due_check_ins(patient_id=self.patient.pk, now=self.clock, job=JOB)
        for pk in check_ins_overdue(self.clock):
            mark_check_in_missed(check_in_id=pk, now=self.clock, job=JOB)
        for pk in overtaken_plan_ids(self.clock):
            end_overtaken_plan(plan_id=pk, now=self.clock, job=JOB)
        for pk in due_step_ids(self.clock):
            self.settle(pk)

    def settle(self, pk: Any) -> None:
        blocking = list(Alert.objects.open().filter(level__gte=2).exclude(kind=AlertKind.STEP_HELD, level__lt=URGENT))
        in_a_gap = SchedulerGap.objects.filter(to_at__gte=TitrationStep.objects.get(pk=pk).due_at).exists()
        before = self.present()
        settle_step(step_id=pk, now=self.clock, job=JOB)
        step = TitrationStep.objects.get(pk=pk)
        self.seen[step.state] += 1
        if step.state != StepState.ADVANCED:
            return
        assert all(a.kind == AlertKind.DELIVERY and a.level < URGENT for a in blocking), "taken up over an open alert"
        assert not in_a_gap, "taken up though nobody watched when it was due"
        assert step.decision["reasons"] == []
        assert step.plan.policy == "advance_when_clear", "taken up without the word that was asked for"
        reports = step.decision["saw"]["reports"]
        assert any(report["since_change"] and report["level"] < 2 and report["doses"] is not None for report in reports)
        self.check_taken_up(step, before)

    def present(self) -> tuple[Decimal | None, date | None]:
        found = present_dose(Prescription.objects.get(pk=self.baclofen.pk), self.day)
        return found.daily, found.since

    def check_taken_up(self, step: TitrationStep, before: tuple[Decimal | None, date | None]) -> None:
        """What any step that is taken up must be, whoever took it up."""
        daily, since = before
        plan = TitrationPlan.objects.get(pk=step.plan_id)
        step.refresh_from_db()
        signed = plan.signed_steps[step.number - 1]
        assert signed["amounts"] == step.amounts, "a dose that was not signed"
        assert plan.signed_by_id is not None
        assert not plan.paused
        assert not plan.steps.filter(number__lt=step.number).exclude(state=StepState.ADVANCED).exists(), (
            "a step left out"
        )
        expected = plan.signed_steps[step.number - 2]["amounts"] if step.number > 1 else [plan.start_daily]
        assert daily == sum(map(Decimal, expected), Decimal(0)), "the dose was not where the plan left it"
        if not step.amounts:
            assert plan.direction == Direction.TAPER, "nothing without a signed taper"
            assert step.number == len(plan.signed_steps)
        elif daily is not None and step.daily > daily:
            assert not Alert.objects.open().filter(level__gte=URGENT).exclude(raised_at__gte=self.clock).exists()
            assert since is None or (self.day - since).days >= signed["gap"], "two rises within the signed gap"
            highest = max(sum(map(Decimal, each["amounts"]), Decimal(0)) for each in plan.signed_steps)
            assert step.daily <= highest, "above the signed dose"

    def check(self) -> None:
        """What holds after whatever was done."""
        signed = {
            tuple(each["amounts"])
            for plan in TitrationPlan.objects.filter(signed_at__isnull=False)
            for each in plan.signed_steps
        }
        assert {tuple(p.amounts) for p in self.baclofen.dose_periods.filter(source="step")} <= signed
        baclofen = Prescription.objects.get(pk=self.baclofen.pk)
        if baclofen.stop_reason == "taper_done":
            ends = TitrationStep.objects.filter(plan__prescription=baclofen, amounts=[], state=StepState.ADVANCED)
            assert ends.filter(plan__direction="taper", plan__signed_at__isnull=False).exists()
        assert baclofen.state != "stopped" or baclofen.stop_reason == "taper_done" or self.seen["stopped by hand"]
        assert TitrationPlan.objects.running().count() <= 1
        assert TitrationStep.objects.filter(state=StepState.HELD).count() <= 1
        self.check_decisions()

    def check_decisions(self) -> None:
        """Every step that was settled has its decision, with what was seen and why."""
        for step in TitrationStep.objects.filter(settled_at__isnull=False):
            kept = list(PlanDecision.objects.filter(step=step))
            taken = [one for one in kept if one.what in {"advance", "release"}]
            held = [one for one in kept if one.what == "hold"]
            assert len(taken) == (1 if step.state == StepState.ADVANCED else 0)
            assert held or taken
            assert all(one.reasons and one.saw and one.gate for one in held)
            assert all(one.saw and one.gate for one in taken)
            assert all(one.reason for one in kept if one.by_id is not None)
