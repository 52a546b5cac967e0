"""A clinic's own severity for a rule: who may set it, what may not be set, and whom it reaches."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from monitoring.adjustments.models import SeverityAdjustment
from monitoring.adjustments.queries import adjustments_of
from monitoring.audit.models import AuditEvent
from monitoring.knowledge.actions import RefusedError, set_adjustment, withdraw_adjustment
from monitoring.knowledge.models import ReleaseRollout, RolloutKind, RolloutPatient, RolloutState
from monitoring.people.models import Clinic, User
from monitoring.regimens.models import InteractionFlag
from tests.monitoring.knowledge.conftest import Enrol, run_job

pytestmark = pytest.mark.django_db
WHY = "We see it weekly in this clinic."
LATER = timedelta(minutes=1)


def flag(rule: str = "R29") -> InteractionFlag:
    return InteractionFlag.objects.present().get(finding__rule=rule)


@pytest.mark.core
class TestReach:
    def test_it_reaches_those_on_whom_the_rule_can_fire_and_says_so_on_the_flag(
        self, enrol: Enrol, admin: User, now: datetime
    ) -> None:
        concerned, _ = enrol("baclofen", "lithium"), enrol("baclofen", "ibuprofen")
        set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        run_job(now)
        assert (flag().severity, flag().blocking) == ("major", True)
        assert flag().finding["adjusted"] == {
            "from": "moderate", "to": "major", "reason": WHY, "since": "2026-06-15",
        }  # fmt: skip
        rollout = ReleaseRollout.objects.get(kind=RolloutKind.ADJUSTMENT)
        assert (rollout.total, rollout.done, rollout.state) == (1, 1, RolloutState.DONE)
        row = RolloutPatient.objects.get()
        assert (row.patient, row.change, row.severity_after) == (concerned, "raised", "major")

    def test_who_is_prescribed_it_afterwards_gets_the_clinics_severity(
        self, enrol: Enrol, admin: User, now: datetime
    ) -> None:
        set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        enrol("baclofen", "lithium")
        assert flag().severity == "major"

    def test_withdrawn_the_rule_has_its_own_severity_again(self, enrol: Enrol, admin: User, now: datetime) -> None:
        enrol("baclofen", "lithium")
        made = set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        run_job(now)
        withdraw_adjustment(adjustment=made, reason="It was a mistake.", by=admin, now=now + LATER)
        run_job(now + LATER)
        assert flag().severity == "moderate"
        assert "adjusted" not in flag().finding
        assert adjustments_of(admin.clinic_id) == {}

    def test_withdrawn_at_once_the_first_roll_out_ends(self, enrol: Enrol, admin: User, now: datetime) -> None:
        enrol("baclofen", "lithium")
        made = set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        withdraw_adjustment(adjustment=made, reason="It was a mistake.", by=admin, now=now + LATER)
        run_job(now + LATER)
        states = ReleaseRollout.objects.order_by("asked_at").values_list("state", flat=True)
        assert list(states) == [RolloutState.CANCELLED, RolloutState.DONE]
        assert flag().severity == "moderate"

    def test_another_clinic_is_left_alone(
        self, enrol: Enrol, admin: User, other_clinic: Clinic, outsider: User, now: datetime
    ) -> None:
        theirs = enrol("baclofen", "lithium", clinic=other_clinic, by=outsider)
        set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        run_job(now)
        assert InteractionFlag.objects.present().get(patient=theirs, finding__rule="R29").severity == "moderate"
        assert adjustments_of(other_clinic.pk) == {}

    def test_an_answer_does_not_stand_against_a_raised_severity(self, enrol: Enrol, admin: User, now: datetime) -> None:
        patient = enrol("baclofen", "lithium")
        set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        run_job(now)
        assert flag().status == "open"
        assert patient.alerts.filter(kind="regimen_check").exists()


class TestGuardRails:
    @pytest.mark.parametrize(
        ("rule", "severity"),
        [
            ("R04", "major"),  # contraindicated by a label: nobody may lower it
            ("R04", "minor"),
            ("R29", "none"),
            ("R29", "moderate"),  # its own severity
            ("R29", "deadly"),
            ("R29", ""),
            ("N03", "major"),  # a check-in's level is no severity
            ("R99", "major"),
        ],
    )
    def test_what_may_not_be_set(self, admin: User, now: datetime, rule: str, severity: str) -> None:
        with pytest.raises(RefusedError):
            set_adjustment(clinic=admin.clinic, rule=rule, severity=severity, reason=WHY, by=admin, now=now)
        assert not SeverityAdjustment.objects.exists()
        assert not ReleaseRollout.objects.exists()

    @pytest.mark.parametrize("reason", ["", "too short", "a         b"])
    def test_a_reason_is_needed(self, admin: User, now: datetime, reason: str) -> None:
        with pytest.raises(RefusedError, match="at least 10 characters"):
            set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=reason, by=admin, now=now)
        made = set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        with pytest.raises(RefusedError, match="at least 10 characters"):
            withdraw_adjustment(adjustment=made, reason=reason, by=admin, now=now)

    def test_only_an_admin_of_the_clinic(self, clinician: User, admin: User, other_admin: User, now: datetime) -> None:
        for by in (clinician, other_admin):
            with pytest.raises(RefusedError, match="Only an admin"):
                set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=by, now=now)
        made = set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        for by in (clinician, other_admin):
            with pytest.raises(RefusedError, match="Only an admin"):
                withdraw_adjustment(adjustment=made, reason=WHY, by=by, now=now)

    def test_one_counts_and_the_one_before_is_kept(self, admin: User, now: datetime) -> None:
        first = set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        with pytest.raises(RefusedError, match="already"):
            set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        set_adjustment(clinic=admin.clinic, rule="R29", severity="minor", reason=WHY, by=admin, now=now + LATER)
        first.refresh_from_db()
        assert (first.withdrawn_at, first.withdrawn_by) == (now + LATER, admin)
        assert [str(each.severity) for each in adjustments_of(admin.clinic_id).values()] == ["minor"]
        with pytest.raises(IntegrityError), transaction.atomic():
            SeverityAdjustment.objects.filter(pk=first.pk).update(
                withdrawn_at=None, withdrawn_by=None, withdrawn_reason=""
            )

    def test_twice_withdrawn_is_once(self, admin: User, now: datetime) -> None:
        made = set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
        withdraw_adjustment(adjustment=made, reason=WHY, by=admin, now=now)
        with pytest.raises(RefusedError, match="already"):
            withdraw_adjustment(adjustment=made, reason=WHY, by=admin, now=now)


def test_each_decision_is_a_line_in_the_log(admin: User, now: datetime) -> None:
    made = set_adjustment(clinic=admin.clinic, rule="R29", severity="major", reason=WHY, by=admin, now=now)
    withdraw_adjustment(adjustment=made, reason="It was a mistake.", by=admin, now=now + LATER)
    lines = AuditEvent.objects.filter(object_type="adjustment", object_id=str(made.pk)).order_by("at")
    assert [(line.action, line.actor_label, line.reason) for line in lines] == [
        ("adjustment.set", admin.email, WHY), ("adjustment.withdraw", admin.email, "It was a mistake."),
    ]  # fmt: skip
    assert lines[0].detail == {"rule": "R29", "severity": "major", "before": ""}
