"""Whom a telling reaches, and the messages it puts into the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from monitoring.alerts.models import Alert, AlertDigest, AlertEvent, AlertLevel
from monitoring.alerts.rules import Audience, Policy, next_digest
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Channel, Template
from monitoring.notifications.queries import unsent_to
from monitoring.people.models import CareTeamMembership, Patient, Role, User
from monitoring.people.queries import staff_of


@dataclass(frozen=True, slots=True)
class Reached:
    """The people of one telling; `admins` are told only that somebody must be found."""

    clinicians: list[User]
    admins: list[User]
    is_unstaffed: bool = False


def reached_by(audience: Audience, *, patient: Patient, now: datetime) -> Reached:
    """Whom a telling finds at `now`: those it is meant for, or who covers them, and never nobody.

    When nobody of them is there, it is everybody of the clinic who is; then those who are away; then its admins, who
    can mend that but see nothing of the patient.
    """
    staff = staff_of(patient.clinic_id, now)
    people = staff.present if audience.clinic else staff.in_place_of(_meant(audience, patient))
    people = people or staff.present or list(staff.clinicians.values())
    admins = list(_admins(patient)) if audience.admins or not people else []
    return Reached(people, admins, is_unstaffed=not people)


def _meant(audience: Audience, patient: Patient) -> list[UUID]:
    team: list[UUID] = []
    if audience.team:
        # Members in the order of their accounts; one who was switched off counts for the cover they named.
        members = CareTeamMembership.objects.current().filter(patient=patient, clinician__clinic=patient.clinic_id)
        team = list(members.order_by("clinician").values_list("clinician", flat=True))
    return [*team, *(UUID(person) for person in audience.named)]


def _admins(patient: Patient) -> QuerySet[User]:
    return User.objects.filter(clinic=patient.clinic_id, role=Role.ADMIN, is_active=True).order_by("id")


def tell(alert: Alert, *, patient: Patient, policy: Policy, now: datetime) -> int:
    """Queue the messages of the alert's present rung, in the caller's transaction; the count of people told.

    What is urgent goes to each person in the app and by the channel they put first. What is calm stands in the app
    and leaves with the next digest.
    """
    reached = reached_by(policy.audience(alert.rung), patient=patient, now=now)
    if policy.is_calm:
        _queue(alert, reached.clinicians, Template.ALERT, now, channels=[Channel.IN_APP])
        _add_to_digests(reached.clinicians, patient, now)
    else:
        _queue_urgent(alert, reached.clinicians, Template.ALERT, now)
    template = Template.ALERT_UNSTAFFED if reached.is_unstaffed else Template.ALERT_UNANSWERED
    _queue_urgent(alert, reached.admins, template, now)
    return len(reached.clinicians) + len(reached.admins)


def _queue_urgent(alert: Alert, people: list[User], template: str, now: datetime, occasion: str = "") -> None:
    # A message that could not leave yet says all that a second one would, and its age must stay true.
    waiting = set(unsent_to("alert", alert.pk, urgent=alert.level >= AlertLevel.URGENT))
    fresh, told = [[each for each in people if (each.pk in waiting) is late] for late in (False, True)]
    _queue(alert, fresh, template, now, channels=None, occasion=occasion)
    _queue(alert, told, template, now, channels=[Channel.IN_APP], occasion=occasion)


def _queue(
    alert: Alert,
    people: list[User],
    template: str,
    now: datetime,
    *,
    channels: list[Channel] | None,
    occasion: str = "",
) -> None:
    if people:
        queue_for_many(
            recipients=people,
            channels=channels,
            template=template,
            ref_type="alert",
            ref_id=alert.pk,
            urgent=alert.level >= AlertLevel.URGENT,
            dedupe_key=f"alert {alert.pk} {occasion or f'cycle {alert.cycle} rung {alert.rung}'}",
            now=now,
        )


def _add_to_digests(people: list[User], patient: Patient, now: datetime) -> None:
    due_at = next_digest(now, ZoneInfo(patient.clinic.time_zone))
    AlertDigest.objects.bulk_create(
        [AlertDigest(recipient=person, due_at=due_at) for person in people], ignore_conflicts=True
    )


def tell_holder(alert: Alert, *, holder: User, is_pressing: bool, now: datetime) -> None:
    """Let the person who has the alert know of a further report on it.

    One that is pressing goes by the channel they put first as well, as a first telling does: nobody else hears of it.
    """
    occasion = f"report {alert.report_count}"
    if is_pressing:
        _queue_urgent(alert, [holder], Template.ALERT_UPDATE, now, occasion)
    else:
        _queue(alert, [holder], Template.ALERT_UPDATE, now, channels=[Channel.IN_APP], occasion=occasion)


def remember(*, alert: Alert, what: str, now: datetime, by: User | None = None, note: str = "") -> None:
    """Add a line to the alert's history."""
    AlertEvent.objects.create(alert=alert, at=now, what=what, level=alert.level, by=by, note=note)
