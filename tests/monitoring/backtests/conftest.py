"""A clinic whose patients have reported for some days, and a proposal about them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from monitoring.backtests.actions import advance_replay, approve_proposal, ask_replay, propose
from monitoring.backtests.models import BacktestRun, Proposal
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import SymptomReport
from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.protocols.models import ProtocolVersion

JOB = "replay_backtests"
FORGETFUL = "questions.q5_thinking.1"

Reporting = Callable[..., SymptomReport]


@pytest.fixture
def report(clinician: User) -> Reporting:
    """Take a check-in by the product's own action, at an instant and with answers of its own."""

    def take(patient: Patient, at: datetime, note: str = "", vitals: Any = None, **answers: Any) -> SymptomReport:
        whole: dict[str, Any] = {
            "danger_signs": ["none"], "q1_sleepiness": 0, "q2_breathing": 0, "q3_standing": 0, "q4_fall": 0,
            "q5_thinking": 0, "q6_strength": 0, "q7_heart": 0, "q8_body": ["none"], "q9_mood": 0,
            "q10_doses_other": ["missed_0", "none"],
        }  # fmt: skip
        return submit_check_in(
            patient=patient, answers=whole | answers, vitals=vitals, note=note, submission_key=uuid4(), by=clinician,
            now=at,
        )  # fmt: skip

    return take


@pytest.fixture
def reports(patient: Patient, report: Reporting, now: datetime) -> list[SymptomReport]:
    """Ten days of Maya's, with a bit of everything; the kidneys get worse half way."""
    days = [now - timedelta(days=10 - day) for day in range(10)]
    taken = [
        report(patient, days[0], q5_thinking=1),
        report(patient, days[1], q1_sleepiness=2, q3_standing=1),
        report(patient, days[2]),
        report(patient, days[3], note="I want to die"),
        report(patient, days[4], q3_standing=2, q5_thinking=1),
    ]
    Patient.objects.filter(pk=patient.pk).update(egfr=Decimal("88.0"), birth_date=date(1990, 1, 1))
    patient.refresh_from_db()
    taken += [
        report(patient, days[5], q5_thinking=1),
        report(patient, days[6], vitals={"rr": 10, "sbp": 99}),
        report(patient, days[7], q10_doses_other=["alcohol"], q1_sleepiness=2),
        report(patient, days[8], q5_thinking=None, q6_strength=2),
        report(patient, days[9], q8_body=["dry_mouth"]),
    ]
    Patient.objects.filter(pk=patient.pk).update(egfr=None, egfr_on=None)
    return taken


@pytest.fixture
def stranger_patient(clinic: Clinic, stranger: User, now: datetime) -> Patient:
    """Somebody of the same clinic whom neither the clinician nor the colleague cares for."""
    return register_patient(
        clinic=clinic, identifier="HP-0077", family_name="Lindqvist", given_names="Ove", birth_date=date(1980, 1, 1),
        care_team=[stranger], by=stranger, now=now - timedelta(days=60),
    )  # fmt: skip


@pytest.fixture
def milder(clinic: Clinic, patient: Patient, clinician: User, now: datetime) -> Proposal:
    """Forgetfulness is no alert any more."""
    return propose(
        clinic=clinic, thresholds={FORGETFUL: "info"}, cadence={}, reason="Too many alerts.", by=clinician, now=now
    )


def finished(proposal: Proposal, by: User, now: datetime) -> BacktestRun:
    """A replay of it, run to its end."""
    run = ask_replay(proposal=proposal, by=by, now=now)
    advance_replay(run_id=run.pk, now=now, job=JOB, has_time=lambda: True)
    run.refresh_from_db()
    proposal.refresh_from_db()
    return run


def in_force(proposal: Proposal, by: User, approver: User, now: datetime) -> ProtocolVersion:
    """The version that it becomes, at once."""
    run = finished(proposal, by, now)
    return approve_proposal(
        proposal=proposal, run_id=run.pk, approval_note="Seen together.", in_force_from=None, by=approver, now=now
    )
