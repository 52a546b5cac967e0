"""The harness of the proofs: what the receiver counts, how clients ask again, and the judges of the other runs."""

import json
import random
import smtplib
import threading
from datetime import UTC, date, datetime, time
from decimal import Decimal
from email.message import EmailMessage
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest

from benchmarks import contention, dst, kill9, latency, outage, poison
from benchmarks.__main__ import PROOFS, main
from benchmarks.faults.clients import HIDDEN, Client
from benchmarks.faults.cohort import BY_LEVEL
from benchmarks.faults.gateway import NUMBER, Gateway
from benchmarks.faults.history import Kill, Log, Mail, Said, Story, read, read_clients
from benchmarks.faults.overdue import Overdue
from benchmarks.faults.receiver import Receiver
from benchmarks.faults.servers import Broker, PostgresDatabase
from monitoring.checkins.rules import CheckInContext, breaches, current_thresholds, read_answers

ALERT = "0e3d1f9e-6f0c-4f6d-9d4c-1a1f6f6f0c11"


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    log = Log(tmp_path / "kills.jsonl")
    log.add(Kill(1.5, "worker", "all of it"))
    log.add(Kill(2.5, "web"))
    log.close()
    assert list(read(tmp_path / "kills.jsonl", Kill)) == [Kill(1.5, "worker", "all of it"), Kill(2.5, "web")]
    assert list(read(tmp_path / "never.jsonl", Kill)) == []


def test_the_receiver_writes_down_what_it_took(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path / "ledger.jsonl").start()
    try:
        mail = EmailMessage()
        mail["To"], mail["From"], mail["Message-ID"] = "duty1@clinic.example", "e@clinic.example", "<one@host>"
        mail.set_content(f"Sign in.\n\nhttp://127.0.0.1:8000/alerts/{ALERT}/\n")
        port = int(receiver.url.partition("?")[0].rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as post:
            post.send_message(mail)
        (kept,) = read(tmp_path / "ledger.jsonl", Mail)
        assert (kept.to, kept.name, kept.about) == ("duty1@clinic.example", "<one@host>", ALERT)
        assert receiver.reached() == {"duty1@clinic.example"}
    finally:
        receiver.stop()


def test_the_gateway_writes_down_a_text_message_under_its_key(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path / "ledger.jsonl").start()
    gateway = Gateway(receiver)
    gateway.start()
    try:
        where = urlsplit(gateway.environment["SMS_GATEWAY_URL"])
        connection = HTTPConnection("127.0.0.1", where.port or 0, timeout=10)
        body = json.dumps({"to": NUMBER.format(17), "from": "Evenkeel", "text": "Sign in."})
        connection.request("POST", where.path, body, {"Idempotency-Key": "the-key"})
        assert connection.getresponse().status == 202
        connection.close()
    finally:
        gateway.stop()
        receiver.stop()
    (kept,) = read(tmp_path / "ledger.jsonl", Mail)
    assert (kept.to, kept.name, kept.by) == ("duty17@clinic.example", "the-key", "sms")


class Moody(BaseHTTPRequestHandler):
    """Breaks the first answer off, cannot the second time, and takes the third."""

    keys: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        if len(self.keys) == 1:
            self.connection.close()
            return
        self.send_response(503 if len(self.keys) == 2 else 201)
        self.end_headers()
        self.wfile.write(json.dumps({"id": "report 1"}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_client_asks_again_under_the_same_key_until_it_is_answered(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Moody)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    story = Story(1, "emergency", "check-in", "the-key", "patient", "duty1", "p", "token")
    try:
        Client(0, server.server_port, tmp_path, seed=1).tell([story], 0, 0)
    finally:
        server.shutdown()
        server.server_close()
    said = read_clients(tmp_path)
    assert [line.what for line in said] == ["sent", "failed", "sent", "failed", "sent", "answered"]
    assert (said[-1].status, said[-1].report) == (201, "report 1")
    assert Moody.keys == ["the-key"] * 3


def test_the_hidden_fields_of_a_form_are_found() -> None:
    page = '<input type="hidden" name="csrfmiddlewaretoken" value="c"><input name="submission_key" type="x" value="k">'
    assert HIDDEN.findall(page) == [("csrfmiddlewaretoken", "c"), ("submission_key", "k")]


@pytest.mark.parametrize("level", BY_LEVEL)
def test_the_answers_of_a_story_stand_on_its_level(level: str) -> None:
    context = CheckInContext(on=date(2026, 6, 1), age=45, egfr=Decimal(95), sex="", copd=False, baseline_qtc_ms=None)
    verdict = breaches(read_answers(BY_LEVEL[level]), current_thresholds(), (), context)
    assert verdict.level.word == level


def test_a_zone_whose_clocks_change_is_looked_at_around_the_change() -> None:
    london = ZoneInfo("Europe/London")
    changes = dst.transitions_of(london)
    assert len(changes) == 14
    assert changes[0] == datetime(2024, 3, 31, 1, tzinfo=UTC)
    assert dst.problems_around(changes[0], time(1, 30), london) == []


@pytest.mark.parametrize("plant", ["none", "twice", "late"])
def test_a_planner_that_errs_is_found(plant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = dst.laid_out

    def planted(*given: object) -> list[tuple[date, datetime]]:
        found = plan(*given)  # type: ignore[arg-type]
        if plant == "none":
            return found[1:]
        return [*found, found[-1]] if plant == "twice" else [(day, at.replace(minute=59)) for day, at in found]

    monkeypatch.setattr(dst, "laid_out", planted)
    london = ZoneInfo("Europe/London")
    assert dst.problems_around(datetime(2024, 3, 31, 1, tzinfo=UTC), time(1, 30), london)


def test_writers_are_judged_by_what_they_were_answered() -> None:
    said = [Said(1, 0, "answered", 250, "a"), Said(2, 1, "answered", 50, "b")]
    assert contention._judged(said, {"a", "b"})["passed"]
    assert not contention._judged(said, {"a"})["passed"]
    assert not contention._judged(said, {"a", "b", "c"})["passed"]
    assert not contention._judged([*said, Said(3, 1, "failed", problem="OperationalError")], {"a", "b"})["passed"]
    assert not contention._judged([], set())["passed"]


def outage_run() -> tuple[Overdue, list[Mail], dict[str, str], dict[str, object]]:
    overdue = Overdue(datetime(2026, 1, 1, tzinfo=UTC), {"red": "p"}, {"outside": "p"}, {"theirs": "q"})
    mails = [Mail(110, "duty", "<1>", "red"), Mail(111, "duty", "<2>", ""), Mail(450, "duty", "<3>", "")]
    return overdue, mails, {"outside": "missed_system", "theirs": "missed"}, {
        "pressing": {"red"}, "advanced": 0, "gaps": [],
    }  # fmt: skip


def test_an_outage_is_judged_at_the_receiver_and_the_patients_door() -> None:
    assert outage.judged(*outage_run(), began=100)["passed"]


@pytest.mark.parametrize("plant", ["late", "untold", "storm", "blamed", "excused", "unread", "advanced"])
def test_a_bad_return_from_an_outage_is_found(plant: str) -> None:
    overdue, mails, states, tables = outage_run()
    if plant in {"late", "untold"}:
        mails[0] = Mail(300, "duty", "<1>", "red" if plant == "late" else "")
    elif plant == "storm":
        mails.append(Mail(460, "duty", "<4>", "amber"))
    elif plant == "advanced":
        tables["advanced"] = 1
    else:
        states |= {"blamed": {"outside": "missed"}, "excused": {"theirs": "missed_system"}}.get(plant, {})
    if plant == "unread":
        del states["outside"]
    assert not outage.judged(overdue, mails, states, tables, began=100)["passed"]


def test_a_delay_or_a_poisoned_row_beyond_its_bound_fails() -> None:
    quick = {"count": 5, "p50": 0.1, "p99": 2.9, "worst": 50.0}
    figures = {"quiet service, seconds": quick, "across a kill, seconds": quick}
    assert all(latency._bounds(figures, 5).values())
    assert not all(latency._bounds(figures, 6).values())
    assert not all(latency._bounds({**figures, "quiet service, seconds": {**quick, "p99": 3.1}}, 5).values())
    known = ("a bad address", "a bad time zone")
    told: dict[str, dict[str, float]] = {
        f"somebody knew of {each}, seconds": {"count": 1, "worst": 290} for each in known
    }
    beside = dict.fromkeys((f"{each} beside poison, seconds" for each in ("emergencies", "plans")), quick)
    sizes = {"sound": 5, "spoilt": 1, "planned": 6}
    assert all(poison._bounds({**told, **beside}, **sizes).values())
    told["somebody knew of a bad address, seconds"] = {}
    assert not poison._bounds({**told, **beside}, **sizes)["bad address told"]


def test_a_proof_that_failed_ends_with_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "kill9" in PROOFS
    for passed in (True, False):
        monkeypatch.setattr(kill9, "run", lambda *_, passed=passed, **__: {"passed": passed})
        assert main(["kill9", "--format", "json", "--check-ins", "7"]) == (0 if passed else 1)
        assert json.loads(capsys.readouterr().out)["passed"] is passed


@pytest.mark.faults
@pytest.mark.slow
def test_a_killed_database_comes_back_with_what_it_had_committed() -> None:
    server = PostgresDatabase()
    try:
        server.begin()
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        # Seeds of both kinds: the whole server, and one of its processes.
        assert {server_killed(server, seed) for seed in (1, 2)} == {"one of its processes", "all of it"}
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
    finally:
        server.stop()


def server_killed(server: PostgresDatabase, seed: int) -> str:
    how = server.kill(random.Random(seed))  # noqa: S311 - the same each time
    server.again()
    return how


@pytest.mark.faults
def test_a_killed_broker_comes_back_and_can_be_made_to_forget() -> None:
    broker = Broker()
    try:
        broker.start()
        broker.kill()
        broker.again()
        broker.forget()
        assert broker.process is not None
        assert broker.process.poll() is None
    finally:
        broker.stop()
