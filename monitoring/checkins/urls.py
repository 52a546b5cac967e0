"""Addresses of check-ins, the patient's own and those on a record."""

from django.urls import path

from monitoring.checkins.views import linked, patient, staff, timing

urlpatterns = [
    path("k/new/", linked.new, name="linked_new"),
    path("k/asked/", linked.asked, name="linked_asked"),
    path("k/<str:token>/", linked.entry, name="linked"),
    path("k/<str:token>/1/", linked.danger, name="linked_danger"),
    path("k/<str:token>/<int:number>/", linked.page, name="linked_page"),
    path("k/<str:token>/review/", linked.review, name="linked_review"),
    path("k/<str:token>/done/", linked.done, name="linked_done"),
    path("me/check-ins/", patient.check_ins, name="my_check_ins"),
    path("me/check-ins/start/", patient.start, name="my_check_in_start"),
    path("me/check-ins/times/", timing.my_times, name="my_check_in_times"),
    path("me/check-ins/<uuid:check_in_id>/1/", patient.danger_signs, name="my_check_in_danger"),
    path("me/check-ins/<uuid:check_in_id>/<int:number>/", patient.question, name="my_check_in_page"),
    path("me/check-ins/<uuid:check_in_id>/review/", patient.review, name="my_check_in_review"),
    path("me/check-ins/<uuid:check_in_id>/done/", patient.done, name="my_check_in_done"),
    path("patients/<uuid:patient_id>/check-ins/", staff.check_ins, name="patient_check_ins"),
    path("patients/<uuid:patient_id>/check-ins/new/", staff.new, name="patient_check_in_new"),
    path("patients/<uuid:patient_id>/check-ins/times/", timing.times, name="patient_check_in_times"),
    path("patients/<uuid:patient_id>/check-ins/cadence/", timing.cadence, name="patient_check_in_cadence"),
    path("patients/<uuid:patient_id>/check-ins/<uuid:check_in_id>/", staff.check_in, name="patient_check_in"),
]
