"""How the API is answered and described; nothing here depends on where it runs."""

from typing import Any, Final

FRAMEWORK: Final[dict[str, Any]] = {
    # The token first: its scheme is what a 401 tells the caller to use.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "monitoring.people.doors.TokenSignIn",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["monitoring.audit.doors.ByRole"],
    "DEFAULT_PARSER_CLASSES": ["monitoring.rest.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": [
        "monitoring.rest.throttles.AnonymousThrottle",
        "monitoring.rest.throttles.PersonThrottle",
    ],
    # They keep one caller from starving the others.
    "DEFAULT_THROTTLE_RATES": {
        "anon": "120/min",
        "user": "600/min",
        "sign_in": "20/min",
        "screenings": "60/min",
    },
    "NUM_PROXIES": 0,  # as for the sign-in page: the address is already the caller's
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "monitoring.rest.handling.handler",
    "URL_FORMAT_OVERRIDE": None,
}
SCHEMA: Final[dict[str, Any]] = {
    "TITLE": "Evenkeel",
    "DESCRIPTION": "Medication-safety monitoring for people who take baclofen together with amitriptyline.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "AlertState": "monitoring.alerts.models.AlertState",
        "AnsweredBy": "monitoring.checkins.models.AnsweredBy",
        "AnsweredOnThePhone": "monitoring.checkins.models.check_ins.ON_THE_PHONE",
        "CheckInState": "monitoring.checkins.models.CheckInState",
        "PlanState": "monitoring.titration.models.PlanState",
        "PrescriptionState": "monitoring.regimens.models.PrescriptionState",
        "StepState": "monitoring.titration.models.StepState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "monitoring.rest.schema.add_problems",
    ],
}
