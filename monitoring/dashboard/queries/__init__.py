"""What the clinician's and the patient's first pages show, gathered from the features below. Import from here."""

from monitoring.dashboard.queries.around import DoseChange, Surroundings, changes_before, surroundings_of
from monitoring.dashboard.queries.chart import WEEKS, timeline_of
from monitoring.dashboard.queries.history import HistoryDay, Lane, history_days, history_of, lanes_of
from monitoring.dashboard.queries.mine import ChangeAhead, TodayMedicine, changes_ahead, medicines_today
from monitoring.dashboard.queries.overview import OpenAlert, StepAhead, alert_strip, steps_ahead
from monitoring.dashboard.queries.patients import next_steps

__all__ = [
    "WEEKS",
    "ChangeAhead",
    "DoseChange",
    "HistoryDay",
    "Lane",
    "OpenAlert",
    "StepAhead",
    "Surroundings",
    "TodayMedicine",
    "alert_strip",
    "changes_ahead",
    "changes_before",
    "history_days",
    "history_of",
    "lanes_of",
    "medicines_today",
    "next_steps",
    "steps_ahead",
    "surroundings_of",
    "timeline_of",
]
