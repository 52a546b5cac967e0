"""Screening those whom a release concerns leaves the record as screening everybody would."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactions.checking import current_release_version
from monitoring.knowledge.models import ReleaseRollout
from monitoring.people.models import Patient
from monitoring.regimens.actions import recheck_regimen
from monitoring.regimens.models import RegimenCheck, RegimenIngredient
from tests.monitoring.knowledge.conftest import JOB, Enrol, Publish, run_job, standing

pytestmark = pytest.mark.django_db(transaction=False)

MEDICINES = ["baclofen", "amitriptyline", "lithium", "levodopa", "sumatriptan", "morphine", "clonidine", "ibuprofen"]
WORDS = ["minor", "moderate", "major"]
regimens = st.lists(st.sets(st.sampled_from(MEDICINES), min_size=1, max_size=3), min_size=2, max_size=3)
changes = st.dictionaries(
    st.sampled_from(["R29", "R20", "R07", "R13", "R01"]),
    st.fixed_dictionaries({"base_severity": st.sampled_from(WORDS)}),
    min_size=1, max_size=2,
)  # fmt: skip


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(regimens=regimens, changes=changes)
def test_the_job_leaves_what_screening_everybody_leaves(
    enrol: Enrol,
    publish: Publish,
    put_in_force: Callable[[str], str],
    now: datetime,
    regimens: list[set[str]],
    changes: dict[str, dict[str, str]],
) -> None:
    before = current_release_version()
    with transaction.atomic():
        patients = [enrol(*sorted(medicines)) for medicines in regimens]
        new = put_in_force(publish(**changes))
        # the job, then everybody, each from the same start
        by_job = afterwards(patients, lambda: run_job(now))
        by_all = afterwards(patients, lambda: [recheck_regimen(patient=each, now=now, job=JOB) for each in patients])
        assert by_job == by_all
        assert by_job[1] == {new}
        transaction.set_rollback(True)
    put_in_force(before)


def afterwards(patients: list[Patient], job: Callable[[], object]) -> tuple[object, set[str]]:
    """What the record says after the job; nothing of it stays."""
    with transaction.atomic():
        job()
        said = standing(patients), set(RegimenCheck.objects.values_list("release", flat=True))
        transaction.set_rollback(True)
    return said


def test_who_takes_what_is_kept_in_step_with_the_prescriptions(enrol: Enrol, now: datetime) -> None:
    patient = enrol("baclofen", "co-codamol")
    held = RegimenIngredient.objects.filter(patient=patient).values_list("ingredient", flat=True)
    assert set(held) == {"baclofen", "codeine", "acetaminophen"}
    patient.prescriptions.filter(label__icontains="baclofen").update(state="cancelled")
    recheck_regimen(patient=patient, now=now, job=JOB)
    assert "baclofen" not in set(held.all())
    assert not ReleaseRollout.objects.exists()
