"""Who helps a patient: with consent, for as long as it stands, and in the open."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import AnsweredBy, SymptomReport
from monitoring.people.access import PROVEN_AT
from monitoring.people.actions import (
    accept_invitation,
    activate_user,
    deactivate_user,
    invite_carer,
    open_carer_account,
    register_patient,
    revoke_invitation,
    withdraw_consent,
)
from monitoring.people.middleware import TimeZoneMiddleware
from monitoring.people.models import CarerConsent, CarerInvitation, Patient, Role, User
from monitoring.people.queries import invitation_of, may_answer_for
from monitoring.people.rules import INVITATION_LIFE, MOST_INVITATIONS, WRONG_TRIES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]
WELL = {"danger_signs": ["none"], "q2_breathing": 0}
ADDRESS, PASSWORD = "sam@home.example", "three quiet green boats"


@pytest.fixture
def now() -> datetime:
    """The pages read the machine's clock."""
    return timezone.now()


@pytest.fixture
def carer(patient: Patient, patient_user: User, now: datetime) -> User:
    """Sam, whom Maya lets see and answer."""
    return helped_by(patient, patient_user, now, may="answer")


def helped_by(patient: Patient, by: User, now: datetime, *, may: str, email: str = ADDRESS) -> User:
    _invitation, token = invite_carer(patient=patient, name="Sam Harper", email=email, may=may, by=by, now=now)
    return open_carer_account(token=token, password=PASSWORD, now=now)


@pytest.fixture
def second_patient(clinician: User, patient: Patient, now: datetime) -> Patient:
    return register_patient(
        clinic=patient.clinic, identifier="HP-0050", family_name="Reed", given_names="Nora",
        birth_date=date(1950, 2, 2), by=clinician, now=now,
    )  # fmt: skip


def also_helps(carer: User, patient: Patient, by: User, now: datetime) -> CarerConsent:
    _invitation, token = invite_carer(
        patient=patient, name="Sam", email=carer.email, may="answer", how="paper", by=by, now=now
    )
    return accept_invitation(token=token, by=carer, now=now)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestInviting:
    def test_the_link_is_kept_by_its_digest_alone(self, patient: Patient, patient_user: User, now: datetime) -> None:
        invitation, token = invite_carer(
            patient=patient, name="Sam", email=" Sam@Home.Example ", may="see", by=patient_user, now=now
        )
        assert len(token) >= 43
        assert token not in str(CarerInvitation.objects.values())
        assert invitation.email == ADDRESS
        assert invitation_of(token, now) == invitation
        event = AuditEvent.objects.get(action="carer.invite")
        assert (event.actor_id, event.patient_id) == (str(patient_user.pk), patient.pk)
        assert ADDRESS not in str(event.detail)

    def test_it_works_for_seven_days(self, patient: Patient, patient_user: User, now: datetime) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Sam", email=ADDRESS, may="see", by=patient_user, now=now
        )
        assert invitation_of(token, now + INVITATION_LIFE - timedelta(seconds=1)) is not None
        assert invitation_of(token, now + INVITATION_LIFE) is None

    def test_a_new_link_to_the_same_address_ends_the_earlier(
        self, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        given: dict[str, Any] = {"patient": patient, "name": "Sam", "may": "see", "by": patient_user, "now": now}
        _first, old = invite_carer(email=ADDRESS, **given)
        _second, new = invite_carer(email=ADDRESS, **given)
        assert invitation_of(old, now) is None
        assert invitation_of(new, now) is not None

    def test_only_so_many_wait_at_a_time(self, patient: Patient, patient_user: User, now: datetime) -> None:
        for number in range(MOST_INVITATIONS):
            invite_carer(
                patient=patient, name="Sam", email=f"{number}@home.example", may="see", by=patient_user, now=now
            )
        with pytest.raises(ValidationError):
            invite_carer(patient=patient, name="Sam", email=ADDRESS, may="see", by=patient_user, now=now)

    @pytest.mark.parametrize(
        ("field", "given"),
        [("email", {"email": "MAYA@home.example"}), ("ends_on", {"ends_on": date(2001, 1, 1)})],
    )
    def test_what_cannot_be_is_named(
        self, patient: Patient, patient_user: User, now: datetime, field: str, given: dict[str, Any]
    ) -> None:
        wanted: dict[str, Any] = {"name": "Sam", "email": ADDRESS, "may": "see", "by": patient_user, "now": now}
        with pytest.raises(ValidationError) as refused:
            invite_carer(patient=patient, **(wanted | given))
        assert set(refused.value.message_dict) == {field}

    def test_nobody_else_says_the_patients_yes(
        self, patient: Patient, carer: User, admin: User, outsider: User, clinician: User, now: datetime
    ) -> None:
        for by, how in ((carer, "here"), (admin, "paper"), (outsider, "paper"), (clinician, "here")):
            with pytest.raises(PermissionDenied):
                invite_carer(patient=patient, name="X", email="x@home.example", may="see", how=how, by=by, now=now)


class TestTakingItUp:
    def test_one_use(self, patient: Patient, patient_user: User, carer: User, now: datetime) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Sam", email=carer.email, may="see", by=patient_user, now=now
        )
        accept_invitation(token=token, by=carer, now=now)
        with pytest.raises(ValidationError):
            accept_invitation(token=token, by=carer, now=now)
        standing = CarerConsent.objects.standing().get(patient=patient, carer=carer)
        assert standing.may == "see", "the later consent replaces the earlier"
        assert CarerConsent.objects.filter(patient=patient, carer=carer).count() == 2, "which is kept"

    def test_only_by_whom_it_was_meant_for(
        self, patient: Patient, patient_user: User, carer: User, clinician: User, now: datetime
    ) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Jo", email="jo@home.example", may="see", by=patient_user, now=now
        )
        for wrong in (carer, clinician, patient_user):
            with pytest.raises(PermissionDenied):
                accept_invitation(token=token, by=wrong, now=now)
        assert invitation_of(token, now) is not None

    def test_an_address_that_is_somebody_elses_makes_no_account(
        self, patient: Patient, patient_user: User, clinician: User, now: datetime
    ) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Dr", email=clinician.email, may="see", by=patient_user, now=now
        )
        with pytest.raises(ValidationError):
            open_carer_account(token=token, password=PASSWORD, now=now)
        assert not CarerConsent.objects.exists()

    def test_gone_expired_used_and_made_up_look_the_same_and_a_get_takes_nothing(
        self, client: Client, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        invitation, token = invite_carer(
            patient=patient, name="Sam", email=ADDRESS, may="answer", by=patient_user, now=now
        )
        address = f"/care/welcome/{token}/"
        for _each in range(3):
            page = client.get(address)
            assert page.status_code == 200
        for private in ("Maya", "Harper", ADDRESS, "Pain"):
            assert private not in page.content.decode(), "the link shows no name"
        revoke_invitation(invitation=invitation, by=patient_user, now=now)
        gone, made_up = client.get(address), client.get(f"/care/welcome/{'A' * 43}/")
        assert gone.status_code == made_up.status_code == 404
        assert without_tokens(gone) == without_tokens(made_up)

    def test_a_carer_makes_an_account_and_lands_on_the_patients_page(
        self, client: Client, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Sam", email=ADDRESS, may="answer", by=patient_user, now=now
        )
        sent = {"email": "Sam@home.example", "password": PASSWORD}
        answer = client.post(f"/care/welcome/{token}/", sent)
        assert (answer.status_code, answer["Location"]) == (302, "/me/")
        page = client.get("/me/").content.decode()
        assert "You are helping Maya" in page
        assert client.get(f"/care/welcome/{token}/").status_code == 404
        assert client.post("/logout/").status_code == 302
        assert client.post("/login/", {"username": ADDRESS, "password": PASSWORD}).status_code == 302
        assert client.get("/", follow=True).redirect_chain[-1][0] == "/me/", "straight on with one patient"

    def test_another_address_is_refused_and_five_of_them_end_the_link(
        self, client: Client, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Sam", email=ADDRESS, may="answer", by=patient_user, now=now
        )
        wrong = {"email": "eve@elsewhere.example", "password": PASSWORD}
        answers = [client.post(f"/care/welcome/{token}/", wrong).status_code for _try in range(WRONG_TRIES + 1)]
        assert answers == [422] * WRONG_TRIES + [404]
        assert AuditEvent.objects.filter(action="carer.accept", outcome=Outcome.FAILED).count() == WRONG_TRIES
        assert not User.objects.filter(role=Role.CARER).exists()


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


class TestPages:
    def test_inviting_asks_for_the_password_and_shows_the_link_once(
        self, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        client = signed_in(patient_user)
        wanted = {"name": "Sam", "email": ADDRESS, "may": "answer"}
        assert "Is it you?" in client.post("/me/carers/new/", wanted).content.decode()
        assert not CarerInvitation.objects.exists()
        session = client.session
        session[PROVEN_AT] = now.timestamp()
        session.save()
        assert client.post("/me/carers/new/", {"name": "Sam"}).status_code == 422
        shown = client.post("/me/carers/new/", wanted).content.decode()
        link = re.search(r'value="http://testserver(/care/welcome/[^"]+)"', shown)
        assert link is not None
        assert Client().get(link[1]).status_code == 200
        listed = client.get("/me/carers/").content.decode()
        assert ADDRESS in listed
        assert "/care/welcome/" not in listed

    def test_staff_record_what_the_patient_said(self, patient: Patient, clinician: User) -> None:
        client = signed_in(clinician)
        wanted = {"name": "Sam", "email": ADDRESS, "may": "answer", "how": "paper"}
        page = f"/patients/{patient.pk}/carers/"
        assert client.post(page, {}).status_code == 422
        shown = client.post(page, wanted).content.decode()
        link = re.search(r'value="http://testserver(/care/welcome/[^"]+)"', shown)
        assert link is not None
        Client().post(link[1], {"email": ADDRESS, "password": PASSWORD})
        consent = CarerConsent.objects.get()
        assert "recorded for the patient by Dr Alice Okafor" in client.get(page).content.decode()
        assert client.post(f"{page}{consent.pk}/end/", {}).status_code == 422, "a reason is asked for"
        assert client.post(f"{page}{consent.pk}/end/", {"reason": "Asked by phone"}).status_code == 302
        consent.refresh_from_db()
        assert (consent.withdrawn_by, consent.withdrawn_reason) == (clinician, "Asked by phone")

    def test_another_patients_consent_is_not_ended_from_this_record(
        self, second_patient: Patient, carer: User, clinician: User
    ) -> None:
        consent = CarerConsent.objects.get()
        signed_in(clinician).post(f"/patients/{second_patient.pk}/carers/{consent.pk}/end/", {"reason": "x"})
        consent.refresh_from_db()
        assert consent.withdrawn_at is None


def token_in(response: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def without_tokens(response: Any) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r"/care/welcome/[^/\"]+/", "", text)
