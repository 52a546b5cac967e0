"""What is true of a hazard today, and how what was promised with its answer goes. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import pgettext

from interactions.checking import Finding
from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState, ScheduleSource
from monitoring.formatting import day_text
from monitoring.people.models import Patient
from monitoring.regimens.models import Override, OverrideReason, Prescription
from monitoring.regimens.queries.screening import Screened
from monitoring.regimens.rules import Facts, Given, Promise, facts_of, kept, read_facts, shown_taken, taken_in

# What became of a check-in that was asked for; one that is still due says nothing yet.
_SETTLED: Final = (CheckInState.SUBMITTED, CheckInState.MISSED, CheckInState.MISSED_SYSTEM)


def facts_today(finding: Finding, screened: Screened, on: date) -> Facts:
    """The facts of one finding of a screening on `on`."""
    return facts_of(
        finding,
        release=screened.screening.release if screened.screening is not None else "",
        courses=screened.courses,
        on=on,
        egfr=screened.context.egfr,
        age=screened.context.age,
    )


def shown_of(finding: Finding, screened: Screened, on: date) -> dict[str, Any]:
    """A finding as it is shown and kept on a patient: with how much of each participant is taken, at the most.

    An answer covers these doses, so a page that showed others is out of date.
    """
    taken = {key: shown_taken(each) for key, each in taken_in(finding, screened.courses, on).items()}
    return finding.as_dict() | {"taken": taken}


def facts_to_keep(finding: Finding, screened: Screened, on: date) -> dict[str, Any]:
    """The same, as it is kept with an answer."""
    return kept(facts_today(finding, screened, on))


def given_of(answer: Override, promises: Mapping[UUID, Promise]) -> Given:
    """An answer as the rules see it."""
    return Given(answer.at, answer.expires_on, read_facts(answer.facts), promises.get(answer.pk))


def promises_of(patient: Patient, answers: Iterable[Override], today: date) -> dict[UUID, Promise]:
    """How the check-ins go that were promised with these answers, by answer; two queries, none without a promise.

    An occasion counts when the promised schedule asks on its day, whichever schedule it stands under: a patient
    is asked once a day at most.
    """
    promised = [each for each in answers if each.reason == OverrideReason.WILL_MONITOR]
    if not promised:
        return {}
    schedules = _schedules(patient, promised)
    first = min(each.at for each in promised)
    done = CheckIn.objects.filter(patient=patient, schedule__isnull=False, state__in=_SETTLED, closes_at__gt=first)
    occasions = list(done.filter(local_date__lte=today).order_by("local_date"))
    return {each.pk: _promise(each, schedules.get(each.flag_id), occasions) for each in promised}


def _schedules(patient: Patient, promised: Sequence[Override]) -> dict[UUID, CheckInSchedule]:
    """The schedule behind each flag's promise: the running one, else the last."""
    rows = CheckInSchedule.objects.filter(
        patient=patient, source=ScheduleSource.OVERRIDE, source_id__in=[each.flag_id for each in promised]
    )
    found: dict[UUID, CheckInSchedule] = {}
    for row in rows.order_by("created_at", "id"):
        known = found.get(row.source_id) if row.source_id else None
        if row.source_id and (known is None or known.ended_at is not None):
            found[row.source_id] = row
    return found


def _promise(answer: Override, schedule: CheckInSchedule | None, occasions: Sequence[CheckIn]) -> Promise:
    if schedule is None:
        return Promise(0, 0, 0, ended=True)
    asked = [each for each in occasions if each.closes_at > answer.at and schedule.cadence.asks_on(each.local_date)]
    missed = 0
    for each in reversed(asked):
        if each.state == CheckInState.SUBMITTED:
            break
        missed += 1
    answered = sum(each.state == CheckInState.SUBMITTED for each in asked)
    return Promise(len(asked), answered, missed, ended=schedule.ended_at is not None)


def watch_in_words(made: Prescription) -> str:
    """Which check-ins began with a medicine, or ran already when it was added; "" where none run."""
    running = list(CheckInSchedule.objects.running().filter(patient=made.patient_id).order_by("-daily_until"))
    if not running:
        return pgettext("staff", "No check-ins run for this patient.")
    longest = running[0]
    began = any(schedule.created_at >= made.prescribed_at for schedule in running)
    then_weekly = longest.weekly_until is None or longest.weekly_until > longest.daily_until
    if began and then_weekly:
        text = pgettext("staff", "Check-ins have begun: every day to %(day)s, then weekly.")
    elif began:
        text = pgettext("staff", "Check-ins have begun: every day to %(day)s.")
    elif then_weekly:
        text = pgettext("staff", "Check-ins run already: every day to %(day)s, then weekly.")
    else:
        text = pgettext("staff", "Check-ins run already: every day to %(day)s.")
    return text % {"day": day_text(longest.daily_until)}
