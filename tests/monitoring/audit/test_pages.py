"""The audit log's pages: filters in the address, nothing of another clinic, every look noted, safe CSV."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from monitoring.audit.export import safe_cell
from monitoring.audit.models import AuditEvent
from monitoring.audit.record import record
from monitoring.people.models import Patient, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sweeps_running")]


@pytest.fixture(autouse=True)
def _fixed_clock(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now + timedelta(seconds=5), tick=False)


def rows(client: Client, query: str = "") -> list[str]:
    response = client.get(f"/audit/{query}")
    assert response.status_code == 200
    return [event.action for event in response.context["events"]]


def test_newest_first_and_each_filter(
    client: Client, admin: User, clinician: User, patient: Patient, now: datetime
) -> None:
    record(action="alert.take", now=now, by=clinician, patient_id=patient.pk)
    record(action="alert.close", now=now - timedelta(days=10), by=clinician, patient_id=patient.pk)
    record(action="dose.old", now=now - timedelta(days=100), by=clinician)
    client.force_login(admin)
    assert rows(client)[:2] == ["alert.close", "alert.take"]
    assert "dose.old" not in rows(client), "three months unless asked"
    assert "dose.old" in rows(client, "?from=2026-01-01")
    assert rows(client, "?action=alert.t") == ["alert.take"]
    assert rows(client, "?actor=alice&action=alert&to=2026-06-05") == ["alert.close"]
    assert rows(client, f"?patient={patient.pk}&from=2026-06-15&action=alert") == ["alert.take"]
    assert rows(client, f"?actor={clinician.pk}&action=alert.take") == ["alert.take"]
    assert rows(client, f"?patient={uuid.uuid4()}") == []


def test_each_filter_can_be_taken_off(client: Client, admin: User) -> None:
    client.force_login(admin)
    chips = client.get("/audit/?actor=bob&action=alert&before=99").context["chips"]
    assert [(chip["label"], chip["value"], chip["url"]) for chip in chips] == [
        ("Who", "bob", "?action=alert"), ("Did what", "alert", "?actor=bob"),
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["?from=nonsense", "?patient=7", "?from=2026-02-01&to=2026-01-01", "?actor=%00"])
def test_a_wrong_question_is_asked_again(client: Client, admin: User, query: str) -> None:
    client.force_login(admin)
    for path in ("/audit/", "/audit/export.csv"):
        assert client.get(path + query).status_code == 422


@pytest.mark.parametrize("cursor", ["-1", "x", "9" * 30, "1.5", "²"])
def test_a_wrong_cursor_is_the_first_page(client: Client, admin: User, cursor: str) -> None:
    client.force_login(admin)
    assert client.get(f"/audit/?before={cursor}").status_code == 200


def test_paging_shows_every_event_once(client: Client, admin: User, clinician: User, now: datetime) -> None:
    for number in range(120):
        record(action=f"deed.{number}", now=now, by=clinician)
    client.force_login(admin)
    seen: list[str] = []
    query = "?action=deed"
    while True:
        context = client.get(f"/audit/{query}").context
        seen += [event.action for event in context["events"]]
        if context["older"] is None:
            break
        query = f"?action=deed&before={context['older']}"
    assert seen == [f"deed.{number}" for number in reversed(range(120))]


def test_the_queries_do_not_grow_with_the_page(
    client: Client, admin: User, clinician: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        record(action=f"deed.{number}", now=now, by=clinician)
    client.force_login(admin)
    with django_assert_max_num_queries(12):
        client.get("/audit/")


def test_another_clinics_events_do_not_exist(
    client: Client, admin: User, outsider: User, other_patient: Patient, now: datetime
) -> None:
    theirs = [
        record(action="theirs.deed", now=now, by=outsider),
        record(action="theirs.job", now=now, job="sweep", patient_id=other_patient.pk),
    ]
    record(action="nobodys.job", now=now, job="sweep")
    client.force_login(admin)
    actions = rows(client)
    assert "nobodys.job" in actions
    assert not [action for action in actions if action.startswith("theirs")]
    assert client.get(f"/audit/{theirs[0].serial}/").status_code == 404
    assert b"theirs" not in b"".join(client.get("/audit/export.csv").streaming_content)  # type: ignore[attr-defined]


def test_what_a_stranger_did_to_our_patient_is_ours_to_see(
    client: Client, admin: User, outsider: User, patient: Patient, now: datetime
) -> None:
    record(action="patient.read", now=now, by=outsider, patient_id=patient.pk, outcome="denied")
    client.force_login(admin)
    assert "patient.read" in rows(client)


def test_one_event_has_its_own_address(client: Client, admin: User, patient: Patient, now: datetime) -> None:
    event = record(
        action="x.y", now=now, by=admin, patient_id=patient.pk, reason="<b>because</b>", detail={"fields": ["egfr"]}
    )
    client.force_login(admin)
    page = client.get(f"/audit/{event.serial}/").content.decode()
    assert "&lt;b&gt;because&lt;/b&gt;" in page
    assert event.digest in page
    assert str(patient.pk) in page
    assert client.get(f"/audit/{uuid.uuid4()}/").status_code == 404


def test_looking_is_in_the_log(client: Client, admin: User, patient: Patient, now: datetime) -> None:
    event = record(action="x", now=now, by=admin)
    client.force_login(admin)
    client.get(f"/audit/?actor=bob&patient={patient.pk}")
    client.get(f"/audit/{event.serial}/")
    client.get("/audit/export.csv")
    search, read, export = AuditEvent.objects.filter(action__startswith="audit.").order_by("id")
    assert (search.action, search.patient_id, search.detail["actor"]) == ("audit.search", patient.pk, "bob")
    assert (read.action, read.object_id) == ("audit.read", str(event.serial))
    assert export.action == "audit.export"


def test_the_csv_is_a_table_that_runs_nothing(client: Client, admin: User, now: datetime) -> None:
    nasty = [
        '=HYPERLINK("http://evil")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        '"quoted", and\r\nbroken',
        "\uff1d1",
        "plain",
    ]
    for text in nasty:
        record(action="deed", now=now, by=admin, reason=text)
    client.force_login(admin)
    response = client.get("/audit/export.csv?action=deed")
    assert response["Content-Type"].startswith("text/csv")
    assert response["Content-Disposition"] == 'attachment; filename="audit-20260615T090005Z.csv"'
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    column = header.index("reason")
    assert [line[column] for line in reversed(lines)] == [safe_cell(value) for value in nasty]
    assert {len(line) for line in lines} == {len(header)}
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert text.split("\r\n")[0].startswith("id,serial,when (UTC)")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_would_run_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(f"{start}1") == f"'{start}1"
    assert safe_cell(f"1{start}") == f"1{start}"


def test_times_are_in_utc_whatever_the_zone(client: Client, admin: User) -> None:
    record(action="deed", now=datetime(2026, 6, 14, 23, 30, tzinfo=UTC), by=admin)
    client.force_login(admin)
    assert "14 Jun 2026 23:30:00" in client.get("/audit/?action=deed").content.decode()
    assert rows(client, "?action=deed&from=2026-06-14&to=2026-06-14") == ["deed"]
    assert rows(client, "?action=deed&from=2026-06-15") == []


def test_the_page_says_whether_the_log_is_as_written(client: Client, admin: User, settings: Any) -> None:
    client.force_login(admin)
    assert "Not checked yet" in client.get("/audit/").content.decode()
    page = client.post("/audit/verify/", follow=True).content.decode()
    assert "Intact" in page
    settings.AUDIT_KEY = "another"
    assert "could not be checked" in client.post("/audit/verify/", follow=True).content.decode()


def test_an_altered_log_is_said_loudly(client: Client, admin: User, now: datetime) -> None:
    record(
        action="audit.verify", now=now, job="verify_audit", outcome="failed",
        detail={"fault_count": 1, "faults": [{"kind": "edited", "what": "It is not.", "position": 3, "event": 9}]},
    )  # fmt: skip
    client.force_login(admin)
    page = client.get("/audit/").content.decode()
    assert "has been altered" in page
    assert "edited, position 3, event 9" in page
