"""Check-ins that are due, and as many as wished that are not, in one table; and the ways to settle them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Final

JOB: Final = "bench"
BATCH: Final = 500

# Days ahead of every patient, written by the database itself.
FILL: Final = {
    "postgresql": """
        INSERT INTO monitoring_checkin (id, patient_id, schedule_id, local_date, opens_at, closes_at, state, draft)
        SELECT gen_random_uuid(), s.patient_id, s.id, %(day)s::date + n, %(opens)s::timestamptz + n * interval '1 day',
               %(closes)s::timestamptz + n * interval '1 day', 'due', '{}'
        FROM monitoring_checkinschedule s, generate_series(%(first)s::int, %(last)s::int) n""",
    "sqlite": """
        WITH RECURSIVE days(n) AS (SELECT %(first)s UNION ALL SELECT n + 1 FROM days WHERE n < %(last)s)
        INSERT INTO monitoring_checkin (id, patient_id, schedule_id, local_date, opens_at, closes_at, state, draft)
        SELECT lower(hex(randomblob(16))), s.patient_id, s.id, date(%(day)s, '+' || n || ' days'),
               datetime(%(opens)s, '+' || n || ' days'), datetime(%(closes)s, '+' || n || ' days'), 'due', '{}'
        FROM monitoring_checkinschedule s, days""",
}
# The least that any sweep must do: find a batch that is due, lock it, and say that it was asked for.
CLAIM: Final = """
    UPDATE monitoring_checkin SET reminded_at = %(now)s WHERE id IN (
        SELECT id FROM monitoring_checkin
        WHERE state = 'due' AND reminded_at IS NULL AND schedule_id IS NOT NULL AND opens_at <= %(now)s
              AND closes_at > %(now)s AND (remind_at IS NULL OR remind_at <= %(now)s)
        ORDER BY opens_at LIMIT %(batch)s {skip})"""


class Ward:
    """Patients who can sign in, each with one check-in that opened a minute ago."""

    def __init__(self, patients: int, seed: int, *, opens_at: Callable[[datetime, int], datetime] | None = None):
        from django.utils import timezone

        from monitoring.checkins.models import CheckIn, CheckInSchedule, ScheduleSource
        from monitoring.people.actions import create_clinic, create_user
        from monitoring.people.models import Role

        self.size, self.now, self.ahead = patients, timezone.now(), 0
        clinic = create_clinic(name=f"Bench {seed}", time_zone="UTC", phone="1", now=self.now, job=JOB)
        by = create_user(
            clinic=clinic, email=f"c{seed}@bench.example", name="C", role=Role.CLINICIAN, password=None, now=self.now,
            job=JOB,
        )  # fmt: skip
        people = enrol(clinic, by, patients, self.now)
        schedules = CheckInSchedule.objects.bulk_create(
            CheckInSchedule(
                patient=person, source=ScheduleSource.CLINICIAN, starts_on=self.now.date(),
                daily_until=self.now.date(), opens_at=time(8), plan_next_at=self.now + timedelta(days=400),
                created_at=self.now, created_by=by,
            )
            for person in people
        )  # fmt: skip
        when = opens_at or (lambda now, _number: now - timedelta(minutes=1))
        self.keys = [
            row.pk
            for row in CheckIn.objects.bulk_create(
                CheckIn(
                    patient=schedule.patient, schedule=schedule, local_date=self.now.date(),
                    opens_at=when(self.now, number), closes_at=when(self.now, number) + timedelta(hours=12),
                )
                for number, schedule in enumerate(schedules)
            )
        ]  # fmt: skip

    def fill(self, not_due: int) -> int:
        """Bring the number of check-ins that are not due up to about `not_due`, and return it."""
        from django.db import connection

        days = -(-not_due // self.size)
        values = {
            "day": str(self.now.date()), "opens": _plain(self.now), "closes": _plain(self.now + timedelta(hours=12)),
            "first": self.ahead + 1, "last": days,
        }  # fmt: skip
        if days > self.ahead:
            with connection.cursor() as cursor:
                cursor.execute(FILL[connection.vendor], values)
            self.ahead = days
        tidy()
        return self.ahead * self.size

    def make_due(self) -> None:
        """As if none had been asked for, and nothing of it written."""
        from monitoring.checkins.models import CheckIn
        from monitoring.notifications.models import Notification

        CheckIn.objects.filter(pk__in=self.keys).update(reminded_at=None, late_at=None)
        everything = Notification.objects.all()
        everything._raw_delete(everything.db)
        tidy()

    def ask(self) -> int:
        """Ask for all that is due, as the sweep does."""
        ask_all(self.now)
        return self.asked()

    def ask_alone(self, count: int) -> int:
        """Ask for some of them one by one, which is where a batch that fails ends."""
        from monitoring.checkins.actions import ask_check_in

        return sum(ask_check_in(check_in_id=pk, now=self.now, job=JOB) for pk in self.keys[:count])

    def claim(self) -> int:
        """The claim alone, batch by batch, in the statement that does it fastest."""
        from django.db import connection

        skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            while True:
                cursor.execute(CLAIM.format(skip=skip), {"now": _plain(self.now), "batch": BATCH})
                if cursor.rowcount == 0:
                    return self.size

    def tick(self, times: int) -> int:
        """What the sweep asks of the database when nothing is due."""
        for _ in range(times):
            ask_all(self.now)
        return times

    def bare_tick(self, times: int) -> int:
        """The one statement of it that looks for what is due, without what surrounds it."""
        from django.db import connection

        from monitoring.checkins.models import CheckIn

        looked = CheckIn.objects.to_remind(self.now).order_by("opens_at").values_list("pk")[:BATCH]
        statement, values = looked.query.sql_with_params()
        with connection.cursor() as cursor:
            for _ in range(times):
                cursor.execute(statement, values)
                if cursor.fetchall():
                    raise RuntimeError("something is due that should not be")
        return times

    def asked(self) -> int:
        """How many were asked for; RuntimeError unless all were, and all of it was written."""
        from monitoring.checkins.models import CheckIn
        from monitoring.notifications.models import Notification

        asked = CheckIn.objects.filter(pk__in=self.keys, reminded_at__isnull=False).count()
        if (asked, Notification.objects.count()) != (self.size, 2 * self.size):
            raise RuntimeError(f"{asked} of {self.size} were asked for")
        return asked


def enrol(clinic: Any, clinician: Any, count: int, now: datetime) -> list[Any]:
    """Patients who can sign in, as often as wished: under addresses and numbers that nobody else has."""
    from monitoring.people.models import Patient, User
    from tests.faults import crowd

    people = crowd.patients(clinic, clinician, count, now)
    users = [person.user for person in people if person.user]
    for person, user in zip(people, users, strict=True):
        user.email, person.identifier = f"{user.pk}@bench.example", user.pk.hex
    User.objects.bulk_update(users, ["email"], batch_size=500)
    Patient.objects.bulk_update(people, ["identifier"], batch_size=500)
    return people


def ask_all(now: datetime) -> None:
    """The part of the product's sweep that asks, until nothing is due that another does not hold."""
    from monitoring.checkins.actions import ask_check_in, ask_check_ins, claim_to_ask
    from monitoring.operations.actions import in_batches

    in_batches(
        claim_to_ask,
        lambda pks: ask_check_ins(check_in_ids=pks, now=now, job=JOB),
        lambda pk: ask_check_in(check_in_id=pk, now=now, job=JOB),
        sweep="ask_check_ins",
        now=now,
    )


def select_one(times: int) -> int:
    """The least that a question to the database costs."""
    from django.db import connection

    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute("SELECT 1")
            cursor.fetchall()
    return times


def _plain(moment: datetime) -> Any:
    """As the database keeps it: nothing turns the values of a hand-written statement."""
    from django.db import connection

    return connection.ops.adapt_datetimefield_value(moment)


def tidy() -> None:
    """What a database does by itself in quiet hours."""
    from django.db import connection

    tables = "monitoring_checkin, monitoring_notification"
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {tables}" if connection.vendor == "postgresql" else "ANALYZE")
