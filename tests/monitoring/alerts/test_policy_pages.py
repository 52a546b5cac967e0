"""How alerts are passed on, read by staff and changed by an admin; and what the alert pages say of it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from monitoring.alerts.actions import close_alert, escalate_alert, take_alert
from monitoring.alerts.models import Alert, AlertLevel, EscalationPolicy, PolicyProposal
from monitoring.people.actions import change_emergency_contact, record_absence
from monitoring.people.models import Clinic, User
from tests.living import text_of
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
NOTE = "Rang her: awake and well."
CONTACT = "Consultant on call, 020 7946 0199"
PAGE = "/escalation/emergency/"


@pytest.fixture(autouse=True)
def _at(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def drawn(stranger: User, **changes: Any) -> dict[str, Any]:
    return {
        "step": "show", "based_on": 0, "reach_0": "team", "minutes_0": 5, "reach_1": "named", "minutes_1": 5,
        "people_1": str(stranger.pk), "reach_2": "clinic", "minutes_2": 10, "take_minutes": 20,
        "reason": "Agreed at the safety meeting.", **changes,
    }  # fmt: skip


def test_the_page_says_in_words_what_holds(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    page = text_of(client.get("/escalation/"))
    assert "Told at once: the care team, or who covers them." in page
    assert "After 10 min without an answer: every clinician of the clinic." in page
    assert "The built-in policy." in page
    assert "/escalation/urgent/" not in client.get("/escalation/").content.decode()


def test_a_policy_is_drawn_up_read_in_words_proposed_and_approved(
    office: Client, admin: User, stranger: User, outsider: User, clinic: Clinic
) -> None:
    assert 'value="10"' in office.get(PAGE).content.decode()
    shown = office.post(PAGE, drawn(stranger))
    assert shown.status_code == 200
    assert "After 5 min without an answer: the same people and Dr Charlie Stone." in text_of(shown)
    assert "Then the same people every 10 min, until somebody answers." in text_of(shown)
    assert not EscalationPolicy.objects.exists()

    changed = office.post(PAGE, drawn(stranger, step="edit"))
    assert changed.status_code == 200
    assert "There is a problem" not in text_of(changed)
    assert "Agreed at the safety meeting." in text_of(changed)

    assert office.post(PAGE, drawn(stranger, step="set")).status_code == 302
    page = text_of(office.get("/escalation/"))
    assert "Proposed, not in force" in page
    assert "A clinician or another admin must approve it." in page
    proposal = PolicyProposal.objects.get()
    approve = f"/escalation/proposals/{proposal.pk}/approve/"
    assert office.post(approve).status_code == 403
    office.force_login(outsider)
    assert office.post(approve).status_code == 404
    assert "not in force" not in text_of(office.get("/escalation/"))
    office.force_login(stranger)
    assert f'action="{approve}"' in office.get("/escalation/").content.decode()
    assert office.post(approve).status_code == 302
    version = EscalationPolicy.objects.get(clinic=clinic, level=AlertLevel.EMERGENCY)
    assert version.rungs == [
        {"reach": "team", "minutes": 5},
        {"reach": "named", "minutes": 5, "people": [str(stranger.pk)]},
        {"reach": "clinic", "minutes": 10},
    ]
    page = text_of(office.get("/escalation/"))
    assert "In force from now on." in page
    assert "by Ada Marsh, approved by Dr Charlie Stone: Agreed at the safety meeting." in page
    assert "Proposed, not in force" not in page
    office.post(approve)
    assert "approved or taken back this proposal already" in text_of(office.get("/escalation/"))
    office.force_login(admin)
    office.post(PAGE, drawn(stranger, step="set", based_on=1))
    office.post(f"/escalation/proposals/{PolicyProposal.objects.get(settled_at=None).pk}/withdraw/")
    assert "Proposed, not in force" not in text_of(office.get("/escalation/"))


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"minutes_0": 12}, "minutes_0", "comes within 10 min of the first"),
        ({"minutes_2": 16}, "minutes_2", "the next telling comes within 15 min"),
        ({"minutes_1": ""}, "minutes_1", "Write how many minutes"),
        ({"minutes_1": "0"}, "minutes_1", "greater than or equal to 1"),
        ({"minutes_1": "ten"}, "minutes_1", "whole number"),
        ({"people_1": ""}, "people_1", "Name at least one clinician."),
        ({"people_1": "nobody"}, "people_1", "active clinicians of this clinic"),
        ({"reach_2": "team"}, "reach_1", "the whole clinic is told within 10 min"),
        ({"reach_0": "named", "people_0": ""}, "people_0", "Name at least one clinician."),
        ({"take_minutes": 31}, "take_minutes", "Write 5 to 30 minutes."),
        ({"reason": " "}, "reason", "Say why it is changed."),
        ({"reach_1": ""}, "", "Leave no empty rung between two others."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    changes: dict[str, Any], field: str, says: str, office: Client, stranger: User
) -> None:
    for step in ("show", "set"):
        response = office.post(PAGE, drawn(stranger, **changes, step=step))
        assert response.status_code == 422
        page = response.content.decode()
        assert says in page
        assert not field or f'href="#id_{field}"' in page
        if "reason" not in changes:
            assert "Agreed at the safety meeting." in page
    assert not EscalationPolicy.objects.exists()


def test_of_two_tabs_the_second_is_told_who_was_first(office: Client, admin: User, stranger: User) -> None:
    office.post(PAGE, drawn(stranger, step="set"))
    office.force_login(stranger)
    office.post(f"/escalation/proposals/{PolicyProposal.objects.get().pk}/approve/")
    office.force_login(admin)
    again = office.post(PAGE, drawn(stranger, step="set", minutes_0=4))
    assert again.status_code == 409
    assert "Ada Marsh put version 1 in force" in text_of(again)
    assert EscalationPolicy.objects.count() == 1


def test_the_forms_of_the_other_levels_open_and_an_unknown_one_does_not(office: Client) -> None:
    for level in ("info", "warning", "urgent"):
        assert "It can be snoozed for at most" in text_of(office.get(f"/escalation/{level}/"))
    assert office.get("/escalation/moon/").status_code == 404


# What the alert pages say


def test_whom_to_ring_stands_on_every_page_of_an_unanswered_urgent_alert(
    client: Client, clinic: Clinic, clinician: User, stranger: User, admin: User, urgent: Alert, now: datetime
) -> None:
    change_emergency_contact(clinic=clinic, contact=CONTACT, by=admin, now=now)
    client.force_login(clinician)
    pages = ["/alerts/", f"/alerts/{urgent.pk}/"]
    assert all(CONTACT in text_of(client.get(page)) for page in pages)
    escalate_alert(alert_id=urgent.pk, now=now + timedelta(hours=2), job="sweep")
    client.force_login(stranger)
    assert CONTACT in text_of(client.get(f"/alerts/{urgent.pk}/step-in/"))

    take_alert(alert=urgent, by=clinician, now=now)
    client.force_login(clinician)
    assert not any(CONTACT in text_of(client.get(page)) for page in pages)


def test_a_calm_alert_shows_nobody_to_ring(
    client: Client, clinic: Clinic, clinician: User, admin: User, raised: Raise, now: datetime
) -> None:
    change_emergency_contact(clinic=clinic, contact=CONTACT, by=admin, now=now)
    alert = raised(AlertLevel.WARNING)
    client.force_login(clinician)
    assert CONTACT not in text_of(client.get("/alerts/")) + text_of(client.get(f"/alerts/{alert.pk}/"))


def test_what_came_back_says_after_whose_closing(
    client: Client, clinician: User, colleague: User, urgent: Alert, raised: Raise, now: datetime
) -> None:
    close_alert(alert=urgent, outcome="called", note=NOTE, by=colleague, now=now)
    again = raised(AlertLevel.EMERGENCY)
    client.force_login(clinician)
    assert "Came back after closing by Nurse Bob Bell" in text_of(client.get("/alerts/"))
    page = client.get(f"/alerts/{again.pk}/")
    assert re.search(r"Nurse Bob Bell closed it 15 Jun 2026, 10:00.*\(Called the patient\)", text_of(page))
    assert f'href="/alerts/{urgent.pk}/"' in page.content.decode()
    assert f'href="/alerts/{again.pk}/"' in client.get(f"/alerts/{urgent.pk}/").content.decode()


def test_a_cover_is_told_for_whom_they_step_in(
    client: Client, clinician: User, stranger: User, raised: Raise, now: datetime
) -> None:
    record_absence(
        user=clinician, cover=stranger, starts_at=now, ends_at=now + timedelta(days=1), by=clinician, now=now
    )
    alert = raised(AlertLevel.URGENT)
    client.force_login(stranger)
    assert "For Dr Alice Okafor." in text_of(client.get("/alerts/"))
    page = text_of(client.get(f"/alerts/{alert.pk}/step-in/"))
    assert "Step in for Dr Alice Okafor" in page
    assert "is away, and you stand in." in page
    client.post(f"/alerts/{alert.pk}/step-in/")
    alert.refresh_from_db()
    assert alert.taken_by == stranger


# The API


def test_the_api_gives_the_policy_and_what_an_alert_came_back_from(
    api: Callable[..., Any], set_policy: Callable[..., Any], clinician: User, stranger: User, urgent: Alert,
    raised: Raise, now: datetime,
) -> None:  # fmt: skip
    set_policy(AlertLevel.EMERGENCY, ("team", 5), (stranger, 5), ("clinic", 10))
    client = api(clinician)
    policies = client.get("/api/v1/escalation-policies/").json()
    assert [policy["level"] for policy in policies] == ["emergency", "urgent", "warning", "info"]
    assert policies[0] == {
        "level": "emergency", "version": 1, "take_minutes": 30, "snooze_minutes": None, "digested": False,
        "rungs": [
            {"reach": "team", "people": [], "minutes": 5},
            {"reach": "named", "people": [str(stranger.pk)], "minutes": 5},
            {"reach": "clinic", "people": [], "minutes": 10},
        ],
    }  # fmt: skip
    close_alert(alert=urgent, outcome="called", note=NOTE, by=clinician, now=now)
    raised(AlertLevel.EMERGENCY)
    shown = client.get("/api/v1/alerts/").json()["results"][0]
    assert shown["came_back_from"] == {
        "id": str(urgent.pk), "closed_by": clinician.name, "closed_at": "2026-06-15T09:00:00Z", "outcome": "called",
    }  # fmt: skip
    assert (shown["policy_version"], shown["next_escalation_at"]) == (1, "2026-06-15T09:05:00Z")
