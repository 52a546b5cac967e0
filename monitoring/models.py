"""The face Django sees: every model of every feature. Nothing else imports this module."""

from monitoring.adjustments.models import SeverityAdjustment
from monitoring.alerts.models import Alert, AlertDigest, AlertEvent, EscalationPolicy, PolicyProposal
from monitoring.audit.models import AuditEvent, AuditLeaf, AuditSeal
from monitoring.backtests.models import BacktestPatient, BacktestRun, Proposal
from monitoring.calendars.models import CalendarFeed
from monitoring.checkins.models import (
    CheckIn,
    CheckInLink,
    CheckInPreference,
    CheckInSchedule,
    LinkRequest,
    SymptomReport,
)
from monitoring.education.models import CardRead, EducationAgreement, TeachBackAnswer
from monitoring.intakes.models import DoseReport
from monitoring.knowledge.models import ReleaseRollout, RolloutPatient
from monitoring.notes.models import Note
from monitoring.notifications.models import (
    Carrier,
    ContactPoint,
    ContactPreference,
    DeliveryAttempt,
    Notification,
)
from monitoring.onboarding.models import Invitation, StartListDismissal
from monitoring.operations.models import Heartbeat, MachineClock, SchedulerGap, SweepClock, SweepFailure
from monitoring.passkeys.models import Passkey
from monitoring.people.models import (
    Absence,
    CarerConsent,
    CarerInvitation,
    CareTeamMembership,
    Clinic,
    OpenSession,
    Patient,
    RecentPatient,
    User,
)
from monitoring.preferences.models import Preference
from monitoring.protocols.models import ProtocolVersion
from monitoring.regimens.models import (
    DosePeriod,
    InteractionFlag,
    Override,
    Prescription,
    Question,
    RegimenCheck,
    RegimenIngredient,
)
from monitoring.search.models import SavedFilter
from monitoring.supplies.models import SupplyCount, SupplyWatch
from monitoring.titration.models import PlanDecision, TitrationPlan, TitrationStep
from monitoring.wording.models import CopyReview

__all__ = [
    "Absence",
    "Alert",
    "AlertDigest",
    "AlertEvent",
    "AuditEvent",
    "AuditLeaf",
    "AuditSeal",
    "BacktestPatient",
    "BacktestRun",
    "CalendarFeed",
    "CardRead",
    "CareTeamMembership",
    "CarerConsent",
    "CarerInvitation",
    "Carrier",
    "CheckIn",
    "CheckInLink",
    "CheckInPreference",
    "CheckInSchedule",
    "Clinic",
    "ContactPoint",
    "ContactPreference",
    "CopyReview",
    "DeliveryAttempt",
    "DosePeriod",
    "DoseReport",
    "EducationAgreement",
    "EscalationPolicy",
    "Heartbeat",
    "InteractionFlag",
    "Invitation",
    "LinkRequest",
    "MachineClock",
    "Note",
    "Notification",
    "OpenSession",
    "Override",
    "Passkey",
    "Patient",
    "PlanDecision",
    "PolicyProposal",
    "Preference",
    "Prescription",
    "Proposal",
    "ProtocolVersion",
    "Question",
    "RecentPatient",
    "RegimenCheck",
    "RegimenIngredient",
    "ReleaseRollout",
    "RolloutPatient",
    "SavedFilter",
    "SchedulerGap",
    "SeverityAdjustment",
    "StartListDismissal",
    "SupplyCount",
    "SupplyWatch",
    "SweepClock",
    "SweepFailure",
    "SymptomReport",
    "TeachBackAnswer",
    "TitrationPlan",
    "TitrationStep",
    "User",
]
