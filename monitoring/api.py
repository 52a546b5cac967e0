"""The addresses of the HTTP API, version 1."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import AllowAny

from monitoring.alerts import api as alerts
from monitoring.audit import api as audit
from monitoring.checkins import api as checkins
from monitoring.people import api as people
from monitoring.regimens.api import comparisons, medicines, screenings
from monitoring.reports import api as reports
from monitoring.rest.views import NothingHere
from monitoring.titration import api as titration

_PATIENT = "patients/<uuid:patient_id>/"
_PLAN = "plans/<uuid:plan_id>/"
_ALERT = "alerts/<uuid:pk>/"
_SCHEMA = SpectacularJSONAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[])

urlpatterns = [
    path("schema/", _SCHEMA, name="api_schema"),
    path("token/", people.TokenDoor.as_view(), name="api_token"),
    path("patients/", people.Patients.as_view(), name="api_patients"),
    path(_PATIENT, people.OnePatient.as_view(), name="api_patient"),
    path(_PATIENT + "prescriptions/", medicines.Prescriptions.as_view(), name="api_prescriptions"),
    path(_PATIENT + "flags/", medicines.Flags.as_view(), name="api_flags"),
    path("flags/<uuid:pk>/acknowledge/", medicines.AcknowledgeFlag.as_view(), name="api_flag_acknowledge"),
    path(_PATIENT + "plans/", titration.Plans.as_view(), name="api_plans"),
    path(_PLAN, titration.OnePlan.as_view(), name="api_plan"),
    path(_PLAN + "sign/", titration.SignPlan.as_view(), name="api_plan_sign"),
    path(_PLAN + "pause/", titration.PausePlan.as_view(), name="api_plan_pause"),
    path(_PLAN + "resume/", titration.ResumePlan.as_view(), name="api_plan_resume"),
    path(_PLAN + "roll-back/", titration.RollBackPlan.as_view(), name="api_plan_roll_back"),
    path(_PLAN + "cancel/", titration.CancelPlan.as_view(), name="api_plan_cancel"),
    path(_PLAN + "steps/<uuid:step_id>/release/", titration.ReleaseStep.as_view(), name="api_step_release"),
    path(_PATIENT + "check-ins/", checkins.CheckIns.as_view(), name="api_check_ins"),
    path("check-ins/<uuid:check_in_id>/report/", checkins.Report.as_view(), name="api_report"),
    path("alerts/", alerts.Alerts.as_view(), name="api_alerts"),
    path(_ALERT + "take/", alerts.TakeAlert.as_view(), name="api_alert_take"),
    path(_ALERT + "snooze/", alerts.SnoozeAlert.as_view(), name="api_alert_snooze"),
    path(_ALERT + "close/", alerts.CloseAlert.as_view(), name="api_alert_close"),
    path("escalation-policies/", alerts.EscalationPolicies.as_view(), name="api_escalation_policies"),
    path("screenings/", screenings.Screenings.as_view(), name="api_screenings"),
    path("comparisons/", comparisons.Comparisons.as_view(), name="api_comparisons"),
    path(_PATIENT + "comparisons/", comparisons.PatientComparisons.as_view(), name="api_patient_comparisons"),
    path("reports/overrides/", reports.OverrideReport.as_view(), name="api_override_report"),
    path("audit-events/", audit.AuditEvents.as_view(), name="api_audit_events"),
    re_path(r"^.*$", NothingHere.as_view(), name="api_nothing_here"),
]
