"""Addresses of a patient's notes."""

from django.urls import path

from monitoring.notes import views

urlpatterns = [
    path("patients/<uuid:pk>/notes/", views.notes, name="patient_notes"),
    path("patients/<uuid:pk>/notes/<uuid:note_pk>/correct/", views.correct, name="note_correct"),
]
