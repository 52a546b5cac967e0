"""Addresses of how people read."""

from django.urls import path

from monitoring.preferences import views

urlpatterns = [
    path("me/settings/", views.my_settings, name="my_settings"),
    path("settings/", views.staff_settings, name="staff_settings"),
    path("reading/", views.choose_reading, name="choose_reading"),
]
