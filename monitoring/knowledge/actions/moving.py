"""Those whom a release does not concern carry it from now on without being screened.

They come last: nobody waits for them, while those whom it concerns do.
"""

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.db.models import F

from monitoring.knowledge.actions.taking import OvertakenError
from monitoring.knowledge.models import ReleaseRollout, RolloutState
from monitoring.knowledge.queries import checks_of, in_scope, other_releases, scope_between

# Rows written in one transaction: short enough that nobody waits for it.
CHUNK: Final = 5_000


def move_on_the_others(rollout: ReleaseRollout, has_time: Callable[[], bool]) -> bool:
    """Move on everybody whose last check this release cannot have changed; False when the time was up first."""
    for release in other_releases(rollout.clinic_id, rollout.to_version):
        scope = scope_between(release, rollout.to_version)
        if scope.everyone:
            continue
        outside = checks_of(rollout.clinic_id).filter(release=release).exclude(in_scope(scope))
        while pks := list(outside.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
            if not has_time():
                return False
            with transaction.atomic():
                # Asked again here: somebody's medicines may have changed since.
                moved = outside.filter(pk__in=pks).update(release=rollout.to_version)
                _count(rollout, moved)
    return True


def _count(rollout: ReleaseRollout, moved: int) -> None:
    running = ReleaseRollout.objects.filter(pk=rollout.pk, state=RolloutState.RUNNING)
    if running.update(not_concerned=F("not_concerned") + moved) == 0:
        raise OvertakenError
