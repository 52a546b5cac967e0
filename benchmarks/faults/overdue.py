"""A clinic as it stood when everything went off 36 hours ago, with all that has become due since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from benchmarks.faults.cohort import tokens_of

AWAY: Final = timedelta(hours=36)
JOB: Final = "outage"
CLINICS: Final = 10
TEAM: Final = 5
# Of a hundred overdue items.
EMERGENCIES, URGENT, WARNINGS, REMINDERS, STEPS = 2, 4, 20, 19, 1
# Closed unanswered before the outage began: truly the patient's silence, which must stay so.
CONTROLS: Final = 50


@dataclass
class Overdue:
    """What the judge must know of it: ids, and who could have been told."""

    off_at: datetime
    emergencies: dict[str, str] = field(default_factory=dict)
    not_theirs: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)


def make(items: int, now: datetime) -> Overdue:
    """Write about `items` overdue things into an empty database, as they stood 36 hours before `now`."""
    found = Overdue(off_at=now - AWAY)
    share = {
        "emergency": items * EMERGENCIES // 100,
        "urgent": items * URGENT // 100,
        "warning": items * WARNINGS // 100,
        "reminder": items * REMINDERS // 100,
        "step": items * STEPS // 100,
    }
    share["check-in"] = items - sum(share.values())
    alerting = share["emergency"] + share["urgent"] + share["warning"]
    asked = max(alerting, (share["check-in"] + 1) // 2)
    people = _people(asked + share["step"] + CONTROLS, found.off_at)
    _alerts(found, people, share, found.off_at)
    _steps(found, people[asked:-CONTROLS], now)
    _check_ins(found, people[:asked], share["check-in"])
    _controls(found, people[-CONTROLS:])
    _reminders([person.user for person in people[: share["reminder"]]], found.off_at)
    found.tokens = tokens_of(people)
    found.items = share
    _last_tick(found.off_at)
    return found


def _people(count: int, joined: datetime) -> list[Any]:
    """Patients of a few clinics, each cared for by one of a small team: people who would be flooded."""
    from django.contrib.auth.hashers import make_password

    from monitoring.people.models import CareTeamMembership, Clinic, Patient, Role, User

    nobody = make_password(None)  # nobody signs in
    clinics = Clinic.objects.bulk_create(Clinic(name=f"Away {n}", time_zone="UTC", phone="1") for n in range(CLINICS))

    def users(role: Role, numbers: Sequence[int]) -> list[User]:
        return User.objects.bulk_create(
            User(email=f"{role}{n}@clinic.example", name=f"{role} {n}", role=role, clinic=clinics[n % CLINICS],
                 joined_at=joined, password=nobody)
            for n in numbers
        )  # fmt: skip

    users(Role.ADMIN, range(CLINICS))
    team, home = users(Role.CLINICIAN, range(CLINICS * TEAM)), users(Role.PATIENT, range(count))
    made = Patient.objects.bulk_create(
        Patient(clinic=user.clinic, user=user, identifier=f"A-{n:05}", family_name=f"Family{n}", given_names="Given",
                birth_date=date(1980, 1, 1), time_zone="UTC", egfr=95, egfr_on=joined.date(), conditions=[],
                registered_at=joined)
        for n, user in enumerate(home)
    )  # fmt: skip
    CareTeamMembership.objects.bulk_create(
        # The same remainder of ten: a clinician of the patient's own clinic.
        CareTeamMembership(patient=patient, clinician=team[n % len(team)], joined_at=joined)
        for n, patient in enumerate(made)
    )
    return made


def _alerts(found: Overdue, people: Sequence[Any], share: dict[str, int], at: datetime) -> None:
    """Raised in the last second before it all went off: nobody was told, and every later rung has passed too."""
    from django.db import transaction

    from monitoring.alerts.actions import raise_alert
    from monitoring.alerts.models import AlertKind, AlertLevel

    levels = {"emergency": AlertLevel.EMERGENCY, "urgent": AlertLevel.URGENT, "warning": AlertLevel.WARNING}
    waiting = iter(people)
    with transaction.atomic():
        for name, level in levels.items():
            for _ in range(share[name]):
                person = next(waiting)
                alert = raise_alert(
                    patient=person, kind=AlertKind.SYMPTOMS, level=level, why=["A benchmark"], source_type="bench",
                    source_id=person.pk, now=at - timedelta(seconds=1), job=JOB,
                )  # fmt: skip
                if level == AlertLevel.EMERGENCY:
                    found.emergencies[str(alert.pk)] = str(person.pk)


def _steps(found: Overdue, people: Sequence[Any], now: datetime) -> None:
    """Signed dose steps that fell due while nobody watched; apart from that nothing stands against them."""
    from monitoring.people.models import User
    from tests.faults import crowd

    for person in people:
        by = User.objects.get(memberships__patient=person)
        (step,) = crowd.due_steps([person], by, now)
        person.plans.get().steps.update(due_at=now - AWAY / 2)
        found.steps.append(str(step.pk))


def _check_ins(found: Overdue, people: Sequence[Any], count: int) -> None:
    """Two for each patient: one open and asked for when it went off, one that opened and closed unseen."""
    from monitoring.checkins.models import CheckIn, CheckInSchedule, ScheduleSource

    off_at = found.off_at
    schedules = CheckInSchedule.objects.bulk_create(
        CheckInSchedule(
            patient=person, source=ScheduleSource.CLINICIAN, starts_on=off_at.date() - timedelta(days=3),
            daily_until=off_at.date() + timedelta(days=10), opens_at=(off_at - timedelta(hours=1)).time(),
            plan_next_at=off_at + timedelta(hours=5), created_at=off_at - timedelta(days=4),
        )
        for person in people[: (count + 1) // 2]
    )  # fmt: skip
    rows: list[Any] = []
    for schedule in schedules:
        for days, asked in ((0, off_at - timedelta(hours=1)), (1, None)):
            opens_at = off_at - timedelta(hours=1) + timedelta(days=days)
            if len(rows) < count:
                rows.append(_occasion(schedule, opens_at, asked))
    for row in CheckIn.objects.bulk_create(rows):
        found.not_theirs[str(row.pk)] = str(row.patient_id)


def _occasion(schedule: Any, opens_at: datetime, asked: datetime | None) -> Any:
    from monitoring.checkins.models import CheckIn

    return CheckIn(
        patient=schedule.patient, schedule=schedule, local_date=opens_at.date(), opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=12), reminded_at=asked,
    )  # fmt: skip


def _controls(found: Overdue, people: Sequence[Any]) -> None:
    """Asked in time, open for twelve hours, closed an hour before it all went off."""
    from monitoring.checkins.models import CheckIn, CheckInSchedule, ScheduleSource

    opened = found.off_at - timedelta(hours=13)
    schedules = CheckInSchedule.objects.bulk_create(
        CheckInSchedule(
            patient=person, source=ScheduleSource.CLINICIAN, starts_on=opened.date(), daily_until=opened.date(),
            opens_at=opened.time(), plan_next_at=found.off_at + timedelta(days=60),
            created_at=opened - timedelta(days=1),
        )
        for person in people
    )  # fmt: skip
    for row in CheckIn.objects.bulk_create(_occasion(schedule, opened, opened) for schedule in schedules):
        found.theirs[str(row.pk)] = str(row.patient_id)


def _reminders(users: Sequence[Any], at: datetime) -> None:
    """Written a moment before it all went off, and out of date since."""
    from monitoring.notifications.actions import queue_for_many
    from monitoring.notifications.models import Template

    for user in users:
        queue_for_many(
            recipients=[user], template=Template.CHECK_IN_DUE, dedupe_key=f"bench {user.pk}", now=at,
            expires_at=at + timedelta(hours=11),
        )  # fmt: skip


def _last_tick(at: datetime) -> None:
    """The last sign of life of the sweeps."""
    from monitoring.operations.models import Heartbeat, SweepClock
    from monitoring.operations.rules import VITAL_SWEEPS

    Heartbeat.objects.bulk_create(Heartbeat(name=name, last_finished_at=at) for name in VITAL_SWEEPS)
    SweepClock.objects.create(ticked_at=at, ticks=1)
