"""Judge answers with what the tables know of the patient."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from monitoring.checkins.models import CheckIn
from monitoring.checkins.queries import context_of, draft_answers, link_answers, past_answers
from monitoring.checkins.queries.protocols import thresholds_to_judge_by
from monitoring.checkins.rules import Answers, Level, Verdict, Vitals, breaches, read_answers
from monitoring.checkins.rules.whole import judge_whole, without_the_clinics_own
from monitoring.people.models import Patient

logger = logging.getLogger(__name__)


def judge(patient: Patient, answers: Answers, vitals: Vitals, note: str, *, now: datetime) -> Verdict | None:
    """The verdict on a whole check-in; None when judging itself broke, which the caller must tell a person.

    Runs in a savepoint, so that a fault in here never takes the patient's answers with it.
    """
    try:
        with transaction.atomic():
            return _judge(patient, answers, vitals, note, now=now)
    except Exception:  # a fault of any kind must leave the report standing and be looked at by a person
        logger.exception("a check-in could not be judged")
        return None


def _judge(patient: Patient, answers: Answers, vitals: Vitals, note: str, *, now: datetime) -> Verdict:
    today = patient.local_date(now)
    context = context_of(patient, today)
    thresholds, trusted = thresholds_to_judge_by(patient.clinic_id, now)
    history = past_answers(patient, today, thresholds.change.days)
    verdict = judge_whole(answers, thresholds, history, context, vitals=vitals, note=note)
    return verdict if trusted else without_the_clinics_own(verdict)


def judge_draft(check_in: CheckIn, patient: Patient, *, now: datetime) -> tuple[Level, list[str]]:
    """How bad the answers of a form look that was begun and not sent, and why; none when it was not begun.

    A form begun signed in and one begun by a link are two: the worse one counts.
    """
    begun = [draft_answers(check_in), *(link_answers(link) for link in check_in.links.all())]
    found = [judge_begun(raw, patient, now=now) for raw in begun]
    return max(found, key=lambda each: each[0], default=(Level.NONE, []))


def judge_begun(raw: Mapping[str, object], patient: Patient, *, now: datetime) -> tuple[Level, list[str]]:
    """How bad these answers of an unsent form look, and why; none when there are none."""
    if not raw:
        return Level.NONE, []
    try:
        with transaction.atomic():
            thresholds, _ = thresholds_to_judge_by(patient.clinic_id, now)
            verdict = breaches(read_answers(raw), thresholds, (), context_of(patient, patient.local_date(now)))
    except Exception:  # as above: what cannot be judged is looked at
        logger.exception("an unsent check-in could not be judged")
        return Level.URGENT, ["A check-in was begun and not sent. Its answers could not be judged."]
    return verdict.level, ["A check-in was begun and not sent", *verdict.reasons]
