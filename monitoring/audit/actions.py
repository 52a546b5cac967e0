"""Sealing the audit log, and noting what a check of it found."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max

from monitoring.audit.digests import SealDigest, key_id
from monitoring.audit.models import AuditEvent, AuditLeaf, AuditSeal, Outcome
from monitoring.audit.record import Actor, record
from monitoring.audit.verification import Verification, batches, load_events, reads_as_written, verify

logger = logging.getLogger(__name__)

# The events of a transaction that was open for longer are left unsealed, which a check counts.
LOOK_BACK: Final = timedelta(hours=24)
LARGEST_SEAL: Final = 2_000
FAULTS_NOTED: Final = 20


def seal_events(*, now: datetime, job: str) -> int:
    """Seal the committed events that no seal holds yet, at most `LARGEST_SEAL`; the count of them.

    Membership is by event, not by number, so an event whose transaction commits late is simply in a later seal.
    Rows that this program did not write, and copies of rows it did, are never sealed: the check shows them. Two
    sealers at once are one seal and a 0. A seal is no deed on the log and has no line in it; its head goes to the
    program's own log under the name of `job`, where somebody who rewrites the database does not reach it.
    """
    try:
        with transaction.atomic():
            seal = _seal(now)
    except IntegrityError:
        logger.info("audit_seal_left_to_another", extra={"job": job})
        return 0
    if seal is None:
        return 0
    logger.info("audit_sealed", extra={"job": job, "head": f"{seal.last_position}:{seal.digest}"})
    return seal.last_position - seal.first_position + 1


def check_log(*, now: datetime, by: Actor | None = None, job: str | None = None) -> Verification:
    """Check the whole log and note the outcome in it, for the page that shows when it was last checked."""
    result = verify()
    if not result.intact:
        logger.error("audit_log_altered", extra={"faults": result.fault_count})
    with transaction.atomic():
        record(
            action="audit.verify",
            now=now,
            by=by,
            job=job,
            outcome=Outcome.OK if result.intact else Outcome.FAILED,
            detail={
                "checked": result.checked,
                "unsealed": result.unsealed,
                "head": result.head,
                "fault_count": result.fault_count,
                "faults": [
                    {"kind": fault.kind, "what": fault.what, "position": fault.position, "event": fault.event_id}
                    for fault in result.faults[:FAULTS_NOTED]
                ],
            },
        )
    return result


def _seal(now: datetime) -> AuditSeal | None:
    last = AuditSeal.objects.order_by("-last_position").first()
    start = last.last_position + 1 if last else 1
    leaves = [
        AuditLeaf(position=position, event_id=event.pk, digest=event.digest)
        for position, event in enumerate(_sealable(_floor(now)), start=start)
    ]
    if not leaves:
        return None
    seal = AuditSeal(sealed_at=now, first_position=start, last_position=leaves[-1].position, key_id=key_id())
    digest = SealDigest(seal, previous=last.digest if last else "")
    for leaf in leaves:
        digest.add(leaf)
    seal.digest = digest.hexdigest()
    AuditLeaf.objects.bulk_create(leaves)
    seal.save(force_insert=True)
    return seal


def _floor(now: datetime) -> int:
    """A number below which everything has long been sealed, so that the whole log need not be searched."""
    settled = AuditSeal.objects.filter(sealed_at__lt=now - LOOK_BACK).order_by("-last_position").first()
    if settled is None:
        return 0
    span = AuditLeaf.objects.filter(position__range=(settled.first_position, settled.last_position))
    highest: int | None = span.aggregate(highest=Max("event_id"))["highest"]
    return highest or 0


def _sealable(floor: int) -> list[AuditEvent]:
    """The next events to seal. Rows not of this program's writing are passed over, however many there are."""
    waiting = AuditEvent.objects.unsealed().filter(pk__gt=floor).order_by("pk").values_list("pk", flat=True)
    for ids in batches(waiting.iterator(), LARGEST_SEAL):
        events = [event for event in load_events(ids).values() if event is not None and reads_as_written(event)]
        digests = [event.digest for event in events]
        sealed = set(AuditLeaf.objects.filter(digest__in=digests).values_list("digest", flat=True))
        fresh = {event.digest: event for event in events if event.digest not in sealed}
        if fresh:
            return sorted(fresh.values(), key=lambda event: event.pk)
    return []
