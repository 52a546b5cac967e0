"""Take a check-in that a phone kept while it had no network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from monitoring.checkins.actions import SubmissionConflict, submit_check_in
from monitoring.checkins.models import SymptomReport
from monitoring.checkins.rules import Answers, InputError, Kept, read_answers, readable
from monitoring.checkins.rules.questions import with_danger_signs
from monitoring.people.models import Patient, User


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: its report, whether it is new, and whether a part of the answers could not be read."""

    report: SymptomReport
    is_new: bool
    in_part: bool


def take_kept_check_in(
    *, patient: Patient, answers: Mapping[str, object], key: UUID, kept: Kept, by: User, now: datetime
) -> Taken:
    """Submit a kept check-in; the same sent again gives the first report back.

    Answers of an older form are never dropped for the one that cannot be read: the others are taken. InputError when
    none can. Other answers under a used key are a report of their own. What `submit_check_in` raises is passed on.
    """
    found, in_part = _read(answers)
    send = partial(submit_check_in, patient=patient, answers=found, by=by, now=now, kept=kept)
    try:
        report = send(submission_key=key)
    except SubmissionConflict:
        report = send(submission_key=uuid5(key, json.dumps(found.as_dict(), sort_keys=True)))
    return Taken(report, is_new=report.entered_at == now, in_part=in_part)


def _read(raw: Mapping[str, object]) -> tuple[Answers, bool]:
    try:
        found, in_part = read_answers(raw), False
    except InputError:
        found, in_part = readable(raw), True
        if not found:
            raise
    signs = (found.chosen("danger_signs") or frozenset()) - {"none"}
    return (read_answers(with_danger_signs(found.as_dict(), signs)) if signs else found), in_part
