"""Made-up patients on and off, in a clinic that holds nobody else.

The audit log only grows, and every row that it speaks of must stay readable. So nothing is deleted: whoever is taken
off is withdrawn – nobody cares for them, nobody is asked, told or alerted, the account is closed – and stays off every
list. Loading again brings new people with new numbers.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from monitoring.alerts.actions.telling import remember
from monitoring.alerts.models import Alert, AlertOutcome, AlertState
from monitoring.audit.record import record
from monitoring.checkins.actions import end_schedule
from monitoring.checkins.models import CheckIn, CheckInLink, CheckInSchedule, CheckInState
from monitoring.notifications.actions import cancel_before, withdraw_many
from monitoring.onboarding.actions.demo.cast import PATIENTS
from monitoring.onboarding.actions.demo.history import JOB, History
from monitoring.onboarding.models import Invitation
from monitoring.onboarding.queries import demo_patients, next_demo_number
from monitoring.people.actions import deactivate_user
from monitoring.people.models import CareTeamMembership, Clinic, Patient, Role, User
from monitoring.regimens.actions import stop_prescription
from monitoring.regimens.models import Prescription, PrescriptionState, StopReason
from monitoring.supplies.models import SupplyWatch
from monitoring.titration.actions import cancel_plan
from monitoring.titration.models import PlanState, TitrationPlan

# As many as a page's answer can wait for: a few seconds.
LOADED: Final = 4
DAYS: Final = 14
WHY: Final = "Demo data was taken off."


@transaction.atomic
def load_demo(*, by: User, now: datetime) -> int:
    """Put four made-up patients with a fortnight's history into the demo clinic of `by`; the count of them.

    None when there are some already. PermissionDenied in a clinic that is not a demo clinic: real and made-up people
    never stand on one list. A ValidationError when no clinician is there to care for them.
    """
    clinic = _demo_clinic_of(by)
    if demo_patients(clinic).exists():
        return 0
    team = list(User.objects.filter(clinic=clinic, role=Role.CLINICIAN, is_active=True).order_by("joined_at", "pk")[:2])
    if not team:
        raise ValidationError("Invite a clinician first: somebody must care for the patients.")
    number = next_demo_number(clinic)
    story = History(
        clinic, team, now=now, days=DAYS, seed=secrets.randbits(32), first_number=number,
        mailbox=f"{clinic.pk.hex[:12]}.demo.example",
    )  # fmt: skip
    story.play([(person, None) for person in PATIENTS[:LOADED]])
    cancel_before(before=now - timedelta(hours=1), now=now, job=JOB, clinic_id=clinic.pk)
    record(action="demo.load", now=now, by=by, object_type="clinic", object_id=clinic.pk, detail={"patients": LOADED})
    return LOADED


@transaction.atomic
def remove_demo(*, by: User, now: datetime) -> int:
    """Withdraw the made-up patients from the demo clinic of `by`; the count of them. PermissionDenied elsewhere."""
    clinic = _demo_clinic_of(by)
    found = list(demo_patients(clinic).order_by("pk"))
    for patient in found:
        _withdraw(patient, by, now)
    if found:
        detail = {"patients": len(found)}
        record(action="demo.remove", now=now, by=by, object_type="clinic", object_id=clinic.pk, detail=detail)
    return len(found)


def _demo_clinic_of(by: User) -> Clinic:
    clinic = Clinic.objects.select_for_update().get(pk=by.clinic_id)
    if not (by.is_admin and clinic.is_demo):
        raise PermissionDenied
    return clinic


def _withdraw(patient: Patient, by: User, now: datetime) -> None:
    """Whatever the clock would still do for this person ends, and then what they are seen by."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    for plan in TitrationPlan.objects.filter(patient=patient, state__in=[PlanState.DRAFT, PlanState.SIGNED]):
        cancel_plan(plan=plan, reason=WHY, by=by, now=now)
    for taken in Prescription.objects.filter(patient=patient, state=PrescriptionState.ACTIVE):
        # “Never taken” is true of people who never were, and starts no watch over what follows a stop.
        stop_prescription(
            prescription=taken, last_day=patient.local_date(now), reason=StopReason.NEVER_TAKEN, note=WHY, by=by,
            now=now, expected_version=taken.version,
        )  # fmt: skip
    for schedule in CheckInSchedule.objects.running().filter(patient=patient):
        end_schedule(schedule=schedule, reason=WHY, by=by, now=now)
    waiting = CheckIn.objects.filter(patient=patient, state=CheckInState.DUE)
    withdraw_many(ref_type="check_in", ref_ids=waiting.values_list("pk", flat=True), now=now, reason=WHY)
    waiting.update(state=CheckInState.CANCELLED)
    CheckInLink.objects.unspent().filter(patient=patient).update(revoked_at=now)
    Invitation.objects.filter(patient=patient, used_at=None, revoked_at=None).update(revoked_at=now)
    SupplyWatch.objects.filter(patient=patient).delete()
    _close_alerts(patient, by, now)
    _close_doors(patient, by, now)


def _close_alerts(patient: Patient, by: User, now: datetime) -> None:
    for alert in Alert.objects.open().filter(patient=patient):
        Alert.objects.filter(pk=alert.pk).update(
            state=AlertState.CLOSED, closed_at=now, closed_by=by, outcome=AlertOutcome.FALSE_ALARM,
            next_escalation_at=None,
        )  # fmt: skip
        remember(alert=alert, what="closed", now=now, by=by, note=WHY)
        withdraw_many(ref_type="alert", ref_ids=[alert.pk], now=now, reason=WHY)


def _close_doors(patient: Patient, by: User, now: datetime) -> None:
    if patient.user is not None and patient.user.is_active:
        deactivate_user(user=patient.user, by=by, now=now)
    CareTeamMembership.objects.current().filter(patient=patient).update(left_at=now)
    record(action="demo.withdraw", now=now, by=by, patient_id=patient.pk, object_type="patient", object_id=patient.pk)
