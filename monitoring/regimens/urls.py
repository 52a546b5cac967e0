"""Addresses of a patient's medicines, flags and context. Opaque keys only."""

from django.urls import path

from monitoring.regimens.views import carrying, changes, comparing, context, medications, overrides, prescribing, safer

_PATIENT = "patients/<uuid:patient_pk>/"
_ONE = _PATIENT + "medications/<uuid:pk>/"

urlpatterns = [
    path(_PATIENT + "medications/", medications.medications, name="medications"),
    path(_PATIENT + "medications/recheck/", medications.recheck, name="medications_recheck"),
    path(_PATIENT + "medications/new/", prescribing.medicine, name="medication_new"),
    path(_PATIENT + "medications/new/choose/", prescribing.choose, name="medication_new_choose"),
    path(_PATIENT + "medications/new/dose/", prescribing.dose, name="medication_new_dose"),
    path(_PATIENT + "medications/new/check/", prescribing.check, name="medication_new_check"),
    path(_PATIENT + "medications/new/lower/", safer.lower, name="medication_new_lower"),
    path(_PATIENT + "medications/new/compare/", carrying.carry, name="medication_new_compare"),
    path(_PATIENT + "medications/compare/", comparing.compare, name="medications_compare"),
    path(_PATIENT + "medications/compare/instead/", comparing.instead, name="medications_compare_instead"),
    path(_PATIENT + "medications/compare/remove/", comparing.remove, name="medications_compare_remove"),
    path(_PATIENT + "medications/compare/take/", carrying.take, name="medications_compare_take"),
    path(_ONE + "dose/", changes.dose, name="medication_dose"),
    path(_ONE + "stop/", changes.stop, name="medication_stop"),
    path(_ONE + "cancel/", changes.cancel, name="medication_cancel"),
    path(_ONE + "confirm/", changes.confirm, name="medication_confirm"),
    path(_PATIENT + "flags/<uuid:pk>/", medications.flag, name="flag"),
    path("overrides/<uuid:pk>/", overrides.override, name="override"),
    path(_PATIENT + "context/", context.context, name="patient_context"),
]
