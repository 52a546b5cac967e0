"""Everything the clock starts. A task reads the clock, asks what is due, and hands each item to one action.

Tasks carry no arguments and may be lost, doubled or late: what is due is a question to the database, and an action
that finds its item already settled does nothing.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from monitoring.alerts.actions import (
    escalate_alert,
    hand_over_alerts,
    raise_alert,
    raise_alerts_for_dead_letters,
    settle_digests,
)
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.alerts.queries import digests_due, handing_over, unanswered_ids
from monitoring.audit.actions import LARGEST_SEAL, check_log, seal_events
from monitoring.backtests.actions import advance_replay, give_up_replay
from monitoring.backtests.queries import runs_to_work_on
from monitoring.cds_clients.actions import forget_old_calls
from monitoring.checkins.actions import (
    answer_link_request,
    ask_check_in,
    ask_check_ins,
    claim_to_ask,
    claim_turned_late,
    mark_check_in_missed,
    note_late_check_in,
    note_late_check_ins,
    plan_due_check_ins,
)
from monitoring.checkins.queries import check_ins_overdue, link_requests, patients_to_plan
from monitoring.knowledge.actions import advance_rollout, open_due_rollouts
from monitoring.knowledge.queries import rollouts_to_work_on
from monitoring.notifications.actions import deliver_due_notifications
from monitoring.operations.actions import Run, beat, each
from monitoring.outages.actions import begin_sweep, settle_gaps, step_in
from monitoring.outages.queries import pressing_ids
from monitoring.people.models import Patient
from monitoring.regimens.actions import recheck_due_regimen
from monitoring.regimens.queries import due_regimen_ids
from monitoring.supplies.actions import look_at_supplies
from monitoring.supplies.queries import patients_to_look_at
from monitoring.titration.actions import end_overtaken_plan, remind_of_plan, settle_step
from monitoring.titration.queries import due_step_ids, overtaken_plan_ids
from monitoring.titration.queries.waiting import forgotten_plan_ids

logger = logging.getLogger(__name__)

# All roll-outs together leave a worker to the other sweeps for part of every ten seconds.
ROLLOUT_SECONDS: Final = 6.0


def begin(job: str) -> datetime:
    """Read the clock for a vital sweep and tick, so that what lies before it is known before anything is done."""
    now = timezone.now()
    begin_sweep(now=now, job=job)
    return now


@shared_task(ignore_result=True)
def settle_due_steps() -> None:
    """Close the plans whose medicine has ended, put every due dose step through the gate, and ask again about those
    that nobody answers any more."""
    now = begin(job := "settle_due_steps")
    run = Run(now=now, loops=3)
    ended = "end_overtaken_plans"
    run.each(overtaken_plan_ids, lambda pk: end_overtaken_plan(plan_id=pk, now=now, job=job), sweep=ended)
    stuck = run.each(due_step_ids, lambda pk: settle_step(step_id=pk, now=now, job=job), sweep=job)
    why = "A dose step could not be judged; the present dose goes on"
    tell(stuck, Patient.objects.filter(plans__steps__in=stuck), AlertKind.STEP_HELD, why, job=job, now=now)
    again = "remind_of_plans"
    run.each(forgotten_plan_ids, lambda pk: remind_of_plan(plan_id=pk, now=now, job=job), sweep=again)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def plan_check_ins() -> None:
    """Lay out the coming check-ins, ask for those that are open, ask once more where the answer is late, and send the
    links that somebody asked for."""
    now = begin(job := "plan_check_ins")
    run = Run(now=now, loops=4)
    stuck = run.each(patients_to_plan, lambda pk: plan_due_check_ins(patient_id=pk, now=now, job=job), sweep=job)
    why = "Check-ins could not be planned; nobody is asking this patient"
    tell(stuck, Patient.objects.filter(pk__in=stuck), AlertKind.MISSED_CHECK_IN, why, job=job, now=now)
    unasked = run.in_batches(
        claim_to_ask,
        lambda pks: ask_check_ins(check_in_ids=pks, now=now, job=job),
        lambda pk: ask_check_in(check_in_id=pk, now=now, job=job),
        sweep="ask_check_ins",
    )
    why = "A check-in is open and could not be asked for; nobody is asking this patient"
    tell(unasked, Patient.objects.filter(check_ins__in=unasked), AlertKind.MISSED_CHECK_IN, why, job=job, now=now)
    unsaid = run.in_batches(
        claim_turned_late,
        lambda pks: note_late_check_ins(check_in_ids=pks, now=now, job=job),
        lambda pk: note_late_check_in(check_in_id=pk, now=now, job=job),
        sweep="note_late_check_ins",
    )
    why = "The answer to a check-in is late and the patient could not be reminded"
    tell(unsaid, Patient.objects.filter(check_ins__in=unsaid), AlertKind.MISSED_CHECK_IN, why, job=job, now=now)
    asked = "answer_link_requests"
    run.each(link_requests, lambda pk: answer_link_request(request_id=pk, now=now, job=asked), sweep=asked)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def mark_missed_check_ins() -> None:
    """Close every check-in whose window has passed without a report."""
    now = begin(job := "mark_missed_check_ins")
    stuck = each(
        check_ins_overdue, lambda pk: mark_check_in_missed(check_in_id=pk, now=now, job=job), sweep=job, now=now
    )
    why = "A check-in that was not answered could not be closed"
    tell(stuck, Patient.objects.filter(check_ins__in=stuck), AlertKind.MISSED_CHECK_IN, why, job=job, now=now)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def escalate_unanswered_alerts() -> None:
    """Take every unanswered alert that is due to the next rung, and at once what rests on somebody who is gone."""
    now = begin(job := "escalate_unanswered_alerts")
    run = Run(now=now, loops=3)
    run.each(unanswered_ids, lambda pk: escalate_alert(alert_id=pk, now=now, job=job), sweep=job)
    gone, calm = "hand_over_alerts", "settle_digests"
    run.each(handing_over, lambda pk: hand_over_alerts(user_id=pk, now=now, job=gone), sweep=gone)
    run.each(digests_due, lambda pk: settle_digests(user_id=pk, now=now, job=calm), sweep=calm)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def deliver_notifications() -> None:
    """Send the messages that are due, and raise an alert for those that were given up."""
    now = begin(job := "deliver_notifications")
    deliver_due_notifications(now=now, job=job)
    raise_alerts_for_dead_letters(now=now, job=job)
    beat(name=job, now=now)


def attend_without_workers(*, now: datetime) -> bool:
    """Pass on what is pressing and send it, where no worker has done either for 90 s; whether it was needed.

    For the web server, of which any number of processes may ask. Nothing else is swept, and no heartbeat is
    left: a person must still start what has stopped.
    """
    job = "web_tick"
    if not step_in(now=now, job=job):
        return False
    sweep = "escalate_unanswered_alerts"
    each(pressing_ids, lambda pk: escalate_alert(alert_id=pk, now=now, job=job), sweep=sweep, now=now)
    deliver_due_notifications(now=now, job=job)
    return True


@shared_task(ignore_result=True)
def settle_scheduler_gaps() -> None:
    """Say of the times in which nobody watched that what they left behind is done."""
    job, now = "settle_scheduler_gaps", timezone.now()
    settle_gaps(now=now, job=job)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def recheck_regimens() -> None:
    """Screen again every regimen on which time may have changed the answer, or whose check broke."""
    job, now = "recheck_regimens", timezone.now()
    stuck = each(due_regimen_ids, lambda pk: recheck_due_regimen(patient_id=pk, now=now, job=job), sweep=job, now=now)
    why = "The medicines could not be checked for interactions; review them by hand"
    tell(stuck, Patient.objects.filter(pk__in=stuck), AlertKind.REGIMEN_CHECK, why, job=job, now=now)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def watch_supplies() -> None:
    """Look, once on each of a patient's days, whether a medicine that somebody counted runs out soon."""
    job, now = "watch_supplies", timezone.now()
    each(patients_to_look_at, lambda pk: look_at_supplies(patient_id=pk, now=now, job=job), sweep=job, now=now)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def roll_out_releases() -> None:
    """Open the roll-outs that are due, and take each that is at work further for its share of a few seconds."""
    job, now = "roll_out_releases", timezone.now()
    open_due_rollouts(now=now, job=job)
    share = ROLLOUT_SECONDS / max(1, len(rollouts_to_work_on(now)))
    each(
        rollouts_to_work_on,
        lambda pk: advance_rollout(rollout_id=pk, now=now, job=job, has_time=for_seconds(share)),
        sweep=job,
        now=now,
    )
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def replay_backtests() -> None:
    """Take each replay of a proposed protocol that is at work further for its share of a few seconds."""
    job, now = "replay_backtests", timezone.now()
    share = ROLLOUT_SECONDS / max(1, len(runs_to_work_on(now)))
    stuck = each(
        runs_to_work_on,
        lambda pk: advance_replay(run_id=pk, now=now, job=job, has_time=for_seconds(share)),
        sweep=job,
        now=now,
    )
    for run_id in stuck:
        give_up_replay(run_id=run_id, now=now, job=job)
    beat(name=job, now=now)


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Whether fewer than `seconds` have passed since this was asked for."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


@shared_task(ignore_result=True)
def seal_audit() -> None:
    """Seal the audit events that no seal holds yet."""
    job, now = "seal_audit", timezone.now()
    while seal_events(now=now, job=job) == LARGEST_SEAL:
        pass
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def verify_audit() -> None:
    """Check the whole audit log; the outcome is a line in it and shows on its page."""
    job, now = "verify_audit", timezone.now()
    check_log(now=now, job=job)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def forget_hook_calls() -> None:
    """Remove spent tokens of hospital systems, and their old calls that got no card."""
    job, now = "forget_hook_calls", timezone.now()
    forget_old_calls(now=now, job=job)
    beat(name=job, now=now)


@shared_task(ignore_result=True)
def beat_heartbeat() -> None:
    """Show that beat and a worker are alive, whatever the other sweeps do."""
    beat(name="beat_heartbeat", now=timezone.now())


def tell(
    stuck: list[UUID],
    patients: QuerySet[Patient],
    kind: AlertKind,
    why: str,
    *,
    job: str,
    now: datetime,
) -> None:
    """Raise an urgent alert for each patient with a quarantined item: a person must do what the sweep cannot.

    Said again after every further failure, which changes nothing while the alert is open.
    """
    for patient in patients.distinct() if stuck else ():
        try:
            raise_alert(
                patient=patient,
                kind=kind,
                level=AlertLevel.URGENT,
                why=[why],
                source_type="sweep",
                source_id=patient.pk,
                now=now,
                job=job,
            )
        except Exception as error:  # noqa: BLE001 - the other patients must be told of as well
            logger.error("stuck_item_untold", extra={"sweep": job, "error": type(error).__name__})
