"""A release changes one pair: finding whom it concerns and screening them, against joining everybody's medicines.

The peer is what a database alone can do: every pair of medicines of every patient, joined with the table of pairs on
which the rules speak. Ours asks who holds the changed pair, and screens those with the whole checker. Three courses
are measured: finding alone; a preview, which stores only what would change; and the roll-out, which locks each
patient, stores flags, writes the audit line and moves the cursor. Moving on those not concerned is timed apart.
"""

import argparse
import importlib
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks import database
from benchmarks.crowd import Crowd

DRUGS: Final = 8
PAIR: Final = ("baclofen", "lithium")
CHANGED_RULE: Final = "R29"
JOB: Final = "bench"

ALL_PAIRS: Final = """
SELECT count(*), count(*) FILTER (WHERE a.ingredient = %s AND b.ingredient = %s)
FROM monitoring_regimeningredient a
JOIN monitoring_regimeningredient b ON b.patient_id = a.patient_id AND b.ingredient > a.ingredient
JOIN interacting i ON i.one = a.ingredient AND i.other = b.ingredient
"""


def options(parser: argparse.ArgumentParser) -> None:
    """How many patients; a tenth of them is quick enough to try it out."""
    parser.add_argument("--patients", type=int, default=100_000, help="eight-drug patients (default 100 000)")


def run(rounds: int, seed: int, patients: int) -> dict[str, object]:
    """Milliseconds by course, their ratios to the join of all pairs, and memory before and after."""
    database.start()
    with tempfile.TemporaryDirectory() as folder:
        old, new = _release_with_one_change(Path(folder))
        crowd = Crowd(patients, DRUGS, random.Random(seed))
        race = _Race(crowd, old, new)
        before = _resident_mb()
        found: dict[str, list[float]] = {name: [] for name in race.courses}
        for number in range(rounds + 1):  # the first round warms up
            for name, course in race.courses.items():
                measured = course()
                if number:
                    found[name].append(measured)
        after = _resident_mb()
    medians = {name: round(1000 * statistics.median(times), 2) for name, times in found.items()}
    joined = medians["join of all pairs"]
    return {
        "patients": patients,
        "drugs_each": DRUGS,
        "durability": database.DURABLE,
        "changed_pair": " + ".join(PAIR),
        "patients_concerned": race.holders,
        "milliseconds": medians,
        "ratios_to_the_join": {name: round(value / joined, 4) for name, value in medians.items()},
        "ms_a_patient_screened": {
            name: round(medians[name] / max(1, race.holders), 3) for name in ("preview", "roll-out")
        },
        "resident_mb": {"before": before, "after": after},
    }


class _Race:
    """The courses, each from the same start."""

    def __init__(self, crowd: Crowd, old: str, new: str) -> None:
        self.crowd, self.old, self.new = crowd, old, new
        self.holders = crowd.holders(PAIR)
        self.moving = 0.0
        self.courses: dict[str, Callable[[], float]] = {
            "join of all pairs": self.join,
            "finding whom to screen": self.find,
            "preview": self.preview,
            "roll-out": self.roll_out,
            "moving on the others": lambda: self.moving,
        }
        crowd.interacting(old)

    def join(self) -> float:
        """Everybody's pairs, by the database alone."""
        from django.db import connection

        with connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.execute(ALL_PAIRS, sorted(PAIR))
            took = time.perf_counter() - began
            found = cursor.fetchone()
        if found[1] != self.holders:
            raise RuntimeError(f"the join found {found[1]} of {self.holders}")
        return took

    def find(self) -> float:
        """Whom the roll-out would screen."""
        from monitoring.knowledge.models import ReleaseRollout
        from monitoring.knowledge.queries import to_screen

        self._stand_at(self.old)
        rollout = ReleaseRollout(clinic=self.crowd.clinic, kind="preview", to_version=self.new)
        began = time.perf_counter()
        found = list(to_screen(rollout).values_list("patient_id", flat=True))
        took = time.perf_counter() - began
        if len(found) != self.holders:
            raise RuntimeError(f"{len(found)} found of {self.holders}")
        return took

    def preview(self) -> float:
        """Asked before it is in force."""
        from monitoring.knowledge.actions import ask_preview

        self._stand_at(self.old)
        _put_in_force(self.old)
        asked = ask_preview(clinic=self.crowd.clinic, version=self.new, by=self.crowd.by, now=self.crowd.now)
        return self._work(asked.pk)

    def roll_out(self) -> float:
        """Put in force."""
        from monitoring.knowledge.actions import open_due_rollouts

        self._stand_at(self.old)
        _put_in_force(self.new)
        (opened,) = open_due_rollouts(now=self.crowd.now, job=JOB)
        return self._work(opened.pk)

    def _work(self, pk: Any) -> float:
        from monitoring.knowledge.actions import advance_rollout
        from monitoring.knowledge.models import ReleaseRollout

        working: Any = importlib.import_module("monitoring.knowledge.actions.working")
        move_on, moved = working.move_on_the_others, [0.0]

        def timed(rollout: ReleaseRollout, has_time: Callable[[], bool]) -> bool:
            began = time.perf_counter()
            done: bool = move_on(rollout, has_time)
            moved[0] += time.perf_counter() - began
            return done

        working.move_on_the_others = timed
        began = time.perf_counter()
        try:
            while ReleaseRollout.objects.filter(pk=pk, finished_at=None).exists():
                advance_rollout(rollout_id=pk, now=self.crowd.now, job=JOB, has_time=lambda: True)
        finally:
            working.move_on_the_others = move_on
        took = time.perf_counter() - began - moved[0]
        self.moving = moved[0] or self.moving
        ended = ReleaseRollout.objects.get(pk=pk)
        if (ended.state, ended.done, ended.failed) != ("done", self.holders, 0):
            raise RuntimeError(f"{ended.state}: {ended.done} of {self.holders} screened, {ended.failed} failed")
        return took

    def _stand_at(self, version: str) -> None:
        """Everybody was last screened by this release, and their flags say so; off the clock."""
        from monitoring.regimens.actions import recheck_regimen

        self.crowd.stand_at(version)
        _put_in_force(version)
        for patient in self.crowd.patients_with(PAIR):
            recheck_regimen(patient=patient, now=self.crowd.now, job=JOB)
        self.crowd.settle()


def _release_with_one_change(folder: Path) -> tuple[str, str]:
    """A release that follows the newest and raises one rule; both are at hand for this run alone."""
    import yaml

    from interactions.knowledge import loader

    data = Path(shutil.copytree(loader.DATA, folder / "data"))
    old, new = loader.versions()[-1], "9999.1"
    records: dict[str, Any] = {}
    for version in loader.versions():
        file = data / version / "rules.yaml"
        records |= yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    (data / new).mkdir()
    about = {"follows": old, "published": "2027-01-01", "notes": ["One rule raised, for a benchmark."]}
    changed = {CHANGED_RULE: records[CHANGED_RULE] | {"base_severity": "major"}}
    (data / new / "release.yaml").write_text(yaml.safe_dump(about), encoding="utf-8")
    (data / new / "rules.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    loader.DATA = data  # type: ignore[misc]
    return old, new


def _put_in_force(version: str) -> None:
    from interactions.knowledge import loader

    loader.put_in_force(version)


def _resident_mb() -> float:
    import psutil

    return round(float(psutil.Process().memory_info().rss) / 2**20, 1)
