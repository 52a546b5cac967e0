"""Everything was off for 36 hours and comes back with ten thousand things overdue.

The outage is simulated by writing every row as it stood 36 hours ago, the sweeps' last tick among them; the processes
that then start are the shipped ones on the machine's own clock, so that to them those hours have really passed.
Counted at the mail server, and at the door through which each patient sees their own check-ins. Five minutes between
two messages are asked of calm ones only: what is urgent is neither grouped nor held back, each leading to one alert.
"""

import argparse
import http.client
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from benchmarks.faults import runs
from benchmarks.faults.checker import quantiles
from benchmarks.faults.history import Mail, clock
from benchmarks.faults.overdue import Overdue, make
from benchmarks.faults.stack import Stack

ITEMS: Final = 10_000
# Longer than five minutes, or nobody could have had a second message too early.
WATCH_SECONDS: Final = 400.0
READERS: Final = 6
EMERGENCY_SECONDS: Final = 120.0
# Five minutes less what a receiver's clock may differ from the sender's.
BETWEEN_SECONDS: Final = 298.0


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--watch", type=float, default=WATCH_SECONDS, help="seconds to watch after the return")


def run(_rounds: int, _seed: int, *, database: str, items: int, watch: float) -> dict[str, object]:
    """What arrived and when, what each patient was told of their own silence, and what was held."""
    from django.utils import timezone

    with runs.stacked(database) as stack:
        overdue = make(items, timezone.now())
        began = clock()
        stack.start(*stack.commands)
        while clock() < began + watch:
            time.sleep(0.5)
            stack.mend()
        mails = list(stack.receiver.mails)
        states = read_states(overdue, stack)
        return {"database": database, "overdue": overdue.items, **judged(overdue, mails, states, _tables(), began)}


def judged(
    overdue: Overdue,
    mails: Sequence[Mail],
    states: Mapping[str, str],
    tables: Mapping[str, Any],
    began: float,
) -> dict[str, object]:
    """The verdict; `states` is what the patients see, `tables` says which alerts are pressing."""
    first: dict[str, float] = {}
    for mail in mails:
        first.setdefault(mail.about, mail.at - began)
    delays = [first[alert] for alert in overdue.emergencies if alert in first]
    calm = [mail for mail in mails if mail.about not in tables["pressing"]]
    too_soon = storms(calm)
    broken = {
        "emergencies nobody was told of": len(overdue.emergencies) - len(delays),
        "emergencies told too late": sum(delay > EMERGENCY_SECONDS for delay in delays),
        "a second calm message within five minutes": len(too_soon),
        "the outage laid at a patient's door": sum(states.get(pk) == "missed" for pk in overdue.not_theirs),
        "a patient's own silence excused": sum(states.get(pk) != "missed" for pk in overdue.theirs),
        "check-ins that could not be read": len((overdue.not_theirs.keys() | overdue.theirs.keys()) - states.keys()),
        "dose steps that went on by themselves": tables["advanced"],
    }
    return {
        "emergencies, seconds": quantiles(delays),
        "mails": {"pressing": len(mails) - len(calm), "calm": len(calm)},
        "most calm mails to one person": max(Counter(mail.to for mail in calm).values(), default=0),
        "check-ins as patients see them": dict(Counter(states[pk] for pk in overdue.not_theirs if pk in states)),
        "gaps": tables["gaps"],
        "broken": broken,
        "examples": too_soon[:5],
        "passed": not any(broken.values()),
    }


def storms(calm: Sequence[Mail]) -> list[str]:
    """Who got two calm mails within five minutes."""
    boxes: dict[str, list[float]] = defaultdict(list)
    for mail in sorted(calm, key=lambda each: each.at):
        boxes[mail.to].append(mail.at)
    return [
        f"{box}: {after - before:.0f} s apart"
        for box, times in boxes.items()
        for before, after in pairwise(times)
        if after - before < BETWEEN_SECONDS
    ]


def read_states(overdue: Overdue, stack: Stack) -> dict[str, str]:
    """The state of every check-in, as its patient is told by the API."""
    found: dict[str, str] = {}
    people = sorted({*overdue.not_theirs.values(), *overdue.theirs.values()})

    def read(share: Sequence[str]) -> None:
        for patient in share:
            connection = http.client.HTTPConnection("127.0.0.1", stack.address.port, timeout=60)
            headers = {"Authorization": f"Token {overdue.tokens[patient]}"}
            connection.request("GET", f"/api/v1/patients/{patient}/check-ins/", headers=headers)
            answer = connection.getresponse()
            if answer.status == 200:
                found.update((each["id"], each["state"]) for each in json.loads(answer.read())["results"])
            connection.close()

    readers = [threading.Thread(target=read, args=(people[number::READERS],)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return found


def _tables() -> dict[str, Any]:
    """Which alerts may be told at once, what was noted of the gap, and whether a dose moved."""
    from monitoring.alerts.models import Alert, AlertLevel
    from monitoring.operations.models import SchedulerGap
    from monitoring.titration.models import StepState, TitrationStep

    pressing = Alert.objects.filter(level__gte=AlertLevel.URGENT).values_list("pk", flat=True)
    gaps = [
        {
            "cause": gap.cause,
            "hours": round((gap.to_at - gap.from_at).total_seconds() / 3600, 2),
            "worked off after seconds": gap.settled_at and round((gap.settled_at - gap.noted_at).total_seconds()),
            "skipped": gap.skipped,
        }
        for gap in SchedulerGap.objects.order_by("noted_at")
    ]
    return {
        "pressing": {str(pk) for pk in pressing},
        "gaps": gaps,
        "advanced": TitrationStep.objects.filter(state=StepState.ADVANCED).count(),
    }
