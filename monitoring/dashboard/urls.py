"""The first pages of the two faces: a clinician's patients, and the patient's own home."""

from django.urls import path

from monitoring.dashboard import views

urlpatterns = [
    path("patients/", views.patient_list, name="patient_list"),
    path("patients/<uuid:pk>/", views.patient_overview, name="patient"),
    path("me/", views.my_plan, name="my_plan"),
]
