"""Build the demo clinic through the same actions as the pages."""

import os
import secrets
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from monitoring.cds_clients.actions import add_client
from monitoring.notifications.actions import cancel_before, mark_messages_read
from monitoring.onboarding.actions.demo.cast import PATIENTS
from monitoring.onboarding.actions.demo.history import JOB, History
from monitoring.operations.actions import beat
from monitoring.people.actions import accept_invitation, create_clinic, create_user, invite_carer
from monitoring.people.models import CarerMay, Clinic, Patient, Role, User
from monitoring.preferences.actions import change_preference
from monitoring.wording.actions import sign_wording
from monitoring.wording.queries import digest_in_force

LARGEST_CLINIC = 500
# The place in the cast of the patient who reads Spanish.
SPANISH = 3
# The public test client of the hook standard. Its private key is public too, so a signature would prove nothing; a
# copy of it on this machine may stand at any port.
SANDBOX = "https://sandbox.cds-hooks.org"
SANDBOX_ORIGINS = [SANDBOX, "http://localhost:*", "http://127.0.0.1:*"]


class Command(BaseCommand):
    help = "Builds a demo clinic with labelled, invented patients and weeks of history; the same for the same seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", type=int, default=len(PATIENTS), help="how many (default %(default)s)")
        parser.add_argument("--days", type=int, default=56, help="days of history (default %(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another story (default %(default)s)")

    def handle(self, *, patients: int, days: int, seed: int, **_options: Any) -> None:
        if not 1 <= patients <= LARGEST_CLINIC or not 7 <= days <= 366:
            raise CommandError(f"--patients must be 1 to {LARGEST_CLINIC} and --days 7 to 366.")
        if User.objects.filter(email="clinician@demo.example").exists():
            raise CommandError("The demo clinic is already there. Start with an empty database for another one.")
        given = os.environ.get("DEMO_PASSWORD", "")
        password = given or secrets.token_urlsafe(9)
        now = timezone.now()
        with transaction.atomic():
            self._build(patients, days, seed, password, now)
        if not given:
            self.stdout.write(f"Demo password: {password}")
        self.stdout.write(f"The demo clinic has {patients} patients and {days} days of history.")

    def _build(self, patients: int, days: int, seed: int, password: str, now: datetime) -> None:
        began = now - timedelta(days=days)
        clinic = self._clinic("Harbour Pain Clinic (demo)", began)
        elsewhere = self._clinic("Northgate Clinic (demo)", began + timedelta(seconds=1))

        def user(name: str, shown: str, role: Role, where: Clinic = clinic) -> User:
            return create_user(
                clinic=where, email=f"{name}@demo.example", name=shown, role=role, password=password, now=began, job=JOB
            )

        team = [
            user("clinician", "Dr Ruth Okafor", Role.CLINICIAN),
            user("colleague", "Nurse Ben Bell", Role.CLINICIAN),
        ]
        user("stranger", "Dr Stella Stone", Role.CLINICIAN, elsewhere)
        user("admin", "Ada Marsh", Role.ADMIN)
        visitor = user("patient", "Maya Harper", Role.PATIENT)
        add_client(
            clinic=clinic, name="Public CDS Hooks sandbox", issuer=SANDBOX, must_sign=False, origins=SANDBOX_ORIGINS,
            now=began, job=JOB,
        )  # fmt: skip
        reader = user("paciente", "Luis Soto", Role.PATIENT)
        signed_in = {0: visitor, SPANISH: reader}
        cast = [(PATIENTS[number % len(PATIENTS)], signed_in.get(number)) for number in range(patients)]
        History(clinic, team, now=now, days=days, seed=seed).play(cast)
        carer = user("carer", "Sam Harper", Role.CARER)
        _help(visitor, carer, now=now - timedelta(days=3))
        sign_wording(language="es", digest=digest_in_force("es"), by=team[0], now=began)
        change_preference(by=reader, now=began, language="es")
        # What the story sent long ago must not leave as mail today.
        cancel_before(before=now - timedelta(hours=1), now=now, job=JOB)
        for person in (*team, visitor, reader, carer):
            mark_messages_read(by=person, now=now - timedelta(days=1))
        beat(name=JOB, now=now)

    def _clinic(self, name: str, now: datetime) -> Clinic:
        return create_clinic(
            name=name, time_zone="Europe/London", phone="020 7946 0100", out_of_hours_phone="020 7946 0111",
            emergency_phone="999", crisis_phone="116 123", opening_hours=[["08:30", "17:00"]] * 5 + [None, None],
            is_demo=True, now=now, job=JOB,
        )  # fmt: skip


def _help(user: User, carer: User, *, now: datetime) -> None:
    """The patient asks for this carer's help, and the carer says yes."""
    patient = Patient.objects.get(user=user)
    _invitation, token = invite_carer(
        patient=patient, name=carer.name, email=carer.email, may=CarerMay.ANSWER, by=user, now=now
    )
    accept_invitation(token=token, by=carer, now=now)
