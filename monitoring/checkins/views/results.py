"""What the result page says, from the report that was kept."""

from dataclasses import dataclass

from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.checkins.queries import context_of, history
from monitoring.checkins.queries.protocols import thresholds_named
from monitoring.checkins.rules import (
    Answers,
    Level,
    Thresholds,
    ThresholdsError,
    breaches,
    current_thresholds,
    read_answers,
    read_vitals,
)
from monitoring.checkins.rules.questions import QUESTIONS
from monitoring.people.models import Patient

RECENT = 3  # on the home page

# What a patient reads for each level of a report that was sent.
OUTCOMES = {
    None: "urgent",
    Level.NONE: "none",
    Level.INFO: "info",
    Level.WARNING: "check",
    Level.URGENT: "urgent",
    Level.EMERGENCY: "emergency",
}
IN_WORDS = {
    "none": "Nothing that needs action",
    "info": "Some things to watch",
    "check": "Your clinic looks at it",
    "urgent": "Your clinic looks at it the same day",
    "emergency": "We asked you to get help at once",
}


@dataclass(frozen=True, slots=True)
class Result:
    """`outcome` picks the card: emergency, crisis, urgent, check, info or none.

    `extra_dose` is a dose too many told among the doses: RF9 knows no amount that is safe, so the number to call is
    shown whatever its level.
    """

    outcome: str
    told: tuple[str, ...]
    self_harm: bool
    took_more: bool
    extra_dose: bool


def result_of(report: SymptomReport) -> Result:
    """The card for a report. Answers that could not be judged get the urgent one, or the emergency's by their signs."""
    answers = read_answers(report.answers)
    signs = (answers.chosen("danger_signs") or frozenset()) - {"none"}
    outcome = OUTCOMES[None if report.level is None else Level(report.level)]
    self_harm = "self_harm" in signs or answers.score("q9_mood") == 3
    if signs:
        outcome = "emergency"
    if outcome == "emergency" and self_harm and not _emergency_without_self_harm(report, answers):
        outcome = "crisis"
    extra = "extra_dose" in (answers.chosen("q10_doses_other") or ())
    told = _told(answers, signs, _judged_by(report))
    return Result(outcome, told, self_harm, took_more=extra or "took_more" in signs, extra_dose=extra)


def words_of(report: SymptomReport) -> str:
    return IN_WORDS[OUTCOMES[None if report.level is None else Level(report.level)]]


def recent_in_words(patient: Patient, limit: int = RECENT) -> list[tuple[CheckIn, str]]:
    """The patient's last check-ins, newest first, each with what became of it; "" is one that did not reach us."""
    return [(each, words_of(each.report) if hasattr(each, "report") else "") for each in history(patient, limit)]


def _emergency_without_self_harm(report: SymptomReport, answers: Answers) -> bool:
    """Whether the body is in danger as well: then the emergency number comes first."""
    left = {key: score for key, score in answers.scores.items() if key != "q9_mood"}
    choices = {**answers.choices, "danger_signs": (answers.chosen("danger_signs") or frozenset()) - {"self_harm"}}
    context = context_of(report.patient, report.check_in.local_date)
    verdict = breaches(Answers(left, choices), _judged_by(report), (), context, read_vitals(report.vitals))
    return verdict.level is Level.EMERGENCY


def _judged_by(report: SymptomReport) -> Thresholds:
    """What judged it; the release where that cannot be read: this page must open in an emergency."""
    try:
        return thresholds_named(report.patient.clinic_id, report.threshold_version)
    except ThresholdsError:
        return current_thresholds()


def _told(answers: Answers, signs: frozenset[str], thresholds: Thresholds) -> tuple[str, ...]:
    """The emergencies in the patient's own words; a danger sign stands for the score it set."""
    told = [option.words for option in QUESTIONS["danger_signs"].options if option.value in signs]
    if told:
        return tuple(told)
    return tuple(
        QUESTIONS[key].words(score)
        for key, score in answers.scores.items()
        if thresholds.questions[key].levels[score] is Level.EMERGENCY
    )
