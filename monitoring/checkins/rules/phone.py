"""A check-in that staff take by phone: who answered, and when. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.checkins.rules.answers import FieldFault

# Longer ago is a memory, not a check-in (judgement).
LONGEST_AGO = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """When the answers were given, and whether a carer gave them for the patient."""

    taken_at: datetime
    by_carer: bool = False


def faults_of_call(call: PhoneCall, *, now: datetime) -> list[FieldFault]:
    """What is wrong with the time of a call; empty when it can be."""
    if call.taken_at > now:
        return [FieldFault("taken_at", "lies ahead: give the time at which it was taken")]
    if call.taken_at < now - LONGEST_AGO:
        return [FieldFault("taken_at", f"lies more than {LONGEST_AGO.days} days back: write a note instead")]
    return []
