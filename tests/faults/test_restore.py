"""A restore drill on SQLite, with real processes: nothing is sent twice, and the log is whole."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.architecture.house import ROOT
from tests.servers import MailServer
from tests.sweeping import Mailbox

pytestmark = [pytest.mark.faults, pytest.mark.slow]

PEOPLE = """
from datetime import timedelta
from django.utils import timezone
from monitoring.people.actions import create_clinic, create_user, register_patient
from monitoring.people.models import Role
now = timezone.now()
clinic = create_clinic(name="Harbour", time_zone="Europe/London", phone="1", job="drill", now=now)
make = lambda email, role: create_user(
    clinic=clinic, email=email, name=email, role=role, password=None, job="drill", now=now)
make("admin@clinic.example", Role.ADMIN)
register_patient(
    clinic=clinic, by=make("alice@clinic.example", Role.CLINICIAN), family_name="X", given_names="Y", identifier="1",
    birth_date=now.date() - timedelta(days=15000), time_zone="Europe/London", now=now)
"""
ALERT = """
from datetime import timedelta
from django.utils import timezone
from monitoring.alerts.actions import raise_alert
from monitoring.people.models import Patient
patient = Patient.objects.get()
raise_alert(patient=patient, kind="symptoms", level=3, why=["x"], source_type="drill", source_id=patient.pk,
            now=timezone.now() - timedelta(minutes=20), job="drill")
"""
# A machine that is quicker than a tick would tell nothing between the backup and the loss.
FIVE_SECONDS_PASS = """
from datetime import timedelta
from django.db.models import F
from monitoring.operations.models import MachineClock
pause = timedelta(seconds=5)
MachineClock.objects.update(ticked_at=F("ticked_at") - pause, uptime=F("uptime") - pause)
"""
GAPS = "from monitoring.operations.models import SchedulerGap as G; print([g.cause for g in G.objects.all()])"


class Installation:
    """A folder, a database in it, and a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "evenkeel.sqlite3"
        self.mailbox = Mailbox()
        self.post = MailServer(self.mailbox)

    def manage(self, *arguments: str) -> str:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only-for-tests-" + "0" * 40,
            "AUDIT_KEY": "only-for-tests-" + "1" * 40,
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.post.port}?from=evenkeel@clinic.example",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def sweep(self) -> None:
        """One round of everything, as the loop without a broker does it."""
        self.manage("run_sweeps", "--once")

    def copy(self, source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as kept, closing(sqlite3.connect(target)) as made:
            kept.backup(made)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    made.post.start()
    yield made
    made.post.stop()


def test_a_restored_backup_sends_nothing_again_and_its_log_is_whole(installation: Installation, tmp_path: Path) -> None:
    # given: an installation that swept, then an urgent alert whose mail had not left when the backup was made
    installation.manage("migrate", "--verbosity", "0")
    installation.manage("shell", "--no-imports", "-c", PEOPLE)
    installation.sweep()
    installation.manage("shell", "--no-imports", "-c", ALERT + FIVE_SECONDS_PASS)
    backup = tmp_path / "backup.sqlite3"
    installation.copy(installation.database, backup)
    # and: it left afterwards, before the database was lost
    installation.sweep()
    sent = len(installation.mailbox.to("alice@clinic.example"))
    assert sent == 1
    # when: the backup is brought back and the sweeps go on, told by nobody
    for left in tmp_path.glob("evenkeel.sqlite3*"):
        left.unlink()
    installation.copy(backup, installation.database)
    installation.sweep()
    # then: they saw it, sent nothing again, told the admin, and the log is whole
    assert "restore" in installation.manage("shell", "--no-imports", "-c", GAPS)
    assert len(installation.mailbox.to("alice@clinic.example")) == sent
    assert len(installation.mailbox.to("admin@clinic.example")) == 1
    installation.manage("audit_verify")
