"""Who helps a patient: with consent, for as long as it stands, and in the open."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import AnsweredBy, SymptomReport
from monitoring.people.actions import (
    activate_user,
    deactivate_user,
    invite_carer,
    open_carer_account,
    withdraw_consent,
)
from monitoring.people.middleware import TimeZoneMiddleware
from monitoring.people.models import CarerConsent, Patient, User
from monitoring.people.queries import may_answer_for
from tests.monitoring.people.helping import ADDRESS, PASSWORD, WELL, also_helps, helped_by, signed_in, token_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]


@pytest.fixture
def now() -> datetime:
    """The pages read the machine's clock."""
    return timezone.now()


class TestActing:
    def test_what_a_carer_sends_says_so(self, patient: Patient, carer: User, clinician: User, now: datetime) -> None:
        report = submit_check_in(patient=patient, answers=WELL, submission_key=uuid4(), by=carer, now=now)
        assert report.answered_by == AnsweredBy.CARER
        event = AuditEvent.objects.get(action="check_in.submit")
        assert (event.actor_id, event.patient_id, event.detail["by_carer"]) == (str(carer.pk), patient.pk, True)
        page = signed_in(clinician).get(f"/patients/{patient.pk}/check-ins/{report.check_in_id}/").content.decode()
        assert "Sam Harper answered for the patient" in page

    def test_the_check_in_pages_work_for_the_carer(self, patient: Patient, carer: User) -> None:
        client = signed_in(carer)
        first = client.post("/me/check-ins/start/")
        sent = client.post(first["Location"], {"go": "some", "danger_signs": "fit", "submission_key": str(uuid4())})
        assert sent.status_code in {200, 302}
        assert SymptomReport.objects.get().submitted_by == carer

    def test_who_may_only_see_sends_nothing(self, patient: Patient, patient_user: User, now: datetime) -> None:
        onlooker = helped_by(patient, patient_user, now, may="see")
        client = signed_in(onlooker)
        assert client.get("/me/").status_code == 200
        assert client.post("/me/check-ins/start/").status_code == 403
        with pytest.raises(PermissionDenied):
            submit_check_in(patient=patient, answers=WELL, submission_key=uuid4(), by=onlooker, now=now)
        denial = AuditEvent.objects.get(outcome=Outcome.DENIED)
        assert (denial.actor_id, denial.patient_id) == (str(onlooker.pk), patient.pk)

    @pytest.mark.parametrize("path", ["/me/carers/", "/me/carers/new/", "/me/check-ins/times/", "/me/access/"])
    def test_what_is_the_patients_own_stays_shut(self, carer: User, path: str) -> None:
        client = signed_in(carer)
        assert client.get(path).status_code == 403
        assert client.post(path).status_code in {403, 405}

    def test_times_are_the_patients(self, patient: Patient, carer: User) -> None:
        Patient.objects.filter(pk=patient.pk).update(time_zone="Asia/Tokyo")
        request = RequestFactory().get("/me/")
        request.user, request.session = carer, signed_in(carer).session
        shown = TimeZoneMiddleware(lambda _request: HttpResponse(timezone.get_current_timezone_name()))(request)
        assert shown.content == b"Asia/Tokyo"


class TestEnding:
    def test_the_next_request_is_refused(self, patient: Patient, patient_user: User, carer: User) -> None:
        helper, maya = signed_in(carer), signed_in(patient_user)
        assert helper.get("/me/").status_code == 200
        consent = CarerConsent.objects.get()
        page = maya.get("/me/carers/").content.decode()
        assert "Sam Harper" in page
        assert maya.post(f"/me/carers/{consent.pk}/end/").status_code == 302
        assert helper.post("/me/check-ins/start/").status_code == 403
        assert "Maya" not in helper.get("/me/", follow=True).content.decode()
        assert AuditEvent.objects.filter(action="page.open", outcome=Outcome.DENIED, patient_id=patient.pk).exists()
        assert AuditEvent.objects.get(action="carer.withdraw").actor_id == str(patient_user.pk)

    def test_twice_changes_nothing(self, patient_user: User, carer: User, now: datetime) -> None:
        consent = CarerConsent.objects.get()
        assert withdraw_consent(consent=consent, by=patient_user, now=now)
        assert not withdraw_consent(consent=consent, by=patient_user, now=now + timedelta(hours=1))
        consent.refresh_from_db()
        assert consent.withdrawn_at == now

    def test_by_whom(
        self, carer: User, clinician: User, outsider: User, admin: User, colleague: User, now: datetime
    ) -> None:
        consent = CarerConsent.objects.get()
        for other in (outsider, admin):
            with pytest.raises(PermissionDenied):
                withdraw_consent(consent=consent, by=other, now=now)
        assert withdraw_consent(consent=consent, by=carer, now=now)

    def test_its_last_day_is_the_patients_day(self, patient: Patient, patient_user: User, time_machine: Any) -> None:
        noon = datetime.fromisoformat("2026-06-15T12:00:00+01:00")
        time_machine.move_to(noon, tick=False)
        _invitation, token = invite_carer(
            patient=patient, name="Sam", email=ADDRESS, may="answer", by=patient_user, now=noon,
            ends_on=date(2026, 6, 15),
        )  # fmt: skip
        carer = open_carer_account(token=token, password=PASSWORD, now=noon)
        assert signed_in(carer).get("/me/").status_code == 200
        time_machine.move_to(datetime.fromisoformat("2026-06-15T23:59:59+01:00"), tick=False)
        assert signed_in(carer).get("/me/").status_code == 200
        midnight = datetime.fromisoformat("2026-06-16T00:00:00+01:00")
        time_machine.move_to(midnight, tick=False)
        assert signed_in(carer).get("/me/")["Location"] == "/care/"
        assert not may_answer_for(carer, patient, midnight)
        assert list(Patient.objects.visible_to(User.objects.get(pk=carer.pk))) == []

    def test_an_account_that_is_off_opens_nothing(
        self, patient: Patient, carer: User, admin: User, now: datetime
    ) -> None:
        client = signed_in(carer)
        deactivate_user(user=carer, by=admin, now=now)
        assert client.get("/me/")["Location"].startswith("/login/")
        with pytest.raises(PermissionDenied):
            submit_check_in(patient=patient, answers=WELL, submission_key=uuid4(), by=carer, now=now)
        activate_user(user=carer, by=admin, now=now)
        assert may_answer_for(carer, patient, now), "the consent was the patient’s, and stands"


class TestWhoIsMeant:
    def test_whoever_answers_for_somebody_reads_who_is_meant_by_you(self, patient: Patient, carer: User) -> None:
        page = signed_in(carer).get("/me/check-ins/").content.decode()
        assert "Where it says “you”, it means Maya." in page
        assert "Answer for Maya." in page

    def test_on_their_own_pages_you_is_the_helper(self, patient: Patient, carer: User) -> None:
        client = signed_in(carer)
        for address in ("/care/", "/me/settings/", "/sessions/", "/contact/"):
            page = client.get(address).text
            assert "You are helping Maya" in page
            assert "Where it says" not in page
        assert "The plan of Maya" in client.get("/me/").text

    def test_whoever_may_only_see_is_not_asked_to_answer(
        self, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        page = signed_in(helped_by(patient, patient_user, now, may="see")).get("/me/check-ins/").content.decode()
        assert "Where it says “you”, it means Maya." in page
        assert "Answer for Maya." not in page

    def test_the_patient_reads_nothing_of_it(self, patient_user: User) -> None:
        assert "Where it says" not in signed_in(patient_user).get("/me/check-ins/").content.decode()


class TestSeveralPatients:
    def test_one_is_chosen_and_the_other_is_out_of_sight(
        self, patient: Patient, second_patient: Patient, carer: User, clinician: User, now: datetime
    ) -> None:
        other = also_helps(carer, second_patient, clinician, now)
        client = signed_in(carer)
        assert client.get("/me/")["Location"] == "/care/"
        names = client.get("/care/").content.decode()
        assert "Maya Harper" in names
        assert "Nora Reed" in names
        client.post(f"/care/{other.pk}/")
        page = client.get("/me/").content.decode()
        assert "You are helping Nora" in page
        assert "Maya" not in page
        hers = submit_check_in(patient=patient, answers=WELL, submission_key=uuid4(), by=carer, now=now)
        assert client.get(f"/me/check-ins/{hers.check_in_id}/done/").status_code == 404

    def test_a_form_of_the_other_that_is_still_open_is_refused(
        self, second_patient: Patient, carer: User, clinician: User, now: datetime
    ) -> None:
        other = also_helps(carer, second_patient, clinician, now)
        client = Client(enforce_csrf_checks=True)
        client.force_login(carer)
        mayas = CarerConsent.objects.exclude(pk=other.pk).get()
        client.post(f"/care/{mayas.pk}/", {"csrfmiddlewaretoken": token_in(client.get("/care/"))})
        stale = token_in(client.get("/me/check-ins/"))
        client.post(f"/care/{other.pk}/", {"csrfmiddlewaretoken": token_in(client.get("/care/"))})
        assert client.post("/me/check-ins/start/", {"csrfmiddlewaretoken": stale}).status_code == 403
        fresh = token_in(client.get("/me/check-ins/"))
        assert client.post("/me/check-ins/start/", {"csrfmiddlewaretoken": fresh}).status_code == 302

    def test_somebody_elses_consent_cannot_be_chosen(
        self, second_patient: Patient, carer: User, clinician: User, now: datetime
    ) -> None:
        _invitation, token = invite_carer(
            patient=second_patient, name="Jo", email="jo@home.example", may="see", how="paper", by=clinician, now=now
        )
        open_carer_account(token=token, password=PASSWORD, now=now)
        theirs = CarerConsent.objects.get(patient=second_patient)
        client = signed_in(carer)
        assert client.post(f"/care/{theirs.pk}/").status_code == 404
        assert client.post(f"/care/{theirs.pk}/stop/").status_code == 404
