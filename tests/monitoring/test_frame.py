"""The frame of every page: navigation by role, the demo ribbon, and the loud banner when monitoring stands still."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from monitoring.context_processors import Site
from monitoring.notifications.actions import queue_notification
from monitoring.notifications.models import Channel, Notification, Template
from monitoring.operations.models import Heartbeat
from monitoring.operations.rules import VITAL_SWEEPS
from monitoring.people.models import Clinic, Patient, User
from monitoring.templatetags.record import record_nav

pytestmark = pytest.mark.django_db


def frame(user: object, path: str = "/") -> str:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    return render_to_string("base.html", request=request)


def beat(at: datetime) -> None:
    Heartbeat.objects.bulk_create(Heartbeat(name=name, last_finished_at=at) for name in VITAL_SWEEPS)


def test_each_role_has_its_own_way_about(clinician: User, patient_user: User, admin: User) -> None:
    labels = {user.role: [item.label for item in Site(user, "/").nav] for user in (clinician, patient_user, admin)}
    assert labels == {
        "clinician": ["Alerts", "Patients", "Knowledge", "Education", "Reports", "Messages"],
        "patient": ["My plan", "Check-ins", "Messages"],
        "admin": [
            "Audit",
            "Users",
            "Clinic",
            "Knowledge",
            "Reports",
            "EHR clients",
            "Monitoring",
            "Messages",
            "Not sent",
        ],
    }


def test_what_waits_is_counted_beside_its_link(clinician: User, patient_user: User, now: datetime) -> None:
    queue_notification(
        recipient=clinician, channel=Channel.IN_APP, template=Template.MESSAGE, dedupe_key="one", now=now,
    )  # fmt: skip
    counts = {item.label: item.count for item in Site(clinician, "/").nav}
    assert counts == {"Alerts": 0, "Patients": 0, "Knowledge": 0, "Education": 0, "Reports": 0, "Messages": 1}
    assert {item.count for item in Site(patient_user, "/").nav} == {0}
    mail = {"channel": Channel.EMAIL, "template": Template.MESSAGE, "state": "dead", "created_at": now, "next_at": now}
    Notification.objects.create(recipient=clinician, dedupe_key="two", **mail)
    assert Site(clinician, "/").nav[-1].label == "Not sent"
    assert Site(clinician, "/").nav[-1].count == 1
    assert '<span class="count">1<span class="visually-hidden"> waiting</span></span>' in frame(clinician)


def test_the_page_being_read_is_marked_and_only_that_one(clinician: User, patient_user: User) -> None:
    def current(user: User, path: str) -> list[str]:
        return [item.label for item in Site(user, path).nav if item.current]

    assert current(clinician, "/patients/7/medications/") == ["Patients"]
    assert current(patient_user, "/me/") == ["My plan"]
    assert current(patient_user, "/me/check-ins/") == ["Check-ins"]


def test_a_page_beneath_marks_the_one_it_is_reached_from(clinician: User, admin: User) -> None:
    def current(user: User, path: str) -> list[tuple[str, bool]]:
        return [(item.label, item.here) for item in Site(user, path).nav if item.current]

    assert current(clinician, "/alerts/") == [("Alerts", True)]
    assert current(clinician, "/absences/new/") == [("Alerts", False)]
    assert current(clinician, "/overrides/7/") == [("Patients", False)]
    assert current(clinician, "/reports/handover/") == [("Reports", False)]
    assert current(admin, "/escalation/") == [("Clinic", False)]


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("", "Overview"),
        ("flags/8/", "Medicines"),
        ("doses/", "Medicines"),
        ("context/", "Medicines"),
        ("invite/", "Care team"),
        ("check-ins/8/", "Check-ins"),
    ],
)
def test_one_page_of_a_record_is_marked_the_one_being_read_or_that_it_is_reached_from(path: str, marked: str) -> None:
    patient = SimpleNamespace(pk=7)
    context = Context({"site": SimpleNamespace(path=f"/patients/7/{path}")})
    items: Any = record_nav(context, patient)["items"]
    assert [str(item["label"]) for item in items if item["current"]] == [marked]
    assert [item["here"] for item in items if item["current"]] == [not path]


def test_an_answer_to_an_interaction_belongs_to_the_medicines() -> None:
    items: Any = record_nav(Context({"site": SimpleNamespace(path="/overrides/8/")}), SimpleNamespace(pk=7))["items"]
    assert [str(item["label"]) for item in items if item["current"]] == ["Medicines"]


def test_help_is_one_tap_away_for_patients_and_strangers(patient_user: User) -> None:
    for user in (patient_user, AnonymousUser()):
        assert 'class="help-now" href="/help/emergency/"' in frame(user)


def test_sign_out_is_a_form_that_posts(clinician: User) -> None:
    page = frame(clinician)
    assert '<form method="post" action="/logout/">' in page
    assert "csrfmiddlewaretoken" in page


def test_nobody_signed_in_means_no_navigation_and_no_query(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        page = frame(AnonymousUser())
    assert "Sign out" not in page
    assert "stalled" not in page


def test_a_demo_clinic_says_so_on_every_page(clinician: User, clinic: Clinic) -> None:
    assert "Demo clinic" not in frame(clinician)
    clinician.clinic.is_demo = True
    assert "Demo clinic" in frame(clinician)


def test_a_patient_of_a_demo_is_told_that_nobody_looks(patient_user: User) -> None:
    patient_user.clinic.is_demo = True
    assert "No nurse or doctor sees what you send" in frame(patient_user)


def test_monitoring_that_never_ran_is_said_loudly(clinician: User) -> None:
    page = frame(clinician)
    assert "Monitoring has stopped" in page
    assert " 1970" not in page


def test_monitoring_that_stopped_says_since_when(clinician: User) -> None:
    beat(datetime.now(tz=UTC) - timedelta(minutes=30))
    assert "nothing has been processed since" in frame(clinician)


@pytest.mark.parametrize(("silent", "is_told"), [(45, False), (61, True)])
@pytest.mark.parametrize("address", ["/alerts/", "/patients/{}/medications/new/"])
def test_within_a_minute_the_list_and_a_prescription_say_that_nothing_is_judged(
    client: Client, patient: Patient, clinician: User, address: str, silent: int, is_told: bool
) -> None:
    beat(datetime.now(tz=UTC) - timedelta(seconds=silent))
    client.force_login(clinician)
    assert ("Monitoring has stopped" in client.get(address.format(patient.pk)).text) is is_told


def test_a_patient_is_told_not_to_wait_and_whom_to_call(patient_user: User) -> None:
    page = frame(patient_user)
    assert "Do not wait for us to call" in page
    assert 'href="tel:02079460100"' in page


def test_monitoring_that_runs_is_not_mentioned(clinician: User) -> None:
    beat(datetime.now(tz=UTC))
    assert "Monitoring has stopped" not in frame(clinician)


def test_an_invalid_form_is_named_in_the_title() -> None:
    assert "<title>Error: Evenkeel" in render_to_string("base.html", {"page_invalid": True})
    assert "<title>Evenkeel" in render_to_string("base.html")


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_nothing_but_themselves(name: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        page = render_to_string(f"{name}.html")
    assert 'href="/help/emergency/"' in page


def test_an_address_that_does_not_exist_answers_with_our_page(client: Client) -> None:
    page = client.get("/no-such-page/")
    assert page.status_code == 404
    assert "We cannot find that page" in page.content.decode()


def test_a_form_without_its_token_says_that_nothing_was_saved() -> None:
    page = Client(enforce_csrf_checks=True).post("/login/", {"username": "a@b.example", "password": "x"})
    assert page.status_code == 403
    assert "not saved" in page.content.decode()


def test_a_fault_of_ours_says_that_nothing_was_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_request: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("monitoring.help.views.numbers_for", fail)
    page = Client(raise_request_exception=False).get("/help/emergency/")
    assert page.status_code == 500
    assert "not saved" in page.content.decode()
    assert "broken on purpose" not in page.content.decode()
