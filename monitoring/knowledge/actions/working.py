"""The job: patient after patient, each in a transaction that also says how far the roll-out is.

Whoever is killed leaves a patient either done and counted or not touched. Two workers at the same roll-out are kept
apart by a lease, and should it fail them by the cursor: only one of them can move it on from where both saw it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from monitoring.audit.record import record
from monitoring.knowledge.actions.moving import move_on_the_others
from monitoring.knowledge.actions.taking import OvertakenError, preview_some, take_patient
from monitoring.knowledge.models import LIVE, ReleaseRollout, RolloutKind, RolloutState
from monitoring.knowledge.queries import to_screen, why_impossible

# A run takes seconds; a worker that is killed keeps the others waiting no longer than this.
LEASE: Final = timedelta(seconds=60)
BATCH: Final = 100
# In one run of the job at most, however quick the machine is: the other sweeps have their turn.
LARGEST_RUN: Final = 500

HasTime = Callable[[], bool]


def advance_rollout(*, rollout_id: UUID, now: datetime, job: str, has_time: HasTime) -> int:
    """Take a roll-out on from where it stands for as long as `has_time` says so; how many patients were dealt with.

    Does nothing while another worker is at it, or once it has ended.
    """
    rollout = _claim(rollout_id, now)
    if rollout is None:
        return 0
    try:
        return _work(rollout, now=now, job=job, has_time=has_time)
    except OvertakenError:
        return 0
    finally:
        ReleaseRollout.objects.filter(pk=rollout_id, leased_until=now + LEASE).update(leased_until=None)


def _claim(rollout_id: UUID, now: datetime) -> ReleaseRollout | None:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    claimed = ReleaseRollout.objects.filter(free, pk=rollout_id, state__in=LIVE).update(
        state=RolloutState.RUNNING, leased_until=now + LEASE, started_at=Coalesce(F("started_at"), now)
    )
    if claimed == 0:
        return None
    return ReleaseRollout.objects.select_related("adjustment", "clinic").get(pk=rollout_id)


def _work(rollout: ReleaseRollout, *, now: datetime, job: str, has_time: HasTime) -> int:
    if why := why_impossible(rollout):
        finish_rollout(rollout=rollout, state=RolloutState.FAILED, why=why, now=now, job=job)
        return 0
    done = 0
    while has_time() and done < LARGEST_RUN:
        batch = list(to_screen(rollout).values_list("patient_id", flat=True)[:BATCH])
        if rollout.total is None:
            _count(rollout, batch)
        taken = _take(rollout, batch, now=now, job=job, has_time=has_time) if batch else 0
        done += taken
        if taken == len(batch) < BATCH:
            _end(rollout, now=now, job=job, has_time=has_time)
            break
    return done


def _count(rollout: ReleaseRollout, batch: list[UUID]) -> None:
    """Say how many there are to screen, by counting only where the first batch does not hold them all."""
    rollout.total = len(batch) if len(batch) < BATCH else to_screen(rollout).count()
    still = ReleaseRollout.objects.filter(pk=rollout.pk, state=RolloutState.RUNNING, total__isnull=True)
    if still.update(total=rollout.total) == 0:
        raise OvertakenError


def _end(rollout: ReleaseRollout, *, now: datetime, job: str, has_time: HasTime) -> None:
    """Everybody concerned has been screened: the others follow, then it is done."""
    if rollout.kind != RolloutKind.IN_FORCE or move_on_the_others(rollout, has_time):
        finish_rollout(rollout=rollout, state=RolloutState.DONE, why="", now=now, job=job)


def _take(rollout: ReleaseRollout, batch: list[UUID], *, now: datetime, job: str, has_time: HasTime) -> int:
    if rollout.kind == RolloutKind.PREVIEW:
        preview_some(rollout=rollout, patient_ids=batch, now=now)
        return len(batch)
    done = 0
    for patient_id in batch:
        if not has_time():
            break
        take_patient(rollout=rollout, patient_id=patient_id, now=now, job=job)
        done += 1
    return done


@transaction.atomic
def finish_rollout(*, rollout: ReleaseRollout, state: RolloutState, why: str, now: datetime, job: str) -> bool:
    """End a roll-out that is running: done, or failed with `why`. False when it had ended before."""
    running = ReleaseRollout.objects.filter(pk=rollout.pk, state=RolloutState.RUNNING)
    if running.update(state=state, finished_at=now, leased_until=None, why_failed=why) == 0:
        return False
    rollout.refresh_from_db(fields=["done", "failed", "not_concerned"])
    record(
        action="rollout.finish", now=now, job=job, clinic_id=rollout.clinic_id, object_type="rollout",
        object_id=rollout.pk, reason=why,
        detail={
            "kind": rollout.kind, "to": rollout.to_version, "state": state, "screened": rollout.done,
            "failed": rollout.failed, "not_concerned": rollout.not_concerned,
        },
    )  # fmt: skip
    return True
