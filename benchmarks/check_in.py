"""Check-ins a second through gunicorn, to the last commit, against a bare Django view and a raw insert.

The submission is the patient's own: session, CSRF, thresholds, report, alert rules, audit line, one transaction on a
durable PostgreSQL. The bare view is the server's limit; the raw insert is the database's: one row of the same
answers, committed each time, over as many connections.
"""

import threading
import uuid
from datetime import timedelta
from typing import Any

from benchmarks import database
from benchmarks.load import CONNECTIONS, Request, send_all, serve
from benchmarks.measuring import interleaved, ratio

SUBMISSIONS = 200
PATIENTS = 40
ANSWERS = {
    "danger_signs": ["none"],
    "q1_sleepiness": 1,
    "q2_breathing": 0,
    "q3_standing": 0,
    "q4_fall": 0,
    "q5_thinking": 0,
    "q6_strength": 0,
    "q7_heart": 0,
    "q8_body": ["none"],
    "q9_mood": 0,
    "q10_doses_other": ["none"],
}


DRAFT = {"answers": ANSWERS, "seen": [1, 2, 3, 4, 5, 6, 7]}


def run(rounds: int, seed: int) -> dict[str, object]:
    """Rates of the three, and the submission as a share of each limit."""
    url = database.start()
    product = serve("config.wsgi")
    bare = serve("benchmarks.bare:application")
    clinic = _Clinic(seed)

    def submit() -> int:
        before = clinic.stored()
        sent = send_all(product, clinic.submissions(f"127.0.0.1:{product}"), lambda status: status == 302)
        # Only what was truly stored is counted: a redirect alone proves nothing.
        if clinic.stored() - before != sent:
            raise RuntimeError(f"{sent} check-ins were sent, but {clinic.stored() - before} were stored")
        return sent

    def plain() -> int:
        return send_all(bare, [Request("GET", "/")] * (SUBMISSIONS * 5), lambda status: status == 200)

    figures = interleaved(
        {"submit a check-in": submit, "bare Django view": plain, "raw insert": lambda: _insert(url)}, rounds
    )
    return {
        "connections": CONNECTIONS,
        "durability": database.DURABLE,
        "figures": figures,
        "ratios": {
            "submit over bare view": ratio(figures, "submit a check-in", "bare Django view"),
            "submit over raw insert": ratio(figures, "submit a check-in", "raw insert"),
        },
        "reports_stored": clinic.stored(),
    }


def _insert(url: str) -> int:
    from psycopg import connect as open_connection
    from psycopg.types.json import Jsonb

    with open_connection(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_raw (id uuid PRIMARY KEY, answers jsonb NOT NULL)")

    def client() -> None:
        with open_connection(url, autocommit=True) as connection:
            for _ in range(SUBMISSIONS // CONNECTIONS):
                row = (uuid.uuid4(), Jsonb(ANSWERS))
                connection.execute("INSERT INTO bench_raw VALUES (%s, %s)", row)

    threads = [threading.Thread(target=client) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return SUBMISSIONS // CONNECTIONS * CONNECTIONS


class _Clinic:
    """Patients with a session each, and as many filled-in check-ins as a round sends."""

    def __init__(self, seed: int) -> None:
        from django.utils import timezone

        from monitoring.people.actions import create_clinic, create_user, register_patient
        from monitoring.people.models import Role

        self.now = timezone.now()
        clinic = create_clinic(name=f"Bench {seed}", time_zone="Europe/London", phone="1", now=self.now, job="bench")
        self.patients: list[Any] = []
        self.sessions: list[str] = []
        for number in range(PATIENTS):
            user = create_user(
                clinic=clinic,
                email=f"p{number}@bench.example",
                name=f"P {number}",
                role=Role.PATIENT,
                password=None,
                now=self.now,
                job="bench",
            )
            self.patients.append(
                register_patient(
                    clinic=clinic,
                    identifier=f"B{number}",
                    family_name="Bench",
                    given_names=str(number),
                    birth_date=self.now.date() - timedelta(days=18_000),
                    user=user,
                    now=self.now,
                    job="bench",
                )
            )
            self.sessions.append(_session(user))

    def submissions(self, host: str) -> list[Request]:
        """A request for each of a fresh set of check-ins that wait to be sent."""
        from django.conf import settings

        from monitoring.checkins.models import CheckIn

        rows = CheckIn.objects.bulk_create(
            CheckIn(
                patient=self.patients[number % PATIENTS],
                local_date=self.now.date(),
                draft=DRAFT,
                opens_at=self.now - timedelta(hours=1),
                closes_at=self.now + timedelta(hours=12),
            )
            for number in range(SUBMISSIONS)
        )
        token = "b" * 32
        cookies = f"{settings.CSRF_COOKIE_NAME}={token}; {settings.SESSION_COOKIE_NAME}="
        return [
            Request(
                "POST",
                f"/me/check-ins/{row.pk}/review/",
                f"csrfmiddlewaretoken={token}&submission_key={uuid.uuid4()}",
                {
                    "Host": host,
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": cookies + self.sessions[number % PATIENTS],
                },
            )
            for number, row in enumerate(rows)
        ]

    def stored(self) -> int:
        from monitoring.checkins.models import SymptomReport

        return SymptomReport.objects.filter(patient__in=self.patients).count()


def _session(user: Any) -> str:
    """The key of a signed-in session, as the sign-in page would have made it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)
