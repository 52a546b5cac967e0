"""The first pages of the two faces: a clinician's patients and one alert among its doses, and the patient's home."""

from django.urls import path

from monitoring.dashboard import views

urlpatterns = [
    path("patients/<uuid:pk>/", views.patient_overview, name="patient"),
    path("alerts/<uuid:pk>/", views.alert, name="alert"),
    path("me/", views.my_plan, name="my_plan"),
    path("me/history/", views.my_history, name="my_history"),
]
