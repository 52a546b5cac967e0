"""One row in a hundred raises whenever it is touched: the others go their way, and somebody is told of the broken one.

Two kinds of poison: a clinician's address that no mail can be written to, and a patient whose time zone does not
exist, so that their day cannot be planned. Both streams run side by side.
"""

import argparse
import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from benchmarks.faults import runs
from benchmarks.faults.checker import delays, quantiles
from benchmarks.faults.cohort import enrol, patients
from benchmarks.faults.history import Mail, Story, clock, read_clients
from benchmarks.faults.stack import Stack

CHECK_INS: Final = 400
PLANNED: Final = 200
A_SECOND: Final = 4.0
ONE_IN: Final = 100
NO_ADDRESS: Final = "duty{}\n@clinic.example"
NO_ZONE: Final = "Nowhere/Land"
# Seconds.
P99: Final = 5.0
TOLD: Final = 300.0
# A day waits for the sweep that plans it (10 s), and its reminder for the one that delivers it (5 s).
TICKS: Final = 15.0


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    runs.sizes(parser, check_ins=CHECK_INS)
    parser.add_argument("--planned", type=int, default=PLANNED, help="patients whose day is planned")


def run(
    _rounds: int, seed: int, *, database: str, check_ins: int, planned: int, clients: int, keep: bool
) -> dict[str, object]:
    """How long the others took, and when somebody knew of each poisoned row."""
    seconds = max(check_ins, planned * 2) / A_SECOND
    with runs.stacked(database) as stack:
        stories = enrol(check_ins, random.Random(seed), mix={"emergency": 1}, habits={"plain": 1}, pages=0.0)
        spoilt = stories[:: min(ONE_IN, check_ins)]
        _spoil_addresses(spoilt)
        sound = [story for story in stories if story not in spoilt]
        stack.start(*stack.commands)
        stack.until(stack.ready, "the first sweeps have run")
        due = _plans(planned, check_ins, seconds)
        crowd = runs.tell(stack, stories, clients=clients, seconds=seconds, seed=seed)
        began = clock()
        watchers = [f"watch{story.number}@clinic.example" for story in spoilt]
        _wait(stack, sound, list(due), watchers, began + seconds + TOLD)
        runs.let_finish(stack, crowd, sound, calm=0)
        said, mails = read_clients(stack.folder), list(stack.receiver.mails)
        figures = {
            "emergencies beside poison, seconds": quantiles(delays(sound, said, mails, of="emergency")),
            **_planned(due, mails),
            "somebody knew of a bad address, seconds": quantiles(_second_alert(watchers, mails)),
        }
        bounds = _bounds(figures, sound=len(sound), spoilt=len(spoilt), planned=planned)
        stack.keep = keep
        return {"database": database, **figures, "bounds": bounds, "passed": all(bounds.values())}


def _spoil_addresses(stories: Sequence[Story]) -> None:
    """Their clinician's address cannot be written to; a colleague who can be is on the team as well."""
    from monitoring.people.models import CareTeamMembership, Patient, Role, User

    for story in stories:
        duty = User.objects.get(email=story.recipient)
        User.objects.filter(pk=duty.pk).update(email=NO_ADDRESS.format(story.number))
        watch = User.objects.create(
            email=f"watch{story.number}@clinic.example", name="Watch", role=Role.CLINICIAN, clinic=duty.clinic,
            joined_at=duty.joined_at, password=duty.password,
        )  # fmt: skip
        patient = Patient.objects.get(pk=story.patient)
        CareTeamMembership.objects.create(patient=patient, clinician=watch, joined_at=duty.joined_at)


def _plans(count: int, first: int, seconds: float) -> dict[str, tuple[float, bool]]:
    """Patients whose day must be planned, one after the other: by mailbox, when, and whether that is poisoned.

    A planned day is asked for at once, so that the patient's own mailbox shows it; of a day that cannot be planned
    it is the clinician who hears.
    """
    from django.utils import timezone

    from monitoring.checkins.models import CheckInSchedule, ScheduleSource
    from monitoring.people.models import Patient

    now: datetime = timezone.now()
    people = patients(count, now, first=first, zone="UTC")
    found: dict[str, tuple[float, bool]] = {}
    rows: list[Any] = []
    for place, person in enumerate(people):
        due_at, spoilt = now + timedelta(seconds=5 + place * seconds / count), place % ONE_IN == 0
        rows.append(
            CheckInSchedule(
                patient=person, source=ScheduleSource.CLINICIAN, starts_on=now.date(), daily_until=now.date(),
                opens_at=time(0), window_hours=23, plan_next_at=due_at, created_at=now - timedelta(days=1),
            )
        )  # fmt: skip
        mailbox = "duty{}@clinic.example" if spoilt else "patient{}@home.example"
        found[mailbox.format(first + place)] = (due_at.timestamp(), spoilt)
    CheckInSchedule.objects.bulk_create(rows)
    poisoned = [person.pk for place, person in enumerate(people) if place % ONE_IN == 0]
    Patient.objects.filter(pk__in=poisoned).update(time_zone=NO_ZONE)
    return found


def _wait(stack: Stack, sound: Sequence[Story], planned: list[str], watchers: list[str], until: float) -> None:
    """Until everybody has what is due to them, or the time in which they should is over."""
    wanted = {story.recipient for story in sound} | set(planned)

    def all_told() -> bool:
        known = len(_second_alert(watchers, list(stack.receiver.mails))) == len(watchers)
        return (known and wanted <= stack.receiver.reached()) or clock() > until

    stack.until(all_told, "everybody was told", until - clock() + 30)


def _planned(due: dict[str, tuple[float, bool]], mails: Sequence[Mail]) -> dict[str, dict[str, float]]:
    first: dict[str, float] = {}
    for mail in mails:
        first[mail.to] = min(mail.at, first.get(mail.to, mail.at))
    took = [(first[box] - at, bad) for box, (at, bad) in due.items() if box in first]
    return {
        "plans beside poison, seconds": quantiles([seconds for seconds, bad in took if not bad]),
        "somebody knew of a bad time zone, seconds": quantiles([seconds for seconds, bad in took if bad]),
    }


def _second_alert(watchers: Sequence[str], mails: Sequence[Mail]) -> list[float]:
    """Seconds from a colleague's first mail, about the patient, to that about another alert: the broken address."""
    found = []
    for watcher in watchers:
        got = [mail for mail in mails if mail.to == watcher]
        other = [mail.at for mail in got if mail.about != got[0].about]
        found += [min(other) - got[0].at] if other else []
    return found


def _bounds(figures: dict[str, dict[str, float]], *, sound: int, spoilt: int, planned: int) -> dict[str, bool]:
    def within(name: str, count: int, what: str, most: float) -> bool:
        measured = figures[name]
        return not count or (measured.get("count", 0) == count and measured[what] <= most)

    poisoned = len(range(0, planned, ONE_IN))
    return {
        "emergencies": within("emergencies beside poison, seconds", sound, "p99", P99),
        "plans": within("plans beside poison, seconds", planned - poisoned, "p99", TICKS + P99),
        "bad address told": within("somebody knew of a bad address, seconds", spoilt, "worst", TOLD),
        "bad time zone told": within("somebody knew of a bad time zone, seconds", poisoned, "worst", TOLD),
    }
