"""Check-ins beside a plan: daily while it runs and for two weeks after its last change."""

from datetime import datetime, timedelta
from typing import Final

from monitoring.checkins.actions import end_schedule, start_schedule
from monitoring.checkins.models import CheckInSchedule, ScheduleSource
from monitoring.people.models import Patient, User
from monitoring.titration.models import StepState, TitrationPlan

# Daily check-ins run through the plan and this many days past its last step (judgement).
WATCHED_AFTER_LAST_STEP: Final = 14
# After the last dose a month of weekly ones follows: withdrawal of a tricyclic can take weeks (S39).
WEEKLY_AFTER_STOP: Final = timedelta(days=28)


def watch_over_plan(
    *, plan: TitrationPlan, patient: Patient, now: datetime, by: User | None = None, job: str | None = None
) -> None:
    """See to it that daily check-ins run until two weeks past the plan's last step; nothing when they do already.

    Part of an action that holds the patient's lock.
    """
    today = patient.local_date(now)
    steps = plan.steps.exclude(state=StepState.CANCELLED)
    last_day = max(today, *steps.values_list("due_on", flat=True))
    days = (last_day - today).days + WATCHED_AFTER_LAST_STEP
    running = _running(plan)
    if running is None or running.daily_until < today + timedelta(days=days - 1):
        start_schedule(
            patient=patient, source=ScheduleSource.PLAN, source_id=plan.pk, starts_on=today, by=by, job=job, now=now,
            daily_days=days,
        )  # fmt: skip


def end_watch(
    *, plan: TitrationPlan, reason: str, now: datetime, by: User | None = None, job: str | None = None
) -> None:
    """End the plan's own check-ins; those that something else asked for go on. Part of an action."""
    if (running := _running(plan)) is not None:
        end_schedule(schedule=running, reason=reason, by=by, job=job, now=now)


def wind_down_watch(
    *,
    plan: TitrationPlan,
    patient: Patient,
    reason: str,
    stopped: bool,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
) -> None:
    """The plan changes nothing any more: two weeks of daily check-ins are left, then weekly ones.

    `stopped` says that the medicine is not taken any longer: then the weekly ones end too, after four weeks.
    """
    today = patient.local_date(now)
    end_watch(plan=plan, reason=reason, by=by, job=job, now=now)
    until = today + timedelta(days=WATCHED_AFTER_LAST_STEP) + WEEKLY_AFTER_STOP if stopped else None
    start_schedule(
        patient=patient, source=ScheduleSource.PLAN, source_id=plan.pk, starts_on=today, by=by, job=job, now=now,
        daily_days=WATCHED_AFTER_LAST_STEP, weekly_until=until,
    )  # fmt: skip


def _running(plan: TitrationPlan) -> CheckInSchedule | None:
    return CheckInSchedule.objects.running().filter(source=ScheduleSource.PLAN, source_id=plan.pk).first()
