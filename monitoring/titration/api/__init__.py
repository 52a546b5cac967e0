"""The API's titration plans. Import these doors from here."""

from monitoring.titration.api.plans import Plans, SignPlan
from monitoring.titration.api.steering import CancelPlan, OnePlan, PausePlan, ReleaseStep, ResumePlan, RollBackPlan

__all__ = ["CancelPlan", "OnePlan", "PausePlan", "Plans", "ReleaseStep", "ResumePlan", "RollBackPlan", "SignPlan"]
