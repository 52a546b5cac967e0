"""Many patients with something due, written straight into the tables: through the actions it would take minutes."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db.models import Model

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState, ScheduleSource, SymptomReport
from monitoring.notifications.models import Channel, Notification, Template
from monitoring.people.models import CareTeamMembership, Clinic, Patient, Role, User
from monitoring.regimens.models import DosePeriod, Prescription, PrescriptionState, RegimenCheck
from monitoring.titration.actions import check_guard_rails, draft_plan, sign_plan
from monitoring.titration.models import TitrationStep
from monitoring.titration.schedule import PlannedStep


def patients(clinic: Clinic, clinician: User, count: int, now: datetime) -> list[Patient]:
    """Fit patients who can sign in, all cared for by one clinician."""
    users = User.objects.bulk_create(
        User(
            email=f"patient{n}@home.example", name=f"Patient {n}", role=Role.PATIENT, clinic=clinic, joined_at=now,
            password="!",
        )
        for n in range(count)
    )  # fmt: skip
    made = Patient.objects.bulk_create(
        Patient(
            clinic=clinic, user=user, identifier=f"C-{n:04}", family_name=f"Family{n}", given_names="Given",
            birth_date=date(1980, 1, 1), time_zone=clinic.time_zone, egfr=95, egfr_on=now.date(), conditions=[],
            registered_at=now,
        )
        for n, user in enumerate(users)
    )  # fmt: skip
    CareTeamMembership.objects.bulk_create(
        CareTeamMembership(patient=patient, clinician=clinician, joined_at=now) for patient in made
    )
    return made


def due_steps(crowd: list[Patient], by: User, now: datetime) -> list[TitrationStep]:
    """A signed step from 15 to 30 mg of baclofen a day for each patient, due a minute ago and clear to go."""
    return [_due_step(patient, by, now) for patient in crowd]


def _due_step(patient: Patient, by: User, now: datetime) -> TitrationStep:
    today = patient.local_date(now)
    begun = today - timedelta(days=7)
    prescription = Prescription.objects.create(
        patient=patient, entered="baclofen", label="baclofen", ingredients=["baclofen"], match="exact", route="oral",
        state=PrescriptionState.ACTIVE, starts_on=begun, prescribed_at=now, prescribed_by=by,
    )  # fmt: skip
    DosePeriod.objects.create(
        prescription=prescription, amounts=["5", "5", "5"], unit="mg", starts_on=begun, source="prescribed",
        created_at=now, created_by=by,
    )  # fmt: skip
    RegimenCheck.objects.create(patient=patient, checked_at=now, next_check_on=today + timedelta(days=30))
    check_in = CheckIn.objects.create(
        patient=patient, local_date=today, opens_at=now, closes_at=now, state=CheckInState.SUBMITTED
    )
    SymptomReport.objects.create(
        check_in=check_in, patient=patient, submission_key=uuid4(), level=0, submitted_at=now, submitted_by=by,
        answers={"q1_sleepiness": 0, "q10_doses_other": ["none"]},
    )  # fmt: skip
    rise = PlannedStep(today, (Decimal(10),) * 3)
    plan = draft_plan(
        prescription=prescription, direction="up", steps=[rise], template=None, policy="advance_when_clear", note="",
        by=by, now=now,
    )  # fmt: skip
    breaches = check_guard_rails(
        patient=patient, prescription=prescription, direction="up", steps=[rise], template="", today=today
    )
    sign_plan(plan=plan, exceptions={breach.rule: "A crowd for a test." for breach in breaches}, by=by, now=now)
    plan.steps.update(due_at=now - timedelta(minutes=1))
    return plan.steps.get()


def unanswered_check_ins(crowd: list[Patient], by: User, now: datetime) -> list[CheckIn]:
    """A check-in for each patient that was asked, and whose window closed a minute ago."""
    schedules = CheckInSchedule.objects.bulk_create(
        CheckInSchedule(
            patient=patient, source=ScheduleSource.CLINICIAN, starts_on=now.date(), daily_until=now.date(),
            opens_at=now.time(), plan_next_at=now + timedelta(days=1), created_at=now, created_by=by,
        )
        for patient in crowd
    )  # fmt: skip
    return CheckIn.objects.bulk_create(
        CheckIn(
            patient=schedule.patient, schedule=schedule, local_date=schedule.patient.local_date(now),
            opens_at=now - timedelta(hours=2), closes_at=now - timedelta(minutes=1),
            reminded_at=now - timedelta(hours=2),
        )
        for schedule in schedules
    )  # fmt: skip


def waiting_mails(people: list[User], now: datetime) -> list[Notification]:
    """An urgent mail to each person, due now."""
    return Notification.objects.bulk_create(
        Notification(
            recipient=person, channel=Channel.EMAIL, template=Template.MESSAGE, urgent=True,
            dedupe_key=uuid4().hex + uuid4().hex, created_at=now, next_at=now,
        )
        for person in people
    )  # fmt: skip


def lines(action: str) -> Counter[str]:
    """How many audit lines each object has for one deed."""
    return Counter(AuditEvent.objects.filter(action=action).values_list("object_id", flat=True))


def once(items: Iterable[Model]) -> Counter[str]:
    """Each of them a single time, as `lines` counts."""
    return Counter(str(item.pk) for item in items)
