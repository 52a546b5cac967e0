"""The pages: clinicians read names of those they care for, admins numbers, and only admins decide."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from interactions.checking import current_release_version
from monitoring.adjustments.models import SeverityAdjustment
from monitoring.audit.models import AuditEvent
from monitoring.knowledge.models import ReleaseRollout, RolloutState
from monitoring.people.models import User
from tests.living import words_of
from tests.monitoring.knowledge.conftest import Enrol, Publish, run_job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]
WHY = "We see it weekly in this clinic."
NEW = "/knowledge/adjustments/new/"


@pytest.fixture(autouse=True)
def _standing_clock(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestWhoIsAffected:
    def test_from_the_question_to_the_names(
        self, enrol: Enrol, publish: Publish, clinician: User, now: datetime
    ) -> None:
        # given
        concerned = enrol("baclofen", "lithium", family_name="Ashby")
        enrol("baclofen", "ibuprofen", family_name="Birch")
        page = f"/knowledge/releases/{publish(R29={'base_severity': 'major'})}/affected/"
        staff = signed_in(clinician)
        assert "Find out who is affected" in words_of(staff.get(page))
        # when: asked, and looked at before the job has begun
        assert staff.post(page).url == page
        assert "Waiting to be counted" in words_of(staff.get(page))
        assert "Look again" in words_of(staff.get(page))
        # and: once it is done
        run_job(now)
        shown = words_of(staff.get(page))
        # then
        assert "1 of 1 patient screened (100%)" in shown
        assert "1 patient would be affected" in shown
        assert "ASHBY" in shown
        assert "BIRCH" not in shown
        assert "moderate → major" in shown
        assert f"/patients/{concerned.pk}/medications/" in shown
        assert "Look again" not in shown
        # and: having been shown is a read
        assert AuditEvent.objects.filter(action="patient.read", object_type="rollout").get().patient_id == concerned.pk

    def test_who_does_not_care_for_them_reads_how_many(
        self, enrol: Enrol, publish: Publish, clinician: User, stranger: User, now: datetime
    ) -> None:
        enrol("baclofen", "lithium", family_name="Ashby")
        page = f"/knowledge/releases/{publish(R29={'base_severity': 'major'})}/affected/"
        signed_in(clinician).post(page)
        run_job(now)
        shown = words_of(signed_in(stranger).get(page))
        assert "ASHBY" not in shown
        assert "1 more patient of the clinic, cared for by others" in shown

    def test_an_admin_reads_numbers_and_no_name(
        self, enrol: Enrol, publish: Publish, admin: User, now: datetime
    ) -> None:
        patient = enrol("baclofen", "lithium", family_name="Ashby")
        page = f"/knowledge/releases/{publish(R29={'base_severity': 'major'})}/affected/"
        office = signed_in(admin)
        office.post(page)
        run_job(now)
        shown = words_of(office.get(page))
        assert "1 patient would be affected" in shown
        assert "ASHBY" not in shown
        assert str(patient.pk) not in shown

    def test_another_clinic_sees_none_of_it(
        self, enrol: Enrol, publish: Publish, clinician: User, outsider: User, other_admin: User, now: datetime
    ) -> None:
        enrol("baclofen", "lithium")
        page = f"/knowledge/releases/{publish(R29={'base_severity': 'major'})}/affected/"
        signed_in(clinician).post(page)
        run_job(now)
        rollout = ReleaseRollout.objects.get()
        for user in (outsider, other_admin):
            assert "would be affected" not in words_of(signed_in(user).get(page))
            assert signed_in(user).get(f"/knowledge/rollouts/{rollout.pk}/").status_code == 404
            assert signed_in(user).post(f"/knowledge/rollouts/{rollout.pk}/cancel/").status_code == 404

    def test_a_preview_is_stopped_by_its_button(
        self, enrol: Enrol, publish: Publish, clinician: User, now: datetime
    ) -> None:
        enrol("baclofen", "lithium")
        page = f"/knowledge/releases/{publish(R29={'base_severity': 'major'})}/affected/"
        staff = signed_in(clinician)
        staff.post(page)
        rollout = ReleaseRollout.objects.get()
        assert staff.get(f"/knowledge/rollouts/{rollout.pk}/cancel/").url == page
        assert ReleaseRollout.objects.get().is_live
        assert staff.post(f"/knowledge/rollouts/{rollout.pk}/cancel/").url == page
        shown = words_of(staff.get(page))
        assert "Cancelled" in shown
        assert "Ask again" in shown

    def test_the_release_in_force_is_not_previewed(self, enrol: Enrol, clinician: User) -> None:
        enrol("baclofen")
        page = f"/knowledge/releases/{current_release_version()}/affected/"
        staff = signed_in(clinician)
        assert "Nobody is waiting" in words_of(staff.get(page))
        assert "This release is in force" in words_of(staff.post(page, follow=True))
        assert not ReleaseRollout.objects.exists()

    @pytest.mark.parametrize("version", ["2001.01", "..", "%00", "' or 1=1"])
    def test_a_release_that_is_not_there_is_not_found(self, clinician: User, version: str) -> None:
        assert signed_in(clinician).get(f"/knowledge/releases/{version}/affected/").status_code == 404
        assert signed_in(clinician).post(f"/knowledge/releases/{version}/affected/").status_code == 404

    def test_a_check_that_broke_is_said(self, enrol: Enrol, publish: Publish, clinician: User, now: datetime) -> None:
        enrol("baclofen", "lithium")
        page = f"/knowledge/releases/{publish(R29={'base_severity': 'major'})}/affected/"
        staff = signed_in(clinician)
        staff.post(page)
        ReleaseRollout.objects.update(
            state=RolloutState.FAILED, finished_at=now, why_failed="The release cannot be read."
        )
        shown = words_of(staff.get(page))
        assert "Stopped" in shown
        assert "The release cannot be read." in shown


class TestSeverities:
    def test_an_admin_changes_one_and_takes_it_back(
        self, enrol: Enrol, admin: User, clinician: User, now: datetime
    ) -> None:
        # given
        enrol("baclofen", "lithium", family_name="Ashby")
        office = signed_in(admin)
        assert "Baclofen with lithium (R29)" in words_of(office.get(NEW))
        # when
        shown = words_of(office.get(NEW, {"rule": "R29"}))
        assert "1 in your clinic: 1 moderate" in shown
        assert "ASHBY" not in shown
        answer = office.post(NEW, {"rule": "R29", "severity": "major", "reason": WHY})
        # then
        assert answer.url == "/knowledge/adjustments/"
        run_job(now)
        read = words_of(signed_in(clinician).get("/knowledge/adjustments/"))
        assert WHY in read
        assert "Counts now" in read
        assert "1 screened" in read
        assert NEW not in read
        # and: what was screened again can be read, by name only by who cares for them
        page = f"/knowledge/rollouts/{ReleaseRollout.objects.get().pk}/"
        assert "ASHBY" in words_of(signed_in(clinician).get(page))
        assert "ASHBY" not in words_of(office.get(page))
        # and: taken back
        made = SeverityAdjustment.objects.get()
        assert office.get(f"/knowledge/adjustments/{made.pk}/withdraw/").status_code == 200
        answer = office.post(f"/knowledge/adjustments/{made.pk}/withdraw/", {"reason": "It was a mistake."})
        assert answer.url == "/knowledge/adjustments/"
        assert "It was a mistake." in words_of(office.get("/knowledge/adjustments/"))

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({}, "Choose a severity."),
            ({"severity": "major"}, "Write a reason of at least 10 characters."),
            ({"severity": "major", "reason": "short"}, "Write a reason of at least 10 characters."),
            ({"severity": "none", "reason": WHY}, "Choose one of the severities shown."),
            ({"severity": "moderate", "reason": WHY}, "Choose one of the severities shown."),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
        self, admin: User, given: dict[str, str], said: str
    ) -> None:
        answer = signed_in(admin).post(NEW, {"rule": "R29", **given})
        assert answer.status_code == 422
        assert said in words_of(answer)
        assert given.get("reason", "") in words_of(answer)
        assert not SeverityAdjustment.objects.exists()

    @pytest.mark.parametrize("rule", ["R04", "N03", "R99", "\x00"])
    def test_a_rule_that_may_not_be_changed_has_no_page(self, admin: User, rule: str) -> None:
        assert signed_in(admin).get(NEW, {"rule": rule}).status_code == 404
        assert signed_in(admin).post(NEW, {"rule": rule, "severity": "minor", "reason": WHY}).status_code == 404

    def test_an_empty_choice_of_rule_comes_back(self, admin: User) -> None:
        answer = signed_in(admin).post(NEW, {})
        assert answer.status_code == 422
        assert "There is a problem" in words_of(answer)

    def test_a_withdrawal_needs_a_reason(self, admin: User, now: datetime) -> None:
        office = signed_in(admin)
        office.post(NEW, {"rule": "R29", "severity": "major", "reason": WHY})
        made = SeverityAdjustment.objects.get()
        assert office.post(f"/knowledge/adjustments/{made.pk}/withdraw/", {"reason": "no"}).status_code == 422
        assert SeverityAdjustment.objects.live().exists()

    def test_another_clinics_admin_cannot_find_it(self, admin: User, other_admin: User) -> None:
        signed_in(admin).post(NEW, {"rule": "R29", "severity": "major", "reason": WHY})
        made = SeverityAdjustment.objects.get()
        assert signed_in(other_admin).get(f"/knowledge/adjustments/{made.pk}/withdraw/").status_code == 404
        assert WHY not in words_of(signed_in(other_admin).get("/knowledge/adjustments/"))
