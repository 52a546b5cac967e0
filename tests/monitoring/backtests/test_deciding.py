"""Two people for every version, nothing stale comes into force, and what is in force never changes under a verdict."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from monitoring.audit.models import AuditEvent
from monitoring.backtests.actions import (
    FaultsError,
    RefusedError,
    StaleError,
    approve_proposal,
    ask_replay,
    propose,
    withdraw_proposal,
)
from monitoring.backtests.models import Proposal, ProposalState, RunState
from monitoring.checkins.queries.protocols import cadence_in_force, thresholds_in_force, thresholds_named
from monitoring.checkins.rules import Level, ThresholdsError, current_thresholds
from monitoring.people.models import Clinic, Patient, User
from monitoring.protocols.models import ProtocolVersion, UnchangeableError
from monitoring.protocols.queries import protocol_in_force
from tests.append_only import triggers_dropped
from tests.monitoring.backtests.conftest import FORGETFUL, Reporting, finished, in_force

pytestmark = pytest.mark.django_db

NOTE = "Seen together with the team."


def another(clinic: Clinic, by: User, now: datetime, level: str = "urgent") -> Proposal:
    return propose(
        clinic=clinic, thresholds={FORGETFUL: level}, cadence={"daily_days": 21}, reason="Another opinion.", by=by,
        now=now,
    )  # fmt: skip


def test_whoever_proposed_cannot_approve_and_neither_can_an_admin_or_another_clinic(
    milder: Proposal, clinician: User, admin: User, outsider: User, now: datetime
) -> None:
    run = finished(milder, clinician, now)
    for who in (clinician, admin, outsider):
        with pytest.raises(RefusedError):
            approve_proposal(
                proposal=milder, run_id=run.pk, approval_note=NOTE, in_force_from=None, by=who, now=now
            )  # fmt: skip
    assert not ProtocolVersion.objects.exists()
    assert protocol_in_force(milder.clinic_id, now).number == 0


def test_the_database_itself_refuses_one_person_for_both(milder: Proposal, clinician: User, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProtocolVersion.objects.create(
            clinic=milder.clinic, number=1, based_on="2026.11", content_hash="x", reason="r", proposed_by=clinician,
            proposed_at=now, approved_by=clinician, approved_at=now, approval_note="n", in_force_from=now,
        )  # fmt: skip


def test_an_approved_version_judges_from_its_instant_on(
    milder: Proposal, clinic: Clinic, clinician: User, colleague: User, now: datetime
) -> None:
    run, later = finished(milder, clinician, now), now + timedelta(days=2)
    version = approve_proposal(
        proposal=milder, run_id=run.pk, approval_note=NOTE, in_force_from=later, by=colleague, now=now
    )
    milder.refresh_from_db()
    assert (milder.state, milder.version, version.number) == (ProposalState.APPROVED, version, 1)
    assert thresholds_in_force(clinic.pk, later - timedelta(seconds=1)) is current_thresholds()
    after = thresholds_in_force(clinic.pk, later)
    assert (after.version, after.questions["q5_thinking"].levels[1]) == ("2026.11+clinic-1", Level.INFO)
    assert thresholds_named(clinic.pk, "2026.11+clinic-1") == after
    assert AuditEvent.objects.get(action="protocol.approve").actor_id == str(colleague.pk)


def test_a_version_that_came_in_meanwhile_makes_the_replay_stale_until_it_is_replayed_again(
    milder: Proposal, clinic: Clinic, clinician: User, colleague: User, now: datetime
) -> None:
    run = finished(milder, clinician, now)
    in_force(another(clinic, clinician, now), clinician, colleague, now)
    with pytest.raises(StaleError):
        approve_proposal(proposal=milder, run_id=run.pk, approval_note=NOTE, in_force_from=None, by=colleague, now=now)
    again = finished(milder, clinician, now + timedelta(minutes=1))
    assert again.base_label == "2026.11+clinic-1"
    version = approve_proposal(
        proposal=milder, run_id=again.pk, approval_note=NOTE, in_force_from=None, by=colleague,
        now=now + timedelta(minutes=2),
    )  # fmt: skip
    assert version.number == 2
    assert cadence_in_force(clinic.pk, now + timedelta(minutes=1)).daily_days == 21
    assert cadence_in_force(clinic.pk, now + timedelta(minutes=3)).daily_days == 14


def test_a_scheduled_version_makes_it_stale_as_well_and_a_later_decision_replaces_it(
    milder: Proposal, clinic: Clinic, clinician: User, colleague: User, now: datetime
) -> None:
    run = finished(milder, clinician, now)
    other = another(clinic, clinician, now)
    scheduled = finished(other, clinician, now)
    approve_proposal(
        proposal=other, run_id=scheduled.pk, approval_note=NOTE, in_force_from=now + timedelta(days=3), by=colleague,
        now=now,
    )  # fmt: skip
    with pytest.raises(StaleError):
        approve_proposal(proposal=milder, run_id=run.pk, approval_note=NOTE, in_force_from=None, by=colleague, now=now)
    # Of two replays asked for at one moment nobody could tell the newer.
    again = finished(milder, clinician, now + timedelta(seconds=1))
    approve_proposal(proposal=milder, run_id=again.pk, approval_note=NOTE, in_force_from=None, by=colleague, now=now)
    assert protocol_in_force(clinic.pk, now + timedelta(days=4)).number == 2


def test_only_a_finished_replay_that_was_read_can_be_approved(
    milder: Proposal, clinician: User, colleague: User, now: datetime
) -> None:
    read = finished(milder, clinician, now)
    newer = ask_replay(proposal=milder, by=clinician, now=now + timedelta(minutes=1))
    assert newer.state == RunState.QUEUED
    for run_id in (read.pk, newer.pk):
        with pytest.raises(StaleError):
            approve_proposal(
                proposal=milder, run_id=run_id, approval_note=NOTE, in_force_from=None, by=colleague, now=now
            )


def test_approving_twice_makes_one_version(milder: Proposal, clinician: User, colleague: User, now: datetime) -> None:
    in_force(milder, clinician, colleague, now)
    with pytest.raises(StaleError):
        approve_proposal(
            proposal=milder, run_id=milder.runs.get().pk, approval_note=NOTE, in_force_from=None, by=colleague, now=now
        )
    assert ProtocolVersion.objects.count() == 1


def test_a_version_is_never_edited_or_deleted(
    milder: Proposal, clinician: User, colleague: User, now: datetime
) -> None:
    version = in_force(milder, clinician, colleague, now)
    version.thresholds = {}
    for deed in (version.save, version.delete, ProtocolVersion.objects.all().delete):
        with pytest.raises(UnchangeableError):
            deed()
    with pytest.raises(UnchangeableError):
        ProtocolVersion.objects.update(thresholds={})


@pytest.fixture
def as_owner(db: None) -> Iterator[None]:
    """As the owner of the database, who can take its triggers away."""
    with triggers_dropped(connection):
        yield
        connection.check_constraints()  # nothing may be pending when they are put back


@pytest.mark.usefixtures("as_owner")
def test_a_version_that_is_not_what_was_approved_judges_nobody_and_says_so(
    milder: Proposal, clinic: Clinic, patient: Patient, clinician: User, colleague: User, report: Reporting,
    now: datetime,
) -> None:  # fmt: skip
    version = in_force(milder, clinician, colleague, now)
    forged = ProtocolVersion.objects.filter(pk=version.pk)
    super(type(forged), forged).update(thresholds={"questions.q5_thinking.2": "warning"})
    with pytest.raises(ThresholdsError):
        thresholds_in_force(clinic.pk, now)
    stored = report(patient, now + timedelta(minutes=1))
    assert (stored.level, stored.threshold_version) == (Level.URGENT, "2026.11")
    assert "could not be read" in stored.reasons[0]
    stored = report(patient, now + timedelta(hours=1), q2_breathing=2)
    assert stored.level == Level.EMERGENCY


def test_what_may_not_be_proposed(clinic: Clinic, clinician: User, admin: User, now: datetime) -> None:
    for thresholds, cadence in (({"questions.q9_mood.3": "urgent"}, {}), ({}, {"daily_days": 3})):
        with pytest.raises(FaultsError):
            propose(
                clinic=clinic, thresholds=thresholds, cadence=cadence, reason="Because it is so.", by=clinician, now=now
            )
    for who, reason, patch in ((clinician, "short", {FORGETFUL: "info"}), (admin, NOTE, {FORGETFUL: "info"}),
                               (clinician, NOTE, {})):  # fmt: skip
        with pytest.raises(RefusedError):
            propose(clinic=clinic, thresholds=patch, cadence={}, reason=reason, by=who, now=now)
    assert not Proposal.objects.exists()


def test_a_withdrawn_proposal_stays_readable_and_goes_no_further(
    milder: Proposal, clinician: User, colleague: User, now: datetime
) -> None:
    run = ask_replay(proposal=milder, by=clinician, now=now)
    withdraw_proposal(proposal=milder, reason="Thought better of it.", by=colleague, now=now)
    run.refresh_from_db()
    milder.refresh_from_db()
    assert (run.state, milder.state, milder.withdrawn_by) == (RunState.CANCELLED, ProposalState.WITHDRAWN, colleague)
    with pytest.raises(RefusedError):
        ask_replay(proposal=milder, by=clinician, now=now)
    with pytest.raises(RefusedError):
        withdraw_proposal(proposal=milder, reason="Thought better of it.", by=colleague, now=now)
