"""What a person can do with an alert: take it, give it back, snooze it, close it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import pgettext

from monitoring.alerts.actions.errors import AlertConflict, AlertRefused
from monitoring.alerts.actions.raising import start_anew
from monitoring.alerts.actions.telling import remember
from monitoring.alerts.models import Alert, AlertLevel, AlertOutcome, AlertState
from monitoring.alerts.queries import policy_in_force
from monitoring.alerts.rules import note_problem, snooze_problem
from monitoring.audit.record import record
from monitoring.notifications.actions import withdraw_notifications
from monitoring.people.actions import join_care_team
from monitoring.people.models import Patient, User


@transaction.atomic
def take_alert(*, alert: Alert, by: User, now: datetime, note: str = "") -> Alert:
    """`by` answers for this alert from now on; its escalation rests until the take times out.

    Taking it twice is taking it once. An alert that somebody else took, or that is closed, is an
    AlertConflict.
    """
    alert = _lock(alert, by)
    if alert.state == AlertState.TAKEN and alert.taken_by_id == by.pk:
        return alert
    _change(
        alert,
        Q(state__in=[AlertState.NEW, AlertState.SNOOZED]),
        state=AlertState.TAKEN,
        taken_at=now,
        taken_by=by,
        snoozed_until=None,
        snoozed_by=None,
        next_escalation_at=now + policy_in_force(alert.patient.clinic_id, alert.level).take_time_out,
    )
    withdraw_notifications(ref_type="alert", ref_id=alert.pk, now=now, reason="the alert was taken")
    return _noted(alert, "taken", "alert.take", by=by, now=now, note=note)


@transaction.atomic
def step_in(*, alert: Alert, by: User, now: datetime) -> Alert:
    """A clinician whom the escalation reached joins the care team and takes the alert, in one deed.

    The caller has checked that `by` was told of this alert; being of another clinic is an AlertRefused.
    """
    patient = Patient.objects.get(pk=alert.patient_id)
    if by.clinic_id != patient.clinic_id:
        raise AlertRefused(pgettext("staff", "Only a clinician of the patient's clinic can step in."))
    if not Patient.objects.filter(pk=patient.pk).visible_to(by).exists():
        join_care_team(patient=patient, clinician=by, by=by, now=now)
    return take_alert(alert=alert, by=by, now=now, note="Stepped in: the care team had not answered.")


@transaction.atomic
def release_alert(*, alert: Alert, by: User, now: datetime, note: str = "") -> Alert:
    """Give back an alert one has taken: it is new again and is told from the first rung."""
    alert = _lock(alert, by)
    _change(alert, Q(state=AlertState.TAKEN, taken_by=by), state=AlertState.NEW, taken_at=None, taken_by=None)
    start_anew(alert, patient=alert.patient, now=now)
    return _noted(alert, "released", "alert.release", by=by, now=now, note=note)


@transaction.atomic
def snooze_alert(*, alert: Alert, until: datetime, by: User, now: datetime, note: str) -> Alert:
    """Let an alert rest until `until`, when it comes back as new. Never an emergency.

    AlertRefused names the broken rule (level, length, no reason given); AlertConflict whoever has the alert.
    """
    alert = _lock(alert, by)
    problem = snooze_problem(policy_in_force(alert.patient.clinic_id, alert.level), until, now)
    if problem:
        raise AlertRefused(problem, field="until")
    if not note.strip():
        raise AlertRefused(pgettext("staff", "Say why it can wait."), field="note")
    _change(
        alert,
        Q(state=AlertState.NEW) | Q(state=AlertState.TAKEN, taken_by=by),
        state=AlertState.SNOOZED,
        snoozed_until=until,
        snoozed_by=by,
        taken_at=None,
        taken_by=None,
        next_escalation_at=until,
    )
    withdraw_notifications(ref_type="alert", ref_id=alert.pk, now=now, reason="the alert was snoozed")
    return _noted(alert, "snoozed", "alert.snooze", by=by, now=now, note=note)


@transaction.atomic
def close_alert(*, alert: Alert, outcome: str, note: str, by: User, now: datetime) -> Alert:
    """Close an alert with a coded outcome and a note of at least ten characters.

    An emergency is closed by the person who took it, nobody else; any other level by anyone unless a
    colleague has taken it. AlertRefused names the broken rule, AlertConflict whoever has the alert.
    """
    alert = _lock(alert, by)
    if outcome not in AlertOutcome.values:
        raise AlertRefused(pgettext("staff", "Choose what came of it."), field="outcome")
    problem = note_problem(note)
    if problem:
        raise AlertRefused(problem, field="note")
    taken_by_self = Q(state=AlertState.TAKEN, taken_by=by)
    if alert.level == AlertLevel.EMERGENCY:
        if alert.state == AlertState.NEW:
            raise AlertRefused(
                pgettext("staff", "Take this emergency before you close it, so that one person answers for it.")
            )
        allowed = taken_by_self
    else:
        allowed = taken_by_self | Q(state__in=[AlertState.NEW, AlertState.SNOOZED])
    _change(
        alert,
        allowed,
        state=AlertState.CLOSED,
        closed_at=now,
        closed_by=by,
        outcome=outcome,
        next_escalation_at=None,
    )
    withdraw_notifications(ref_type="alert", ref_id=alert.pk, now=now, reason="the alert was closed")
    return _noted(alert, "closed", "alert.close", by=by, now=now, note=note, outcome=str(outcome))


def _lock(stale: Alert, by: User) -> Alert:
    """Lock the patient, then read the alert afresh: what the caller holds may be minutes old."""
    if not by.is_clinician or not by.is_active:
        raise AlertRefused(pgettext("staff", "Only a clinician can answer an alert."))
    Patient.objects.select_for_update().get(pk=stale.patient_id)
    fresh: Alert = Alert.objects.select_related("patient", "taken_by", "snoozed_by", "closed_by").get(pk=stale.pk)
    return fresh


def _change(alert: Alert, allowed: Q, **values: Any) -> None:
    """Move the alert if it is still in an allowed state, else say who was first."""
    if Alert.objects.filter(allowed, pk=alert.pk).update(**values) != 1:
        raise AlertConflict(Alert.objects.select_related("taken_by", "snoozed_by", "closed_by").get(pk=alert.pk))
    for name, value in values.items():
        setattr(alert, name, value)


def _noted(alert: Alert, what: str, action: str, *, by: User, now: datetime, note: str, **detail: str) -> Alert:
    # The note stays in the alert's own history: who reads the audit log sees no clinical content.
    remember(alert=alert, what=what, now=now, by=by, note=note)
    record(
        action=action,
        now=now,
        by=by,
        patient_id=alert.patient_id,
        object_type="alert",
        object_id=alert.pk,
        detail={"level": int(alert.level), **detail},
    )
    return alert
