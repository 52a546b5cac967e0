"""What the clinician's and the patient's first pages show, gathered from the features below. Import from here."""

from monitoring.dashboard.queries.around import DoseChange, Surroundings, changes_before, surroundings_of
from monitoring.dashboard.queries.chart import WEEKS, timeline_of
from monitoring.dashboard.queries.mine import ChangeAhead, TodayDose, changes_ahead, doses_today, words_for_patient
from monitoring.dashboard.queries.overview import OpenAlert, StepAhead, alert_strip, steps_ahead
from monitoring.dashboard.queries.patients import next_steps

__all__ = [
    "WEEKS",
    "ChangeAhead",
    "DoseChange",
    "OpenAlert",
    "StepAhead",
    "Surroundings",
    "TodayDose",
    "alert_strip",
    "changes_ahead",
    "changes_before",
    "doses_today",
    "next_steps",
    "steps_ahead",
    "surroundings_of",
    "timeline_of",
    "words_for_patient",
]
