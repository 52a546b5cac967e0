"""Whom a rung reaches, and the messages it puts into the outbox."""

from datetime import datetime

from django.db.models import QuerySet

from monitoring.alerts.models import Alert, AlertEvent
from monitoring.alerts.rules import Level, Reach, policy_for
from monitoring.notifications.actions import queue_for_many, queue_notification
from monitoring.notifications.models import Channel, Template
from monitoring.notifications.queries import unsent_to
from monitoring.people.models import CareTeamMembership, Patient, Role, User


def care_team_of(patient: Patient) -> list[User]:
    """The active clinicians of the patient's clinic who are on the care team now."""
    members = CareTeamMembership.objects.current().filter(patient=patient).values("clinician")
    return list(_active(patient, Role.CLINICIAN).filter(pk__in=members))


def _active(patient: Patient, role: Role) -> QuerySet[User]:
    return User.objects.filter(clinic=patient.clinic_id, role=role, is_active=True).order_by("id")


def tell(alert: Alert, *, patient: Patient, reach: Reach, now: datetime) -> int:
    """Queue this rung's messages, in the caller's transaction; the count of people told.

    A care team with nobody active in it is passed over for the whole clinic at once; a clinic without an
    active clinician is made known to its admins, who can mend that but see nothing of the patient.
    """
    people = care_team_of(patient) if reach == Reach.TEAM else []
    people = people or list(_active(patient, Role.CLINICIAN))
    template = Template.ALERT
    if not people:
        people, template = list(_active(patient, Role.ADMIN)), Template.ALERT_UNSTAFFED
    mailed = people if policy_for(alert.level).by_email else []
    urgent = alert.level >= Level.URGENT
    waiting = set(unsent_to("alert", alert.pk, Channel.EMAIL, urgent=urgent))
    for channel, reached in (
        (Channel.IN_APP, people),
        # A mail that could not leave yet says all that a second one would, and its age must stay true.
        (Channel.EMAIL, [person for person in mailed if person.pk not in waiting]),
    ):
        queue_for_many(
            recipients=reached,
            channels=[channel],
            template=template,
            ref_type="alert",
            ref_id=alert.pk,
            urgent=urgent,
            dedupe_key=f"alert {alert.pk} cycle {alert.cycle} rung {alert.rung}",
            now=now,
        )
    return len(people)


def tell_holder(alert: Alert, *, holder: User, now: datetime) -> None:
    """Let the person who has the alert know of a further report on it."""
    queue_notification(
        recipient=holder,
        channel=Channel.IN_APP,
        template=Template.ALERT_UPDATE,
        ref_type="alert",
        ref_id=alert.pk,
        urgent=alert.level >= Level.URGENT,
        dedupe_key=f"alert {alert.pk} report {alert.report_count}",
        now=now,
    )


def remember(*, alert: Alert, what: str, now: datetime, by: User | None = None, note: str = "") -> None:
    """Add a line to the alert's history."""
    AlertEvent.objects.create(alert=alert, at=now, what=what, level=alert.level, by=by, note=note)
