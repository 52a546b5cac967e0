"""Beat and worker are stopped for real; a web server is all that is left, and a watchman on another machine."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.operations.models import Heartbeat, SchedulerGap
from monitoring.people.models import Clinic, Patient, User
from tests.architecture.house import ROOT
from tests.servers import die_with_parent, free_port
from tests.sweeping import SECONDS, Sweepers, database_url, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.xdist_group("sweeping"),
]


class Web:
    """gunicorn on the test's database, as it is deployed."""

    def __init__(self, sweeping: Sweepers, folder: Path) -> None:
        self.port = free_port()
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))},
            "DJANGO_SETTINGS_MODULE": "tests.sweeping_settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": sweeping.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{sweeping.post.port}?from=evenkeel@clinic.example",
        }
        command = ["-m", "gunicorn", "--no-control-socket", "--bind", f"127.0.0.1:{self.port}", "--threads", "2"]
        with (folder / "web").open("wb") as output:
            self.process = psutil.Popen(
                [sys.executable, *command, "--worker-class", "gthread", "config.wsgi"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def get(self, path: str, session: str = "") -> tuple[int, str]:
        """Status and body; status 0 while nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with closing(connection):
            try:
                connection.request("GET", path, headers={"Cookie": session} if session else {})
                answer = connection.getresponse()
                return answer.status, answer.read().decode()
            except OSError:
                return 0, ""

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def web(stopped: Sweepers, tmp_path: Path) -> Iterator[Web]:
    made = Web(stopped, tmp_path)
    yield made
    made.stop()


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def watchdog(port: int) -> int:
    command = [sys.executable, str(ROOT / "deploy" / "watchdog.py"), f"http://127.0.0.1:{port}", "--once"]
    return subprocess.run([*command, "--after", "1"], capture_output=True, check=False).returncode


def ago(span: timedelta) -> None:
    """As if the sweeps had been silent for so long: waiting for it would take two minutes."""
    Heartbeat.objects.update(last_finished_at=timezone.now() - span)


def test_an_emergency_is_passed_on_and_mailed_with_beat_and_worker_dead(
    stopped: Sweepers, web: Web, clinic: Clinic, clinician: User, patient: Patient, patient_user: User, now: datetime
) -> None:
    # given: everything runs, and a site that says so
    stopped.start()
    until(lambda: web.get("/readyz")[0] == 200, "everything runs")
    assert watchdog(web.port) == 0
    assert "Monitoring has stopped" not in web.get("/alerts/", session_of(clinician))[1]
    # when: beat and worker are killed, and an emergency comes in that nobody passes on
    for process in list(stopped.running):
        stopped.kill(process)
    alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=AlertLevel.EMERGENCY, why=["x"], source_type="t",
        source_id=patient.pk, now=timezone.now() - timedelta(minutes=11), job="t",
    )  # fmt: skip
    ago(timedelta(seconds=121))
    # then: whoever watches is told, on another machine and on every page
    status, body = web.get("/readyz")
    assert status == 503
    assert len(json.loads(body)["reasons"]) == 2
    assert watchdog(web.port) == 1
    assert "Monitoring has stopped" in web.get("/alerts/", session_of(clinician))[1]
    assert "We may not see what you send right now" in web.get("/me/", session_of(patient_user))[1]
    # and: the calls of these few have driven what is pressing
    until(lambda: web.get("/livez")[0] and Alert.objects.get(pk=alert.pk).rung > 0, "the emergency was passed on")
    until(lambda: stopped.mailbox.to(clinician.email), "its mail arrived")
    # and: monitoring goes on counting as stopped
    assert web.get("/readyz")[0] == 503


def test_the_loop_without_a_broker_is_enough(stopped: Sweepers, web: Web, clinician: User, tmp_path: Path) -> None:
    # given: no broker at all
    stopped.broker.stop()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))},
        "DJANGO_SETTINGS_MODULE": "tests.sweeping_settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{stopped.post.port}?from=evenkeel@clinic.example",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PYTHONUNBUFFERED": "1",
    }
    said = tmp_path / "loops"
    # when: two of the loop run at once
    with said.open("wb") as output:
        loops = [
            subprocess.Popen(
                [sys.executable, "manage.py", "run_sweeps"],
                cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no thread of the suite forks
            )
            for _ in range(2)
        ]  # fmt: skip
    try:
        # then: the site is ready, and there was no gap between them
        until(lambda: web.get("/readyz")[0] == 200, "the sweeps run")
        until(lambda: said.read_text(encoding="utf-8").count("Sweeping: ") == 2, "both listen to being stopped")
        assert not SchedulerGap.objects.exists()
    finally:
        for loop in loops:
            loop.terminate()
        # and: each ends when it is asked to
        assert [loop.wait(SECONDS) for loop in loops] == [0, 0]
