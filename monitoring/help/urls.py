"""Addresses of the help pages; printed on handouts, so they do not change."""

from django.urls import path

from monitoring.help import views

urlpatterns = [
    path("help/emergency/", views.emergency, name="help_emergency"),
    path("help/crisis/", views.crisis, name="help_crisis"),
    path("help/urgent/", views.urgent, name="help_urgent"),
]
