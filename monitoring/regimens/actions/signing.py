"""How far a signed plan may take a dose, noted on the prescription: parts of titration's actions, which hold the lock.

An answer to an interaction covers what its author saw, a running plan's highest dose included, and whoever signs a
plan later signs with the answered interactions before them. So steps inside a signature do not ask again.
"""

from datetime import datetime
from decimal import Decimal

from monitoring.regimens.models import Prescription


def cover_by_plan(*, prescription: Prescription, up_to: Decimal, unit: str, now: datetime) -> None:
    """Note that a plan signed at `now` may take this prescription to `up_to` a day."""
    Prescription.objects.filter(pk=prescription.pk).update(signed_up_to=up_to, signed_unit=unit, signed_at=now)


def end_cover(*, prescription: Prescription, reached: Decimal | None) -> None:
    """Note that the plan ended: only what it `reached` stays covered, by the same signature; None: nothing."""
    row = Prescription.objects.filter(pk=prescription.pk)
    if reached is None:
        row.update(signed_up_to=None, signed_unit="", signed_at=None)
    else:
        row.filter(signed_up_to__gt=reached).update(signed_up_to=reached)
