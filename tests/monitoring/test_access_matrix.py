"""Each kind of person gets at each address what the table says. A new route fails until it has a row there."""

from datetime import date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.people.actions import register_patient
from monitoring.people.models import Patient, Role, User
from tests.monitoring.everything import ALL, Ids, address, helper_of
from tests.monitoring.routes import LOGIN, OK, ROUTES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]

EVERY_METHOD = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(autouse=True)
def _as_on_a_live_site(settings: Any) -> None:
    settings.UI_GALLERY = False


class Visitor:
    """Somebody with a browser, signed in or not."""

    def __init__(self, user: User | None) -> None:
        self.user, self.client = user, Client(raise_request_exception=False)

    def ask(self, method: str, path: str) -> Any:
        if self.user is not None and "_auth_user_id" not in self.client.session:
            self.client.force_login(self.user)
        return self.client.generic(method, path, content_type="application/x-www-form-urlencoded")


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def answer(response: HttpResponse) -> Any:
    if response.status_code == 302 and response["Location"].startswith("/login/"):
        return LOGIN
    # 503: the health page tells everybody alike how it is.
    return OK if response.status_code in {200, 302, 409, 422, 503} else response.status_code


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {name.partition(" ")[0] for name in ROUTES} == set(ALL)


@pytest.mark.parametrize(
    "who", ["anonymous", "patient", "carer", pytest.param("stranger", marks=pytest.mark.core), "clinician", "admin"]
)
def test_everybody_gets_what_the_table_says(ids: Ids, request: pytest.FixtureRequest, who: str) -> None:
    user = None if who == "anonymous" else request.getfixturevalue({"patient": "patient_user"}.get(who, who))
    visitor, found = Visitor(user), {}
    if who == "carer":
        visitor.ask("POST", address("care_choose", ids))
    for name, row in ROUTES.items():
        if name == "leave_care_team" and who == "clinician":
            continue  # asked last: it takes the colleague away
        found[name] = answer(visitor.ask(row.method, address(name, ids)))
    wrong = {name: got for name, got in found.items() if got != ROUTES[name].gives(who)}
    assert wrong == {}


@pytest.mark.parametrize("method", EVERY_METHOD)
def test_no_method_opens_a_door_to_who_is_not_signed_in(ids: Ids, method: str) -> None:
    visitor = Visitor(None)
    open_to_all = {name for name, row in ROUTES.items() if row.anonymous == OK}
    opened = [
        name
        for name, row in ROUTES.items()
        if row.anonymous != OK
        and name.partition(" ")[0] not in open_to_all
        and answer(visitor.ask(method, address(name, ids))) not in {LOGIN, 401, 403, 404, 405}
    ]
    assert opened == []


@pytest.mark.parametrize(
    ("who", "method"),
    [("stranger", method) for method in EVERY_METHOD]
    + [
        (who, method)
        for who in ("outsider", "other_admin", "neighbour", "carer_next_door")
        for method in ("GET", "POST")
    ],
)
def test_no_method_shows_a_record_to_who_does_not_care_for_it(
    ids: Ids, neighbour: User, request: pytest.FixtureRequest, who: str, method: str
) -> None:
    visitor = Visitor(request.getfixturevalue(who))
    for name, row in ROUTES.items():
        if row.is_about_a_patient or (
            row.anonymous == LOGIN and row.patient == OK and "<uuid" in str(ALL[name.partition(" ")[0]].pattern)
        ):
            response = visitor.ask(method, address(name, ids))
            assert answer(response) in {403, 404, 405}, f"{method} {name}"
            assert b"arper" not in response.content.lower(), f"{method} {name}"


def test_another_clinics_admin_finds_none_of_ours(ids: Ids, other_admin: User) -> None:
    visitor = Visitor(other_admin)
    for name in ("deactivate_user", "activate_user", "new_password", "audit_event"):
        assert answer(visitor.ask(ROUTES[name].method, address(name, ids))) == 404, name


def test_not_yours_and_missing_are_the_same_answer(ids: Ids, stranger: User) -> None:
    visitor = Visitor(stranger)
    for name, row in ROUTES.items():
        if row.is_about_a_patient:
            theirs = visitor.ask(row.method, address(name, ids))
            missing = visitor.ask(row.method, address(name, ids, missing=True))
            assert theirs.status_code == missing.status_code == 404, name
            assert theirs.content == missing.content, name
            assert set(theirs.headers) == set(missing.headers), name


def test_every_refusal_of_a_record_is_in_the_log(ids: Ids, stranger: User) -> None:
    visitor, unseen = Visitor(stranger), []
    for name, row in ROUTES.items():
        if row.is_about_a_patient and row.is_noted:
            denied = AuditEvent.objects.filter(outcome=Outcome.DENIED, actor_id=str(stranger.pk))
            before = denied.count()
            visitor.ask(row.method, address(name, ids))
            if denied.count() == before:
                unseen.append(name)
    assert unseen == []


def test_every_page_that_shows_a_record_is_a_read_in_the_log(ids: Ids, patient: Patient, clinician: User) -> None:
    visitor, unseen = Visitor(clinician), []
    for name, row in ROUTES.items():
        reads = AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk, actor_id=str(clinician.pk))
        before = reads.count()
        response = visitor.ask("GET", address(name, ids)) if row.method == "GET" else None
        shows = response is not None and response.status_code == 200 and b"harper" in body_of(response).lower()
        if shows and reads.count() == before:
            unseen.append(name)
    assert unseen == []


def test_an_admin_meets_no_record(ids: Ids, admin: User, patient: Patient) -> None:
    visitor = Visitor(admin)
    for name, row in ROUTES.items():
        if row.method == "GET":
            response = visitor.ask("GET", address(name, ids))
            assert patient.identifier.encode() not in body_of(response), name


def test_what_a_carer_is_shown_of_a_record_is_a_read_by_the_carer_in_the_log(
    ids: Ids, patient: Patient, carer: User
) -> None:
    visitor, unseen = Visitor(carer), []
    visitor.ask("POST", address("care_choose", ids))
    for name, row in ROUTES.items():
        reads = AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk, actor_id=str(carer.pk))
        before = reads.count()
        response = visitor.ask("GET", address(name, ids)) if row.method == "GET" and row.gives("carer") == OK else None
        shows = response is not None and response.status_code == 200 and name.startswith(("my_", "care", "learn"))
        if shows and not name.startswith("my_settings") and reads.count() == before:
            unseen.append(name)
    assert unseen == []


@pytest.fixture
def carer_next_door(neighbour: User, now: datetime) -> User:
    """Helps another patient of the same clinician, with consent."""
    return helper_of(Patient.objects.get(user=neighbour), "next@home.example", "Next Door", now)


@pytest.fixture
def neighbour(patient: Patient, clinician: User, now: datetime) -> User:
    """Another patient of the same clinician."""
    user = User.objects.create_user(
        "nora@home.example", None, name="Nora Reed", role=Role.PATIENT, clinic=patient.clinic, joined_at=now
    )
    register_patient(
        clinic=patient.clinic, user=user, identifier="HP-0043", family_name="Reed", given_names="Nora",
        birth_date=date(1960, 1, 1), by=clinician, now=now,
    )  # fmt: skip
    return user
