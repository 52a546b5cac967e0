"""Addresses of the component gallery."""

from django.urls import path

from monitoring.gallery import views

urlpatterns = [
    path("_ui/", views.gallery, name="gallery"),
    path("_ui/patient/", views.patient_gallery, name="patient_gallery"),
]
