"""Somebody counts what is left; the clock says in time that it ends."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.audit.record import record
from monitoring.checkins.rules import instant_of
from monitoring.formatting import day_text
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Template
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import lock_patient
from monitoring.regimens.models import Prescription, PrescriptionState
from monitoring.supplies.models import SupplyCount, SupplyWatch
from monitoring.supplies.queries import Supply, supplies_of

# Looked at early in the patient's day, when a pharmacy is about to open.
LOOK_AT = time(7, 0)
Pack = tuple[Decimal, Decimal]


class NotTakenError(Exception):
    """The medicine is not taken any more: there is nothing to count."""


@transaction.atomic
def count_supply(*, prescription: Prescription, packs: Sequence[Pack], by: User, now: datetime) -> SupplyCount:
    """Note what is left of a medicine: for each strength in mg (of a tablet, or of 1 ml) how many there are.

    The count is that of the morning: the doses of the whole day still come out of it, so that it rather ends too
    soon than too late. Raises NotTakenError for a medicine that is not active.
    """
    patient = lock_patient(prescription.patient_id)
    if not Prescription.objects.filter(pk=prescription.pk, state=PrescriptionState.ACTIVE).exists():
        raise NotTakenError
    count: SupplyCount = SupplyCount.objects.create(
        patient=patient,
        prescription=prescription,
        counted_on=patient.local_date(now),
        packs=[{"strength": f"{strength:f}", "left": f"{left:f}"} for strength, left in packs],
        on_hand_mg=sum((strength * left for strength, left in packs), Decimal(0)),
        counted_at=now,
        counted_by=by,
    )
    SupplyWatch.objects.update_or_create(patient=patient, defaults={"next_look_at": now})
    record(
        action="supply.count", now=now, by=by, patient_id=patient.pk, object_type="supply_count", object_id=count.pk,
    )  # fmt: skip
    return count


@transaction.atomic
def look_at_supplies(*, patient_id: UUID, now: datetime, job: str) -> int:
    """Warn of every supply of a patient that ends soon, once for each level of urgency; the count of new warnings.

    A week ahead, and two days ahead, by an alert to the team and a message to the patient. Nothing is said twice of
    the same count; a new count starts afresh.
    """
    patient = lock_patient(patient_id)
    today = patient.local_date(now)
    tomorrow = instant_of(today + timedelta(days=1), LOOK_AT, patient.zone)
    if SupplyWatch.objects.due(now).filter(pk=patient.pk).update(next_look_at=tomorrow) != 1:
        return 0
    return sum(_warn(patient, supply, now=now, job=job) for supply in supplies_of(patient, today))


def _warn(patient: Patient, supply: Supply, *, now: datetime, job: str) -> bool:
    count, level = supply.count, supply.loudness
    if count is None or level is None or level <= (count.warned_level or 0):
        return False
    SupplyCount.objects.filter(pk=count.pk).update(warned_level=level)
    raise_alert(
        patient=patient, kind=AlertKind.SUPPLY, level=level, why=[_words(supply, patient, now)],
        source_type="supply_count", source_id=count.pk, now=now, job=job,
    )  # fmt: skip
    record(
        action="supply.warn", now=now, job=job, patient_id=patient.pk, object_type="supply_count", object_id=count.pk,
        detail={"level": int(level)},
    )  # fmt: skip
    if patient.user is not None:
        queue_for_many(
            recipients=[patient.user], template=Template.SUPPLY, ref_type="supply_count", ref_id=count.pk,
            urgent=False, dedupe_key=f"supply {count.pk} level {int(level)}", now=now,
        )  # fmt: skip
    return True


def _words(supply: Supply, patient: Patient, now: datetime) -> str:
    name, last = supply.prescription.label, supply.ends.last_day
    if last is None or last < patient.local_date(now):
        return f"{name}: by the last count there are not enough doses left for today"
    return f"{name}: by the last count there are doses until {day_text(last, weekday=True)}"
