"""Asked who a release would newly affect: the same answer as rolling it out, and nothing is written of anybody."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from interactions.checking import current_release_version
from monitoring.alerts.models import Alert
from monitoring.audit.models import AuditEvent
from monitoring.knowledge.actions import RefusedError, advance_rollout, ask_preview, cancel_preview, taking
from monitoring.knowledge.models import ReleaseRollout, RolloutKind, RolloutPatient, RolloutState
from monitoring.knowledge.queries import rollouts_to_work_on
from monitoring.people.models import Clinic, User
from monitoring.regimens.models import InteractionFlag, RegimenCheck
from monitoring.regimens.queries import Screened
from tests.monitoring.knowledge.conftest import JOB, Enrol, Publish, always, only_rollout, run_job

pytestmark = pytest.mark.django_db
Said = set[tuple[Any, ...]]
CHANGED = {"R29": {"base_severity": "major"}, "R07": {"base_severity": "moderate"}, "R20": {"base_severity": "minor"}}


def said(kind: RolloutKind) -> Said:
    rows = RolloutPatient.objects.filter(rollout__kind=kind)
    return set(rows.values_list("patient", "change", "rule", "fingerprint", "severity_before", "severity_after"))


def records() -> tuple[list[Any], ...]:
    """All that is kept on anybody's regimen, and all that was told."""
    return tuple(list(model.objects.order_by("pk").values()) for model in (InteractionFlag, RegimenCheck, Alert))


class TestAnswer:
    def test_it_says_before_what_the_roll_out_says_after(
        self, enrol: Enrol, publish: Publish, put_in_force: Callable[[str], str], clinician: User, now: datetime
    ) -> None:
        # given
        enrol("baclofen", "lithium")
        enrol("baclofen", "levodopa")
        enrol("amitriptyline", "sumatriptan")
        enrol("baclofen", "sertraline")
        version, before = publish(**CHANGED), records()
        # when
        ask_preview(clinic=clinician.clinic, version=version, by=clinician, now=now)
        run_job(now)
        # then
        assert records() == before
        foreseen = said(RolloutKind.PREVIEW)
        changes = {(change, rule) for _, change, rule, *_ in foreseen}
        assert changes == {("raised", "R29"), ("raised", "R07"), ("lowered", "R20")}
        preview = only_rollout()
        assert (preview.state, preview.total, preview.done) == (RolloutState.DONE, 3, 3)
        # and: when it comes into force
        put_in_force(version)
        run_job(now)
        assert said(RolloutKind.IN_FORCE) == foreseen

    def test_a_rule_that_comes_and_one_that_goes(
        self, enrol: Enrol, publish: Publish, clinician: User, now: datetime
    ) -> None:
        enrol("amitriptyline", "sertraline")
        # as if the release in force spoke of another hazard in its place
        InteractionFlag.objects.filter(finding__rule="R06").update(fingerprint="f" * 64)
        ask_preview(clinic=clinician.clinic, version=publish(R06={"title": "New words"}), by=clinician, now=now)
        run_job(now)
        rows = RolloutPatient.objects.values_list("change", "rule", "severity_before", "severity_after")
        assert set(rows) == {("new", "R06", "", "moderate"), ("gone", "R06", "moderate", "")}

    def test_the_clinics_own_patients_only(
        self, enrol: Enrol, publish: Publish, other_clinic: Clinic, outsider: User, clinician: User, now: datetime
    ) -> None:
        ours = enrol("baclofen", "lithium")
        enrol("baclofen", "lithium", clinic=other_clinic, by=outsider)
        ask_preview(clinic=clinician.clinic, version=publish(**CHANGED), by=clinician, now=now)
        run_job(now)
        assert {row.patient for row in RolloutPatient.objects.all()} == {ours}

    def test_a_check_that_breaks_is_counted_and_does_not_stop_it(
        self, enrol: Enrol, publish: Publish, clinician: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        patients = [enrol("baclofen", "lithium") for _ in range(3)]
        screen = taking.screen_patient

        def broken(patient: Any, *given: Any, **more: Any) -> Screened:
            return Screened(None, failure="KeyError") if patient == patients[0] else screen(patient, *given, **more)

        monkeypatch.setattr(taking, "screen_patient", broken)
        ask_preview(clinic=clinician.clinic, version=publish(**CHANGED), by=clinician, now=now)
        run_job(now)
        assert (only_rollout().state, only_rollout().done, only_rollout().failed) == (RolloutState.DONE, 3, 1)
        assert RolloutPatient.objects.get(change="failed").patient == patients[0]
        assert not Alert.objects.filter(patient=patients[0], kind="regimen_check").exists()


class TestCourse:
    def test_it_is_at_work_once_however_often_it_is_asked(
        self, enrol: Enrol, publish: Publish, clinician: User, admin: User, now: datetime
    ) -> None:
        enrol("baclofen")
        version = publish(**CHANGED)
        asked = [ask_preview(clinic=by.clinic, version=version, by=by, now=now) for by in (clinician, admin, admin)]
        assert len({rollout.pk for rollout in asked}) == 1
        run_job(now)
        assert ask_preview(clinic=admin.clinic, version=version, by=admin, now=now).pk != asked[0].pk

    def test_it_is_stopped_and_keeps_what_it_found(
        self, enrol: Enrol, publish: Publish, clinician: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("monitoring.knowledge.actions.working.BATCH", 1)
        for _ in range(3):
            enrol("baclofen", "lithium")
        preview = ask_preview(clinic=clinician.clinic, version=publish(**CHANGED), by=clinician, now=now)
        turns = iter([True])
        advance_rollout(rollout_id=preview.pk, now=now, job=JOB, has_time=lambda: next(turns, False))
        assert cancel_preview(rollout=preview, by=clinician, now=now)
        assert not cancel_preview(rollout=preview, by=clinician, now=now)
        assert rollouts_to_work_on(now) == []
        assert advance_rollout(rollout_id=preview.pk, now=now, job=JOB, has_time=always) == 0
        assert (only_rollout().state, only_rollout().done) == (RolloutState.CANCELLED, 1)
        assert RolloutPatient.objects.count() == 1
        assert AuditEvent.objects.filter(action="rollout.cancel").count() == 1

    def test_stopped_while_a_worker_is_at_it_writes_no_more(
        self, enrol: Enrol, publish: Publish, clinician: User, now: datetime
    ) -> None:
        patient = enrol("baclofen", "lithium")
        preview = ask_preview(clinic=clinician.clinic, version=publish(**CHANGED), by=clinician, now=now)
        ReleaseRollout.objects.update(state=RolloutState.RUNNING)
        at_work = only_rollout()
        cancel_preview(rollout=preview, by=clinician, now=now)
        with pytest.raises(taking.OvertakenError):
            taking.preview_some(rollout=at_work, patient_ids=[patient.pk], now=now)
        assert only_rollout().done == 0
        assert not RolloutPatient.objects.exists()

    def test_what_is_rolled_out_by_itself_cannot_be_stopped(self, enrol: Enrol, clinician: User, now: datetime) -> None:
        enrol("baclofen")
        RegimenCheck.objects.update(release="2001.01")
        run_job(now)
        ReleaseRollout.objects.update(state=RolloutState.RUNNING, finished_at=None)
        assert not cancel_preview(rollout=only_rollout(), by=clinician, now=now)

    @pytest.mark.parametrize("version", ["2001.01", "", "in force"])
    def test_a_release_that_is_not_at_hand_or_in_force_already_is_refused(
        self, clinician: User, now: datetime, version: str
    ) -> None:
        asked = current_release_version() if version == "in force" else version
        with pytest.raises(RefusedError):
            ask_preview(clinic=clinician.clinic, version=asked, by=clinician, now=now)
        assert not ReleaseRollout.objects.exists()

    def test_a_release_that_goes_away_meanwhile_is_said(
        self, enrol: Enrol, publish: Publish, clinician: User, now: datetime
    ) -> None:
        enrol("baclofen")
        preview = ask_preview(clinic=clinician.clinic, version=publish(**CHANGED), by=clinician, now=now)
        ReleaseRollout.objects.update(to_version="2001.01")
        advance_rollout(rollout_id=preview.pk, now=now, job=JOB, has_time=always)
        assert (only_rollout().state, only_rollout().why_failed) == (
            RolloutState.FAILED, "The release is no longer at hand.",
        )  # fmt: skip
