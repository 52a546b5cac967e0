"""A clinic of several patients, and releases made up for a test."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from interactions.knowledge import loader
from interactions.medicines import Dose
from monitoring.knowledge.actions import advance_rollout, open_due_rollouts
from monitoring.knowledge.models import ReleaseRollout
from monitoring.knowledge.queries import rollouts_to_work_on
from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.actions import prescribe
from monitoring.regimens.models import InteractionFlag

JOB = "roll_out_releases"
BASE = "2026.11"
_numbers = count(1)

Enrol = Callable[..., Patient]
Publish = Callable[..., str]


def always() -> bool:
    return True


@pytest.fixture
def enrol(clinic: Clinic, clinician: User, now: datetime) -> Enrol:
    """A patient who takes these medicines by mouth, 10 mg a day of each."""

    def _enrol(*medicines: str, clinic: Clinic = clinic, by: User = clinician, **more: Any) -> Patient:
        facts: dict[str, Any] = {
            "birth_date": date(1980, 1, 1), "egfr": Decimal(95), "egfr_on": now.date(), "conditions": [],
            "family_name": "Kay",
        } | more  # fmt: skip
        made = register_patient(
            clinic=clinic, identifier=f"K-{next(_numbers)}", given_names="Kit", care_team=[by],
            by=by, now=now, **facts,
        )  # fmt: skip
        for medicine in medicines:
            prescribe(
                patient=made, entered=medicine, route="oral", dose=Dose((Decimal(10),), "mg"), sig="",
                starts_on=now.date(), by=by, now=now,
            )  # fmt: skip
        return made

    return _enrol


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Put a release at hand that says something else of some rules of the release in force."""
    data = Path(shutil.copytree(loader.DATA, tmp_path / "data"))
    real = loader.versions()
    monkeypatch.setattr(loader, "DATA", data)

    def _publish(**rules: dict[str, Any]) -> str:
        version, follows = f"{9000 + next(_numbers)}.1", real[-1]
        records: dict[str, Any] = {}
        for folder in real:
            file = data / folder / "rules.yaml"
            records |= yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        said = {"follows": follows, "published": "2027-01-01", "notes": ["Made up for a test."]}
        (data / version).mkdir()
        (data / version / "release.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
        # A record that says nothing new is refused; a note is read by nobody.
        changed = {rule: records[rule] | {"note": version} | fields for rule, fields in rules.items()}
        (data / version / "rules.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
        return version

    return _publish


@pytest.fixture
def put_in_force(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """What a deployment does; the suite's own release is in force again afterwards."""
    before = loader.version_in_force()
    monkeypatch.setenv(loader.SETTING, before)
    yield loader.put_in_force
    monkeypatch.undo()
    loader.put_in_force(before)


def run_job(now: datetime) -> None:
    """The job, until it has nothing left to do."""
    open_due_rollouts(now=now, job=JOB)
    while due := rollouts_to_work_on(now):
        for pk in due:
            advance_rollout(rollout_id=pk, now=now, job=JOB, has_time=always)


def only_rollout() -> ReleaseRollout:
    return ReleaseRollout.objects.get()


def standing(patients: list[Patient]) -> dict[str, list[tuple[str, str, str]]]:
    """What the flags of each patient say, in any order of storing."""
    flags = InteractionFlag.objects.filter(patient__in=patients).present()
    said: dict[str, list[tuple[str, str, str]]] = {str(patient.pk): [] for patient in patients}
    for flag in flags.order_by("fingerprint"):
        said[str(flag.patient_id)].append((flag.code, flag.severity, flag.status))
    return said
