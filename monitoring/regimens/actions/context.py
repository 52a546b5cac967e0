"""What is known of the patient changes, and the regimen is screened with it at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import pgettext

from monitoring.checkins.actions import replan_check_ins
from monitoring.people.actions import update_patient
from monitoring.people.models import Patient, User
from monitoring.regimens.actions.errors import RegimenConflict
from monitoring.regimens.actions.recheck import check_and_flag, lock_patient
from monitoring.regimens.queries import context_mark


@transaction.atomic
def change_patient_context(
    *, patient: Patient, changes: Mapping[str, Any], by: User, now: datetime, seen: str | None = None
) -> tuple[str, ...]:
    """Record new facts (eGFR with its date, QTc, weight, conditions …) and screen the regimen again with them.

    Returns the names of the fields that really changed; when none did, nothing is screened. `seen` is the mark of
    what the page showed. Raises RegimenConflict when somebody has changed it since; a ValidationError names each
    field that cannot be so.
    """
    patient = lock_patient(patient.pk)
    if seen is not None and seen != context_mark(patient):
        raise RegimenConflict(
            pgettext("staff", "What is known of this patient changed after you opened the page. Look at it again.")
        )
    changed = update_patient(patient=patient, changes=changes, by=by, now=now)
    if changed:
        patient.refresh_from_db()
        if "time_zone" in changed:
            replan_check_ins(patient=patient, now=now)
        check_and_flag(patient=patient, now=now, by=by)
    return changed
