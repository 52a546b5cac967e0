"""Opening and cancelling a roll-out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext

from interactions.checking import current_release_version, versions
from monitoring.adjustments.models import SeverityAdjustment
from monitoring.audit.record import record
from monitoring.knowledge.actions.errors import RefusedError
from monitoring.knowledge.models import LIVE, ReleaseRollout, RolloutKind, RolloutState
from monitoring.knowledge.queries import clinics_behind, other_releases
from monitoring.people.models import Clinic, User


def open_due_rollouts(*, now: datetime, job: str) -> list[ReleaseRollout]:
    """Open a roll-out of the release in force in every clinic that stands behind it and has none at work."""
    version = current_release_version()
    opened = [open_rollout(clinic_id=pk, version=version, now=now, job=job) for pk in clinics_behind(version)]
    return [rollout for rollout in opened if rollout is not None]


@transaction.atomic
def open_rollout(*, clinic_id: UUID, version: str, now: datetime, job: str) -> ReleaseRollout | None:
    """Open the roll-out of a release that has come into force, unless one is at work; those before it end."""
    clinic = Clinic.objects.select_for_update().get(pk=clinic_id)
    if clinic.pk not in clinics_behind(version):
        return None
    earlier = ReleaseRollout.objects.live().filter(clinic=clinic, kind=RolloutKind.IN_FORCE)
    earlier.update(state=RolloutState.CANCELLED, finished_at=now, leased_until=None)
    return _open(clinic, RolloutKind.IN_FORCE, version, now=now, job=job)


@transaction.atomic
def ask_preview(*, clinic: Clinic, version: str, by: User, now: datetime) -> ReleaseRollout:
    """Ask whom a release would newly affect; who asks while a pass is at work gets that one.

    Raises RefusedError for a release that is not at hand, and for the one in force: it is rolled out, not
    previewed.
    """
    if version not in versions():
        raise RefusedError(pgettext("staff", "There is no such release here."))
    if version == current_release_version():
        raise RefusedError(pgettext("staff", "This release is in force. Its roll-out starts by itself."))
    locked = Clinic.objects.select_for_update().get(pk=clinic.pk)
    live = ReleaseRollout.objects.live().filter(clinic=locked, kind=RolloutKind.PREVIEW, to_version=version)
    return live.first() or _open(locked, RolloutKind.PREVIEW, version, now=now, by=by)


def open_adjustment_rollout(*, adjustment: SeverityAdjustment, by: User, now: datetime) -> ReleaseRollout:
    """Have the patients concerned screened again; what was still at work on the same adjustment ends.

    For callers in a transaction that holds the clinic's row.
    """
    live = ReleaseRollout.objects.live().filter(adjustment=adjustment)
    live.update(state=RolloutState.CANCELLED, finished_at=now, leased_until=None)
    version = current_release_version()
    return _open(adjustment.clinic, RolloutKind.ADJUSTMENT, version, now=now, by=by, adjustment=adjustment)


@transaction.atomic
def cancel_preview(*, rollout: ReleaseRollout, by: User, now: datetime) -> bool:
    """Stop a preview; what it has found so far stays. False when it had ended. Nothing else can be cancelled."""
    live = ReleaseRollout.objects.filter(pk=rollout.pk, kind=RolloutKind.PREVIEW, state__in=LIVE)
    if live.update(state=RolloutState.CANCELLED, finished_at=now, leased_until=None) == 0:
        return False
    record(
        action="rollout.cancel", now=now, by=by, object_type="rollout", object_id=rollout.pk,
        detail={"kind": rollout.kind, "to": rollout.to_version},
    )  # fmt: skip
    return True


def _open(
    clinic: Clinic, kind: RolloutKind, version: str, *, now: datetime, by: User | None = None, job: str | None = None,
    adjustment: SeverityAdjustment | None = None,
) -> ReleaseRollout:  # fmt: skip
    behind = sorted(other_releases(clinic.pk, version), key=_age)
    rollout = ReleaseRollout.objects.create(
        clinic=clinic, kind=kind, from_version=behind[-1] if behind and adjustment is None else version,
        to_version=version, adjustment=adjustment, asked_at=now, asked_by=by,
    )  # fmt: skip
    record(
        action="rollout.open", now=now, by=by, job=job, clinic_id=clinic.pk, object_type="rollout",
        object_id=rollout.pk, detail={"kind": kind, "from": rollout.from_version, "to": version},
    )  # fmt: skip
    return rollout


def _age(version: str) -> int:
    """Place among the releases at hand, oldest first; one that is gone is older than all."""
    known = versions()
    return known.index(version) if version in known else -1
