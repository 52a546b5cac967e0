"""A release comes into force: those whom it concerns are screened again, once each, and nobody else is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from monitoring.alerts.models import AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.knowledge.actions import advance_rollout, open_due_rollouts, taking
from monitoring.knowledge.actions.working import LEASE
from monitoring.knowledge.models import Change, ReleaseRollout, RolloutPatient, RolloutState
from monitoring.knowledge.queries import rollouts_to_work_on
from monitoring.people.models import Clinic, User
from monitoring.regimens.actions import recheck_due_regimen, recheck_regimen
from monitoring.regimens.models import InteractionFlag, RegimenCheck
from monitoring.regimens.queries import Screened, due_regimen_ids
from tests.monitoring.knowledge.conftest import JOB, Enrol, Publish, always, only_rollout, run_job

pytestmark = pytest.mark.django_db
PutInForce = Callable[[str], str]
RAISE_LITHIUM = {"R29": {"base_severity": "major"}}


def checks_made() -> list[str]:
    """Whose regimen the job has screened, once for each time."""
    events = AuditEvent.objects.filter(action="regimen.check", actor_label=JOB)
    return sorted(events.values_list("object_id", flat=True))


@pytest.mark.core
class TestWhoIsScreened:
    def test_only_those_whom_the_release_concerns(
        self, enrol: Enrol, publish: Publish, put_in_force: PutInForce, now: datetime
    ) -> None:
        # given
        with_lithium, without = enrol("baclofen", "lithium"), enrol("baclofen", "sertraline")
        old = RegimenCheck.objects.get(patient=without).release
        new = put_in_force(publish(**RAISE_LITHIUM))
        # when
        run_job(now)
        # then
        assert checks_made() == [str(with_lithium.pk)]
        assert set(RegimenCheck.objects.values_list("release", flat=True)) == {new}
        rollout = only_rollout()
        assert (rollout.from_version, rollout.to_version, rollout.state) == (old, new, RolloutState.DONE)
        assert (rollout.total, rollout.done, rollout.failed, rollout.not_concerned) == (1, 1, 0, 1)
        # and: what it changed is kept
        change = RolloutPatient.objects.get()
        assert (change.patient, change.change, change.rule) == (with_lithium, Change.RAISED, "R29")
        assert (change.severity_before, change.severity_after) == ("moderate", "major")

    def test_a_flag_that_must_now_be_answered_tells_somebody(
        self, enrol: Enrol, publish: Publish, put_in_force: PutInForce, now: datetime
    ) -> None:
        patient = enrol("baclofen", "lithium")
        put_in_force(publish(**RAISE_LITHIUM))
        run_job(now)
        flag = InteractionFlag.objects.present().get(finding__rule="R29")
        assert (flag.severity, flag.blocking, flag.status) == ("major", True, "open")
        assert patient.alerts.get().level == AlertLevel.WARNING

    def test_a_release_that_is_no_longer_at_hand_concerns_everybody(self, enrol: Enrol, now: datetime) -> None:
        patients = [enrol("baclofen"), enrol("sertraline")]
        RegimenCheck.objects.update(release="2001.01")
        run_job(now)
        assert checks_made() == sorted(str(patient.pk) for patient in patients)

    def test_nothing_is_opened_while_every_regimen_stands_checked_by_the_release_in_force(
        self, enrol: Enrol, now: datetime
    ) -> None:
        enrol("baclofen")
        run_job(now)
        assert not ReleaseRollout.objects.exists()

    def test_one_that_stands_behind_again_is_found_again(self, enrol: Enrol, now: datetime) -> None:
        one, two = enrol("baclofen"), enrol("baclofen")
        RegimenCheck.objects.update(release="2001.01")
        run_job(now)
        RegimenCheck.objects.filter(patient=two).update(release="2001.01")  # by a worker not yet deployed anew
        run_job(now + timedelta(minutes=1))
        assert checks_made() == sorted([str(one.pk), str(two.pk), str(two.pk)])

    def test_each_clinic_has_its_own(self, enrol: Enrol, other_clinic: Clinic, outsider: User, now: datetime) -> None:
        enrol("baclofen")
        enrol("baclofen", clinic=other_clinic, by=outsider)
        RegimenCheck.objects.update(release="2001.01")
        run_job(now)
        assert sorted(ReleaseRollout.objects.values_list("clinic", "total", "done")) == sorted(
            (clinic.pk, 1, 1) for clinic in Clinic.objects.all()
        )

    def test_the_clock_leaves_another_release_to_the_roll_out(self, enrol: Enrol, now: datetime) -> None:
        patient = enrol("baclofen")
        RegimenCheck.objects.update(release="2001.01")
        assert due_regimen_ids(now) == []
        assert not recheck_due_regimen(patient_id=patient.pk, now=now, job="recheck_regimens")


@pytest.mark.core
class TestOnce:
    def test_who_was_screened_by_hand_meanwhile_is_not_screened_twice(
        self, enrol: Enrol, clinician: User, now: datetime
    ) -> None:
        one, two = sorted([enrol("baclofen"), enrol("baclofen")], key=lambda patient: patient.pk)
        RegimenCheck.objects.update(release="2001.01")
        open_due_rollouts(now=now, job=JOB)
        recheck_regimen(patient=one, now=now, by=clinician)
        run_job(now)
        assert checks_made() == [str(two.pk)]

    def test_by_hand_between_the_list_and_the_turn(
        self, enrol: Enrol, clinician: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        patient = enrol("baclofen")
        RegimenCheck.objects.update(release="2001.01")
        lock = taking.lock_patient

        def by_hand_first(pk: Any) -> Any:
            monkeypatch.setattr(taking, "lock_patient", lock)
            recheck_regimen(patient=patient, now=now, by=clinician)
            return lock(pk)

        monkeypatch.setattr(taking, "lock_patient", by_hand_first)
        run_job(now)
        assert checks_made() == []
        assert (only_rollout().done, only_rollout().state) == (1, RolloutState.DONE)

    def test_a_run_that_ends_early_is_gone_on_with_where_it_stopped(self, enrol: Enrol, now: datetime) -> None:
        patients = [enrol("baclofen") for _ in range(5)]
        RegimenCheck.objects.update(release="2001.01")
        open_due_rollouts(now=now, job=JOB)
        pk = only_rollout().pk
        runs = []
        while rollouts_to_work_on(now):
            turns = iter([True] * 4)
            runs.append(advance_rollout(rollout_id=pk, now=now, job=JOB, has_time=partial(next, turns, False)))
            assert only_rollout().done == sum(runs)
        assert len(runs) > 1
        assert checks_made() == sorted(str(patient.pk) for patient in patients)

    def test_a_second_worker_keeps_away_until_the_lease_is_over(self, enrol: Enrol, now: datetime) -> None:
        enrol("baclofen")
        RegimenCheck.objects.update(release="2001.01")
        open_due_rollouts(now=now, job=JOB)
        pk = only_rollout().pk
        ReleaseRollout.objects.update(leased_until=now + LEASE)  # by a worker that was then killed
        assert rollouts_to_work_on(now) == []
        assert advance_rollout(rollout_id=pk, now=now, job=JOB, has_time=always) == 0
        assert advance_rollout(rollout_id=pk, now=now + LEASE, job=JOB, has_time=always) == 1

    def test_two_that_hold_the_same_place_cannot_both_move_on(self, enrol: Enrol, now: datetime) -> None:
        one, two = sorted([enrol("baclofen"), enrol("baclofen")], key=lambda patient: patient.pk)
        RegimenCheck.objects.update(release="2001.01")
        open_due_rollouts(now=now, job=JOB)
        ReleaseRollout.objects.update(state=RolloutState.RUNNING, total=2)
        slow = only_rollout()
        taking.take_patient(rollout=only_rollout(), patient_id=one.pk, now=now, job=JOB)
        with pytest.raises(taking.OvertakenError):
            taking.take_patient(rollout=slow, patient_id=two.pk, now=now, job=JOB)
        assert checks_made() == [str(one.pk)]
        assert only_rollout().done == 1

    def test_it_is_opened_once(self, enrol: Enrol, now: datetime) -> None:
        enrol("baclofen")
        RegimenCheck.objects.update(release="2001.01")
        assert len(open_due_rollouts(now=now, job=JOB)) == 1
        assert open_due_rollouts(now=now, job=JOB) == []
        assert AuditEvent.objects.filter(action="rollout.open").count() == 1


class TestBroken:
    def test_one_broken_check_does_not_stop_the_others(
        self, enrol: Enrol, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # given: a patient whose check cannot even be stored
        patients = sorted((enrol("baclofen") for _ in range(3)), key=lambda patient: patient.pk)
        RegimenCheck.objects.update(release="2001.01")
        recheck = taking.recheck_regimen

        def broken(**given: Any) -> Any:
            if given["patient"].pk == patients[1].pk:
                raise KeyError("KAY")
            return recheck(**given)

        monkeypatch.setattr(taking, "recheck_regimen", broken)
        # when
        run_job(now)
        # then
        assert checks_made().count(str(patients[0].pk)) == checks_made().count(str(patients[2].pk)) == 1
        rollout = only_rollout()
        assert (rollout.state, rollout.done, rollout.failed) == (RolloutState.DONE, 3, 1)
        assert RolloutPatient.objects.get().change == Change.FAILED
        # and: it is loud, and the clock tries again
        assert RegimenCheck.objects.get(failed=True).patient == patients[1]
        alert = patients[1].alerts.get()
        assert (alert.kind, alert.level) == ("regimen_check", AlertLevel.URGENT)
        assert due_regimen_ids(now + timedelta(minutes=15)) == [patients[1].pk]
        # and: it is not rolled out again and again
        run_job(now + timedelta(minutes=1))
        assert ReleaseRollout.objects.count() == 1

    def test_even_when_nobody_can_be_told_the_job_goes_on(
        self, enrol: Enrol, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        patients = [enrol("baclofen") for _ in range(2)]
        RegimenCheck.objects.update(release="2001.01")

        def broken(**_given: Any) -> Any:
            raise KeyError("KAY")

        monkeypatch.setattr(taking, "recheck_regimen", broken)
        monkeypatch.setattr(taking, "note_broken_check", broken)
        run_job(now)
        assert (only_rollout().state, only_rollout().failed) == (RolloutState.DONE, len(patients))
        assert "KAY" not in caplog.text

    def test_a_checker_that_says_it_broke_is_counted_too(
        self, enrol: Enrol, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        enrol("baclofen")
        RegimenCheck.objects.update(release="2001.01")
        failing = "monitoring.regimens.actions.recheck.screen_patient"
        monkeypatch.setattr(failing, lambda *_: Screened(None, failure="ValueError"))
        run_job(now)
        assert (only_rollout().done, only_rollout().failed) == (1, 1)
        assert RegimenCheck.objects.get().failed

    def test_another_release_in_the_middle_ends_it_and_starts_anew(
        self, enrol: Enrol, publish: Publish, put_in_force: PutInForce, now: datetime
    ) -> None:
        patient = enrol("baclofen", "lithium")
        first = put_in_force(publish(**RAISE_LITHIUM))
        open_due_rollouts(now=now, job=JOB)
        second = put_in_force(publish(R29={"base_severity": "minor"}))
        run_job(now)
        states = dict(ReleaseRollout.objects.values_list("to_version", "state"))
        assert states == {first: RolloutState.CANCELLED, second: RolloutState.DONE}
        assert InteractionFlag.objects.present().get(patient=patient, finding__rule="R29").severity == "minor"
