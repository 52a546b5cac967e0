"""Judges the check-in of a screening document, for the command and the API alike."""

from interactions.checking import CheckInSummary, Level, signs_in
from interactions.checking.documents import Case
from interactions.checking.strict_json import DocumentError
from monitoring.checkins.rules.answers import InputError, read_answers
from monitoring.checkins.rules.judging import CheckInContext, Event, breaches
from monitoring.checkins.rules.thresholds import current_thresholds
from monitoring.checkins.rules.vitals import read_vitals


def judge_check_in(case: Case) -> CheckInSummary | None:
    """The verdict on the check-in of a case, by the thresholds in force. None when there is neither a check-in
    nor an event that thresholds speak of."""
    thresholds = current_thresholds()
    events = tuple(Event(event.type, event.on) for event in case.context.events)
    if not case.has_check_in and not any(event.kind in thresholds.events for event in events):
        return None
    try:
        answers = read_answers(case.answers, path=case.at("check_in.answers"))
        vitals = read_vitals(case.vitals, path=case.at("check_in.vitals"))
    except InputError as error:
        fault = error.faults[0]
        raise DocumentError(fault.path, fault.message) from None
    patient = case.context
    verdict = breaches(
        answers,
        thresholds,
        (),
        CheckInContext(
            on=case.on,
            age=patient.age,
            egfr=patient.egfr,
            sex=patient.sex or "",
            copd=("copd" in patient.conditions) if patient.conditions_known else None,
            baseline_qtc_ms=patient.qtc_ms,
            events=events,
        ),
        vitals,
    )
    if not case.has_check_in and not any(sign.what in thresholds.events for sign in verdict.signs):
        return None
    return CheckInSummary(
        level=Level(verdict.level.word),
        warnings=verdict.warnings,
        reasons=verdict.reasons,
        signs=signs_in(answers.as_dict()),
    )
