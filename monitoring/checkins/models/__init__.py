"""Check-ins: when one is due, what the patient answered, and the links by which one is answered without a sign-in."""

from monitoring.checkins.models.check_ins import (
    ON_THE_PHONE,
    AnsweredBy,
    CheckIn,
    CheckInPreference,
    CheckInQuerySet,
    CheckInSchedule,
    CheckInState,
    ReportChannel,
    ReportQuerySet,
    ScheduleQuerySet,
    ScheduleSource,
    SymptomReport,
)
from monitoring.checkins.models.links import CheckInLink, CheckInLinkQuerySet, LinkPurpose, LinkRequest

__all__ = [
    "ON_THE_PHONE",
    "AnsweredBy",
    "CheckIn",
    "CheckInLink",
    "CheckInLinkQuerySet",
    "CheckInPreference",
    "CheckInQuerySet",
    "CheckInSchedule",
    "CheckInState",
    "LinkPurpose",
    "LinkRequest",
    "ReportChannel",
    "ReportQuerySet",
    "ScheduleQuerySet",
    "ScheduleSource",
    "SymptomReport",
]
