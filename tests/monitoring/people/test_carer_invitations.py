"""A patient's yes, the link it makes, and who may take it up."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.people.access import PROVEN_AT
from monitoring.people.actions import (
    accept_invitation,
    invite_carer,
    open_carer_account,
    revoke_invitation,
)
from monitoring.people.models import CarerConsent, CarerInvitation, Patient, Role, User
from monitoring.people.queries import invitation_of
from monitoring.people.rules import INVITATION_LIFE, MOST_INVITATIONS, WRONG_TRIES
from tests.monitoring.people.helping import (
    ADDRESS,
    PASSWORD,
    signed_in,
    without_tokens,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]


@pytest.fixture
def now() -> datetime:
    """The pages read the machine's clock."""
    return timezone.now()


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


class TestGuessing:
    def test_each_link_that_opens_nothing_leaves_a_line_until_it_is_guessing(
        self, client: Client, now: datetime, time_machine: Any
    ) -> None:
        time_machine.move_to(now, tick=False)
        tries = [client.get(f"/care/welcome/{number:043}/") for number in range(10**40, 10**40 * 22, 10**40)]
        assert [each.status_code for each in tries] == [404] * 20 + [429]
        assert tries[-1].headers["Retry-After"]
        assert without_tokens(tries[-1]) == without_tokens(tries[0])
        assert AuditEvent.objects.filter(action="carer.refuse", outcome=Outcome.DENIED).count() == 20

    def test_no_page_behind_a_link_tells_its_address_on(
        self, client: Client, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Sam", email=ADDRESS, may="answer", by=patient_user, now=now
        )
        for answer in (client.get(f"/care/welcome/{token}/"), client.get(f"/care/welcome/{'A' * 43}/")):
            assert answer["Referrer-Policy"] == "strict-origin"
            assert "noindex" in answer["X-Robots-Tag"]
            assert "no-store" in answer["Cache-Control"]

    def test_the_session_that_begins_here_is_a_new_one(
        self, client: Client, patient: Patient, patient_user: User, now: datetime
    ) -> None:
        _invitation, token = invite_carer(
            patient=patient, name="Sam", email=ADDRESS, may="answer", by=patient_user, now=now
        )
        client.post("/login/passkey/options/")
        planted = client.session.session_key
        client.post(f"/care/welcome/{token}/", {"email": ADDRESS, "password": PASSWORD})
        assert client.session["_auth_user_id"]
        assert client.session.session_key != planted
        assert not client.session.exists(planted)
