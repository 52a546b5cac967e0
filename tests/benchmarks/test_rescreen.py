"""The crowd of the re-screening benchmark is what it says, and its two releases differ in one rule."""

import random
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from benchmarks import rescreen
from benchmarks.__main__ import NAMES
from benchmarks.crowd import Crowd
from interactions.checking.concerning import clauses_between
from interactions.knowledge import loader
from monitoring.regimens.models import DosePeriod, Prescription, RegimenCheck, RegimenIngredient

PATIENTS, DRUGS = 30, 8


def test_it_can_be_asked_for() -> None:
    assert "rescreen" in NAMES


def test_the_two_releases_differ_in_the_changed_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "DATA", loader.DATA)  # put back afterwards
    old, new = rescreen._release_with_one_change(tmp_path)
    assert clauses_between(loader.load_release(old), loader.load_release(new)) == (
        tuple(frozenset({each}) for each in rescreen.PAIR),
    )


@pytest.mark.skipif(connection.vendor != "postgresql", reason="written by PostgreSQL's own means")
@pytest.mark.django_db
def test_the_crowd_takes_what_was_drawn(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(Crowd, "settle", lambda _: None)  # a database does not vacuum inside a test's transaction
    crowd = Crowd(PATIENTS, DRUGS, random.Random(1))  # noqa: S311 - a crowd is no secret
    assert RegimenIngredient.objects.count() == PATIENTS * DRUGS + 1
    assert RegimenCheck.objects.count() == PATIENTS + 1
    assert Prescription.objects.count() == DosePeriod.objects.count() == PATIENTS * DRUGS + 1
    taken = RegimenIngredient.objects.values_list("ingredient", flat=True)
    assert sorted(taken) == sorted(row.ingredients[0] for row in Prescription.objects.all())
    some = RegimenIngredient.objects.exclude(ingredient="ibuprofen").order_by("pk").first()
    assert some is not None
    assert crowd.holders([some.ingredient]) == RegimenIngredient.objects.filter(ingredient=some.ingredient).count()
