"""Addresses of what is left at home."""

from django.urls import path

from monitoring.supplies import views

urlpatterns = [
    path("patients/<uuid:patient_id>/supplies/", views.supplies, name="supplies"),
    path("me/supplies/", views.my_supplies, name="my_supplies"),
]
