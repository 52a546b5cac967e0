"""The worker is killed in the middle of rolling out a release: everybody is screened, and nobody twice."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

from interactions.checking import current_release_version
from monitoring.audit.models import AuditEvent
from monitoring.audit.verification import verify
from monitoring.knowledge.models import ReleaseRollout, RolloutState
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.models import (
    DosePeriod,
    InteractionFlag,
    Prescription,
    PrescriptionState,
    RegimenCheck,
    RegimenIngredient,
)
from tests.faults import crowd
from tests.faults.sessions import other_transactions
from tests.sweeping import Sweepers, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.xdist_group("sweeping"),
]

PEOPLE = 120
KILLS = 2


def on_baclofen_and_lithium(people: list[Patient], now: datetime) -> None:
    """Regimens that a release which is long gone has checked, so that the one in force concerns all of them."""
    for name in ("baclofen", "lithium"):
        rows = Prescription.objects.bulk_create(
            Prescription(
                patient=patient, entered=name, label=name, ingredients=[name], match="exact", route="oral",
                state=PrescriptionState.ACTIVE, starts_on=now.date(), prescribed_at=now,
            )
            for patient in people
        )  # fmt: skip
        DosePeriod.objects.bulk_create(
            DosePeriod(
                prescription=row, amounts=["5"], unit="mg", starts_on=now.date(), source="prescribed", created_at=now
            )
            for row in rows
        )
        RegimenIngredient.objects.bulk_create(RegimenIngredient(patient=each, ingredient=name) for each in people)
    RegimenCheck.objects.bulk_create(
        RegimenCheck(patient=patient, checked_at=now, release="2001.01", next_check_on=now.date() + timedelta(days=30))
        for patient in people
    )


def screened() -> Counter[str]:
    """How often the job has screened each patient, by the lines in the log."""
    events = AuditEvent.objects.filter(action="regimen.check", actor_label="roll_out_releases")
    return Counter(events.values_list("object_id", flat=True))


@pytest.mark.core
def test_a_roll_out_that_is_killed_goes_on_where_it_was(
    stopped: Sweepers, clinic: Clinic, clinician: User, now: datetime
) -> None:
    # given
    people = crowd.patients(clinic, clinician, PEOPLE, now)
    on_baclofen_and_lithium(people, now)
    # when: the worker is killed twice in the middle, and the broker forgets every message
    stopped.start_beat()
    for _ in range(KILLS):
        worker, before = stopped.start_worker(), screened().total()
        until(lambda before=before: screened().total() >= before + 5, "some were screened")  # type: ignore[misc]
        stopped.kill(worker)
        stopped.lose_every_message()
        if connection.vendor == "postgresql":  # which may still end what the worker had sent it
            until(lambda: not other_transactions(), "the server noticed")
        assert screened().total() < PEOPLE, "killed too late to prove anything"
        # then: the patients that are done are those that are counted
        assert ReleaseRollout.objects.get().done == screened().total()
        # the dead worker's lease would run for a minute more: it has passed
        ReleaseRollout.objects.update(leased_until=now)
    stopped.start_worker()
    until(lambda: ReleaseRollout.objects.filter(state=RolloutState.DONE).exists(), "all of it was done")
    # then: everybody was screened, exactly once
    assert screened() == Counter(str(patient.pk) for patient in people)
    assert set(RegimenCheck.objects.values_list("release", "failed")) == {(current_release_version(), False)}
    rollout = ReleaseRollout.objects.get()
    assert (rollout.total, rollout.done, rollout.failed) == (PEOPLE, PEOPLE, 0)
    # and: each has the flag, once
    flags = InteractionFlag.objects.present().filter(finding__rule="R29")
    assert Counter(flags.values_list("patient", flat=True)) == Counter(patient.pk for patient in people)
    # and: the log is whole, with one beginning and one end
    assert verify().intact
    said = AuditEvent.objects.filter(object_type="rollout").values_list("action", flat=True)
    assert sorted(said) == ["rollout.finish", "rollout.open"]
