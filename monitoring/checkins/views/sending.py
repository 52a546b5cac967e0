"""Send a form, and say so honestly when it did not go."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from monitoring.checkins.actions import SubmissionConflict, submit_check_in
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.checkins.queries import context_of
from monitoring.checkins.queries.protocols import thresholds_to_judge_by
from monitoring.checkins.rules import Level, breaches, read_answers
from monitoring.help.views import numbers_for
from monitoring.hints import hint_delivery
from monitoring.people.models import User

logger = logging.getLogger(__name__)


def is_emergency(check_in: CheckIn, answers: Mapping[str, object], now: datetime) -> bool:
    """Whether what was answered so far must not wait for the rest of the form."""
    patient = check_in.patient
    try:
        context = context_of(patient, patient.local_date(now))
        thresholds, _ = thresholds_to_judge_by(patient.clinic_id, now)
        return breaches(read_answers(answers), thresholds, (), context).level is Level.EMERGENCY
    except Exception:  # what cannot be judged must reach a person now, not at the end of the form
        logger.exception("answers could not be judged while they were given")
        return True


def send_and_answer(
    request: HttpRequest,
    check_in: CheckIn,
    answers: Mapping[str, object],
    submission_key: UUID,
    *,
    by: User,
    now: datetime,
    note: str = "",
) -> HttpResponse:
    """Send the answers and go to the result page. When that fails the page says “call us now”, never “sent”."""
    try:
        report = _submit(check_in, answers, submission_key, by=by, now=now, note=note)
    except Exception:  # whatever broke, a patient must not believe that this has reached anyone
        logger.exception("a check-in could not be taken")
        context = {"numbers": numbers_for(request), "check_in": check_in}
        return render(request, "monitoring/checkins/not_sent.html", context, status=503)
    hint_delivery(report.level)
    return redirect("my_check_in_done", check_in_id=report.check_in_id)


def _submit(
    check_in: CheckIn, answers: Mapping[str, object], key: UUID, *, by: User, now: datetime, note: str
) -> SymptomReport:
    """Submit; other answers under a used key (Back, change, Send again) are a report of their own, never dropped."""
    send = partial(
        submit_check_in, patient=check_in.patient, answers=answers, by=by, now=now, check_in=check_in, note=note
    )
    try:
        return send(submission_key=key)
    except SubmissionConflict:
        content = json.dumps([answers, note], sort_keys=True, default=str)
        return send(submission_key=uuid5(key, content))
